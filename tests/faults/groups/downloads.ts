/**
 * Downloads of a model that were cut at any byte and go on with any kind of bad answer: it must be refused as what it
 * is, no wrong byte may be used, and the next try must heal by itself. And files that rot on the disk afterwards. Over a
 * hub and a file system in memory; tests/browser/workers/modelDownload.test.ts has the browser's own.
 */
import { errorCode } from '../../../src/core/palateError.ts';
import type { Random } from '../../../src/core/random.ts';
import { ModelDownloadService } from '../../../workers/modelDownloadService.ts';
import { ModelShelf } from '../../../workers/modelShelf.ts';
import { MemoryFolder } from '../../helpers/memoryFolder.ts';
import { BAD_DOWNLOADS, BAD_RESTS, MemoryHub, stream, type BadDownload } from '../../helpers/memoryHub.ts';
import { manifestFor, modelOf } from '../../helpers/modelSamples.ts';
import { SimpleLocks } from '../../helpers/simpleLocks.ts';
import type { FaultContext, FaultRow, Size } from '../group.ts';

const OFFSETS: Readonly<Record<Size, number>> = { small: 4, push: 20, nightly: 500 };
const PATH = 'onnx/model.onnx';
const LENGTH = 40_000;

const contents = modelOf(LENGTH);
const manifest = manifestFor(contents);
const weights = manifest.files.find(({ path }) => path === PATH)!;
const nobody = (): void => undefined;

export async function run({ size, random }: FaultContext): Promise<FaultRow[]> {
  const rows: FaultRow[] = [];
  for (const bad of BAD_DOWNLOADS) rows.push(await rowFor(bad, 0, OFFSETS[size], random));
  for (const bad of BAD_RESTS) rows.push(await rowFor(bad, 1, OFFSETS[size], random));
  rows.push(await rotRow(OFFSETS[size], random));
  return rows;
}

/** @param least how much of the file there is at least when the bad answer comes */
async function rowFor(bad: BadDownload, least: number, times: number, random: Random): Promise<FaultRow> {
  let [survived, lost] = [0, 0];
  for (let time = 0; time < times; time++) {
    const outcome = await tryOnce(bad, time === 0 ? least : 1 + random.integer(LENGTH - 1));
    if (outcome === 'healed') survived++;
    if (outcome === 'wrong bytes') lost++;
  }
  return { fault: `download: ${bad.kind}`, injected: times, survived, lost };
}

async function tryOnce(bad: BadDownload, cut: number): Promise<'healed' | 'not refused' | 'wrong bytes'> {
  const hub = new MemoryHub(contents);
  const shelf = new ModelShelf(new MemoryFolder().handle);
  const service = new ModelDownloadService({
    fetch: hub.fetch,
    openShelf: () => Promise.resolve(shelf),
    locks: new SimpleLocks().manager,
  });
  if (cut > 0) {
    hub.spoil = ({ path, bytes, signal }) =>
      path === PATH ? new Response(stream(bytes.subarray(0, cut), signal, 'break')) : undefined;
    await service.download(manifest, nobody).catch(nobody);
  }
  hub.spoil = (request) => (request.path === PATH ? bad.spoil(request) : undefined);
  const error: unknown = await service.download(manifest, nobody).then(nobody, (reason: unknown) => reason);
  if (await isOpen(shelf)) return (await isRight(shelf)) ? 'not refused' : 'wrong bytes';
  if (errorCode(error) !== 'download-failed' || !(error as Error).message.startsWith(PATH))
    return 'not refused';
  hub.spoil = () => undefined;
  await service.download(manifest, nobody).catch(nobody);
  if (!(await isOpen(shelf))) return 'not refused';
  return (await isRight(shelf)) ? 'healed' : 'wrong bytes';
}

async function rotRow(times: number, random: Random): Promise<FaultRow> {
  let [survived, lost] = [0, 0];
  for (let time = 0; time < times; time++) {
    const folder = new MemoryFolder();
    const shelf = new ModelShelf(folder.handle);
    const hub = new MemoryHub(contents);
    const service = new ModelDownloadService({
      fetch: hub.fetch,
      openShelf: () => Promise.resolve(shelf),
      locks: new SimpleLocks().manager,
    });
    await service.download(manifest, nobody);
    const kept = await (await folder.getDirectoryHandle(manifest.id)).getFileHandle(weights.digest.hex);
    kept.spoil((bytes) => (bytes[random.integer(LENGTH)] ^= 1 << random.integer(8)));
    const error: unknown = await shelf.verify(manifest.id, PATH).then(nobody, (reason: unknown) => reason);
    if (await isOpen(shelf)) lost++;
    await service.download(manifest, nobody);
    if (errorCode(error) === 'model-missing' && (await isRight(shelf))) survived++;
  }
  return { fault: 'a bit of a kept model turned over on the disk', injected: times, survived, lost };
}

function isOpen(shelf: ModelShelf): Promise<boolean> {
  return shelf.open(manifest.id).then(
    () => true,
    () => false,
  );
}

async function isRight(shelf: ModelShelf): Promise<boolean> {
  for (const [path, file] of await shelf.open(manifest.id)) {
    if (Buffer.compare(Buffer.from(await file.arrayBuffer()), contents[path]) !== 0) return false;
  }
  return true;
}
