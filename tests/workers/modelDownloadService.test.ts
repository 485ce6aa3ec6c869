/** Downloads of models over a hub and a file system in memory, good and bad. */
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { ModelManifest } from '../../src/core/modelManifest.ts';
import type { DownloadProgress } from '../../workers/modelDownloadApi.ts';
import { ModelDownloadService } from '../../workers/modelDownloadService.ts';
import { ModelShelf } from '../../workers/modelShelf.ts';
import { MemoryFolder } from '../helpers/memoryFolder.ts';
import { BAD_DOWNLOADS, BAD_RESTS, MemoryHub, silence, stream } from '../helpers/memoryHub.ts';
import { COMMIT, describeFile, madeUpBytes, manifestFor, type Contents } from '../helpers/modelSamples.ts';
import { SimpleLocks } from '../helpers/simpleLocks.ts';

const WEIGHTS_PATH = 'onnx/model.onnx';
const contents: Contents = {
  'config.json': madeUpBytes(5_000, 1),
  'tokenizer.json': madeUpBytes(5_500, 2),
  [WEIGHTS_PATH]: madeUpBytes(30_000, 3),
};
const manifest = manifestFor(contents);
const nobody = (): void => undefined;

let hub: MemoryHub;
let folder: MemoryFolder;
let locks: SimpleLocks;
let shelf: ModelShelf;
let service: ModelDownloadService;

function openTab(patienceMs?: number): ModelDownloadService {
  const openShelf = () => Promise.resolve(new ModelShelf(folder.handle));
  return new ModelDownloadService({ fetch: hub.fetch, openShelf, locks: locks.manager, patienceMs });
}

beforeEach(() => {
  hub = new MemoryHub(contents);
  folder = new MemoryFolder();
  locks = new SimpleLocks();
  shelf = new ModelShelf(folder.handle);
  service = openTab();
});

async function messageOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'it worked',
    (error: Error) => `${error.name}: ${error.message}`,
  );
}

async function expectWhole(id = manifest.id): Promise<void> {
  const files = await shelf.open(id);
  expect([...files.keys()]).toEqual(Object.keys(contents));
  for (const [path, file] of files) {
    expect(Buffer.compare(Buffer.from(await file.arrayBuffer()), contents[path]), path).toBe(0);
    await shelf.verify(id, path);
  }
}

/** Leaves so many bytes of the weights, as a download that was cut there does. */
async function cutAt(length: number): Promise<void> {
  hub.spoil = ({ path, bytes, signal }) =>
    path === WEIGHTS_PATH ? new Response(stream(bytes.subarray(0, length), signal, 'break')) : undefined;
  await expect(service.download(manifest, nobody)).rejects.toThrow(/connection broke off/);
  hub.spoil = () => undefined;
  hub.requests.length = 0;
}

test('a model comes whole, each file asked for once and from its beginning', async () => {
  await service.download(manifest, nobody);
  await expectWhole();
  expect(hub.requests).toEqual(Object.keys(contents).map((path) => ({ path, from: 0 })));
  expect(await service.list()).toEqual([{ manifest, isWhole: true, bytes: expect.any(Number) as number }]);
});

test('a model that is there is not fetched again', async () => {
  await service.download(manifest, nobody);
  hub.requests.length = 0;
  const told: DownloadProgress[] = [];
  await service.download(manifest, (progress) => told.push(progress));
  expect(hub.requests).toEqual([]);
  expect(told.at(-1)).toMatchObject({ done: 40_500, total: 40_500 });
});

describe.each(BAD_DOWNLOADS)('$kind', ({ says, spoil, kept = 0 }) => {
  test.each(Object.keys(contents))(
    'in place of %s is refused by name, and the next try heals',
    async (bad) => {
      hub.spoil = (request) => (request.path === bad ? spoil(request) : undefined);
      const message = await messageOf(service.download(manifest, nobody));
      expect(message).toMatch(says);
      expect(message).toContain(`PalateError download-failed: ${bad} of owner/tiny could not be fetched: `);
      await expect(shelf.open(manifest.id)).rejects.toMatchObject({ code: 'model-missing' });
      const file = manifest.files.find(({ path }) => path === bad)!;
      expect((await shelf.begun(manifest.id, file)).size).toBe(kept);
      hub.spoil = () => undefined;
      hub.requests.length = 0;
      await service.download(manifest, nobody);
      expect(hub.requests[0]).toEqual({ path: bad, from: kept });
      await expectWhole();
    },
  );
});

describe.each(BAD_RESTS)('$kind', ({ says, spoil }) => {
  test('where the rest was asked for is refused, and the next try heals', async () => {
    await cutAt(12_000);
    hub.spoil = spoil;
    expect(await messageOf(service.download(manifest, nobody))).toMatch(says);
    hub.spoil = () => undefined;
    await service.download(manifest, nobody);
    expect(hub.requests.map(({ from }) => from)).toEqual([12_000, 0]);
    await expectWhole();
  });
});

test.each([1, 999, 1_000, 1_001, 15_000, 29_999])(
  'cut at byte %i, only the rest is fetched',
  async (length) => {
    await cutAt(length);
    await openTab().download(manifest, nobody);
    expect(hub.requests).toEqual([{ path: WEIGHTS_PATH, from: length }]);
    await expectWhole();
  },
);

test('whoever was ended after the last byte and before the check fetches nothing again', async () => {
  await cutAt(30_000);
  await service.download(manifest, nobody);
  expect(hub.requests).toEqual([]);
  await expectWhole();
});

test('what lies there whole and wrong without its mark is fetched again at once', async () => {
  await cutAt(30_000);
  const kept = await (await folder.getDirectoryHandle('tiny')).getFileHandle(manifest.files[2].digest.hex);
  kept.spoil((bytes) => (bytes[7] ^= 1));
  await service.download(manifest, nobody);
  expect(hub.requests).toEqual([{ path: WEIGHTS_PATH, from: 0 }]);
  await expectWhole();
});

test('where the hub sends everything in place of the rest, everything is taken', async () => {
  await cutAt(12_000);
  hub.spoil = ({ bytes, signal }) => new Response(stream(bytes, signal));
  await service.download(manifest, nobody);
  expect(hub.requests).toEqual([{ path: WEIGHTS_PATH, from: 12_000 }]);
  await expectWhole();
});

test('a rest that does not belong to what is there is refused, and the next try heals', async () => {
  await cutAt(12_000);
  const begun = await (await folder.getDirectoryHandle('tiny')).getFileHandle(manifest.files[2].digest.hex);
  begun.spoil((bytes) => (bytes[7] ^= 1));
  await expect(service.download(manifest, nobody)).rejects.toThrow(/SHA-256 differs/);
  await service.download(manifest, nobody);
  await expectWhole();
});

test('a web page in place of the rest costs nothing of what is there', async () => {
  await cutAt(12_000);
  hub.spoil = () => new Response('<html>', { headers: { 'Content-Type': 'text/html' } });
  await expect(service.download(manifest, nobody)).rejects.toThrow(/a web page came/);
  hub.spoil = () => undefined;
  await service.download(manifest, nobody);
  expect(hub.requests.map(({ from }) => from)).toEqual([12_000, 12_000]);
});

test.each(['before the answer', 'in the middle of it'])(
  'a hub that falls silent %s is given up',
  async (when) => {
    service = openTab(20);
    hub.spoil = ({ bytes, signal }) =>
      when === 'before the answer'
        ? silence(signal)
        : new Response(stream(bytes.subarray(0, 2_000), signal, 'never'));
    await expect(service.download(manifest, nobody)).rejects.toThrow(/nothing came for 0.02 seconds/);
  },
);

test('a cancelled download ends, and goes on from there the next time', async () => {
  hub.spoil = ({ path, bytes, signal }) =>
    path === WEIGHTS_PATH ? new Response(stream(bytes.subarray(0, 4_000), signal, 'never')) : undefined;
  const cancelled = service.download(manifest, nobody);
  const outcome = expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
  const weights = manifest.files[2];
  await vi.waitFor(async () => expect((await shelf.begun(manifest.id, weights)).size).toBe(4_000));
  await service.cancel();
  await outcome;
  hub.spoil = () => undefined;
  hub.requests.length = 0;
  await service.download(manifest, nobody);
  expect(hub.requests).toEqual([{ path: WEIGHTS_PATH, from: 4_000 }]);
  await expectWhole();
});

test('two tabs fetch a model once', async () => {
  await Promise.all([service.download(manifest, nobody), openTab().download(manifest, nobody)]);
  expect(hub.requests).toHaveLength(3);
  await expectWhole();
});

test('progress counts what is there, grows, and is told no more than ten times a second', async () => {
  await cutAt(12_000);
  const told: DownloadProgress[] = [];
  await service.download(manifest, (progress) => told.push(progress));
  expect(told[0].done).toBeGreaterThan(22_500);
  expect(told.map(({ done }) => done)).toEqual(told.map(({ done }) => done).sort((a, b) => a - b));
  expect(told.at(-1)).toEqual({ done: 40_500, total: 40_500, path: WEIGHTS_PATH });
  expect(told.length).toBeLessThan(20);
});

test('without room nothing of the file stays, and the sentence says what to do', async () => {
  folder.room.left = 20_000;
  const message = await messageOf(service.download(manifest, nobody));
  expect(message).toMatch(/^PalateError storage-full: There is no room for tiny\. Delete a model/);
  expect((await shelf.begun(manifest.id, manifest.files[2])).size).toBe(0);
  folder.room.left = Infinity;
  await service.download(manifest, nobody);
  await expectWhole();
});

test('a newer manifest takes over what is the same, and lets go of the rest', async () => {
  await service.download(manifest, nobody);
  const other = madeUpBytes(6_000, 9);
  const newer: ModelManifest = {
    ...manifest,
    files: [...manifest.files.slice(1), describeFile('config.json', other)],
  };
  hub = new MemoryHub({ ...contents, 'config.json': other });
  await openTab().download(newer, nobody);
  expect(hub.requests).toEqual([{ path: 'config.json', from: 0 }]);
  const [{ bytes }] = await service.list();
  expect(bytes).toBe(41_500 + JSON.stringify(newer).length);
});

test('a file of a manifest that nobody can fetch is refused before anything is asked', async () => {
  const { id, files } = manifest;
  await expect(service.download({ id, files }, nobody)).rejects.toThrow(
    /from a folder: open that folder again/,
  );
  const escaping = { ...manifest, files: [{ ...files[0], path: '../config.json' }] };
  await expect(service.download(escaping, nobody)).rejects.toThrow('is no path within a model');
  expect(hub.requests).toEqual([]);
});

test('a model that is being fetched is not deleted under it; afterwards it is', async () => {
  hub.spoil = ({ signal }) => silence(signal);
  const outcome = expect(service.download(manifest, nobody)).rejects.toMatchObject({ code: 'cancelled' });
  await vi.waitFor(() => expect(hub.requests).toHaveLength(1));
  await expect(openTab().forget(manifest.id)).rejects.toThrow(/is being fetched.*Cancel that first/);
  await service.cancel();
  await outcome;
  await service.forget(manifest.id);
  expect(await service.list()).toEqual([]);
});

describe('a folder from disk', () => {
  const picked = Object.entries(contents).map(([path, bytes]) => ({ path, file: new Blob([bytes]) }));

  test('is kept with the hashes of its files', async () => {
    const told: DownloadProgress[] = [];
    const made = await service.addFolder('mine', picked, (progress) => told.push(progress));
    expect(made.files.map(({ digest }) => digest.kind)).toEqual(['sha256', 'sha256', 'sha256']);
    await expectWhole('mine');
    expect(hub.requests).toEqual([]);
    expect(told[0].total).toBe(40_500);
  });

  test('is refused for a file that changes while it is read, and nothing is left', async () => {
    let reads = 0;
    const changing = new Blob([contents[WEIGHTS_PATH]]);
    changing.stream = () => new Blob([madeUpBytes(30_000, reads++)]).stream();
    const files = [...picked.slice(0, 2), { path: WEIGHTS_PATH, file: changing }];
    await expect(service.addFolder('mine', files, nobody)).rejects.toThrow(
      'onnx/model.onnx changed while it was read. Open the folder again.',
    );
    expect(await service.list()).toEqual([]);
  });

  test('is refused for a file that can no longer be read, and for a name no model has', async () => {
    const gone = new Blob(['x']);
    gone.stream = () =>
      new ReadableStream({
        pull: (controller) => controller.error(new DOMException('', 'NotReadableError')),
      });
    await expect(service.addFolder('mine', [{ path: 'a.json', file: gone }], nobody)).rejects.toThrow(
      'a.json can no longer be read',
    );
    await expect(
      service.addFolder('mine', [{ path: 'été/a.json', file: new Blob() }], nobody),
    ).rejects.toThrow('A model cannot have a file named été/a.json');
  });

  test('is refused where there is no room, and nothing is left', async () => {
    folder.room.left = 20_000;
    await expect(service.addFolder('mine', picked, nobody)).rejects.toMatchObject({ code: 'storage-full' });
    expect(await service.list()).toEqual([]);
  });
});

describe('what the hub says of a repository', () => {
  const large = {
    rfilename: WEIGHTS_PATH,
    size: 30_000,
    blobId: 'a'.repeat(40),
    lfs: { sha256: 'b'.repeat(64), size: 30_000, pointerSize: 134 },
  };
  const small = (rfilename: string) => ({ rfilename, size: 10, blobId: 'c'.repeat(40) });
  const listed = {
    id: 'owner/tiny',
    sha: COMMIT,
    gated: false,
    siblings: [small('README.md'), small('config.json'), small('tokenizer.json'), large],
  };
  let asked: string[];

  function answering(answer: unknown, init?: ResponseInit): ModelDownloadService {
    asked = [];
    const fetch = (address: string) => {
      asked.push(address);
      return Promise.resolve(
        new Response(typeof answer === 'string' ? answer : JSON.stringify(answer), init),
      );
    };
    const openShelf = () => Promise.resolve(shelf);
    return new ModelDownloadService({ fetch, openShelf, locks: locks.manager });
  }

  test('becomes a list of the files a model needs', async () => {
    const found = await answering(listed).describe('owner/tiny', 'main', 'fp32');
    expect(asked).toEqual(['https://huggingface.co/api/models/owner/tiny/revision/main?blobs=true']);
    expect(found).toEqual({
      repository: 'owner/tiny',
      commit: COMMIT,
      files: [
        { path: 'config.json', bytes: 10, digest: { kind: 'git', hex: 'c'.repeat(40) } },
        { path: 'tokenizer.json', bytes: 10, digest: { kind: 'git', hex: 'c'.repeat(40) } },
        { path: WEIGHTS_PATH, bytes: 30_000, digest: { kind: 'sha256', hex: 'b'.repeat(64) } },
      ],
    });
  });

  test.each([
    ['a licence that must be accepted', { ...listed, gated: 'manual' }, /its licence must be accepted/],
    ['no weights of that kind', { ...listed, siblings: listed.siblings.slice(0, 3) }, /no onnx\/model\.onnx/],
    ['no tokenizer', { ...listed, siblings: [small('config.json'), large] }, /it has no tokenizer\.json/],
    ['no commit', { ...listed, sha: 'main' }, /`answer\.sha` is not 40 hexadecimal digits/],
    ['no files', { ...listed, siblings: undefined }, /`answer\.siblings` is no list/],
    ['a hash of another length', { ...listed, siblings: [{ ...small('a'), blobId: 'c' }] }, /\[0\]\.blobId/],
    ['a negative size', { ...listed, siblings: [{ ...small('a'), size: -1 }] }, /siblings\[0\]\.size/],
    ['something else', 'no JSON', /not what the hub says of a repository/],
    ['a flood', 'x'.repeat(8_000_001), /far too long/],
  ])('is refused with %s', async (_, answer, says) => {
    await expect(answering(answer).describe('owner/tiny', 'main', 'fp32')).rejects.toThrow(says);
  });

  test('is refused where it is of another commit than was asked for', async () => {
    const other = 'f'.repeat(40);
    await expect(answering(listed).describe('owner/tiny', other, 'fp32')).rejects.toThrow(/not f{40}/);
  });

  test('is refused where there is none, in words that fit', async () => {
    const message = await messageOf(answering('', { status: 401 }).describe('owner/none', 'main', 'fp32'));
    expect(message).toMatch(/description of owner\/none could not be fetched: .* does not exist/);
  });

  test.each(['tiny', '../x/y', 'owner/..', 'owner/tiny/more', ''])('is not asked for %j', async (name) => {
    await expect(answering(listed).describe(name, 'main', 'fp32')).rejects.toThrow(/Write it as owner\/name/);
    expect(asked).toEqual([]);
  });
});
