/**
 * The journal worker's service. A file can be open in one tab only, so every tab writes one of its own: the first that
 * nobody else has open, or a new one. What a killed tab left is taken on by the next.
 */
import {
  compactActs,
  countRecords,
  decodeJournal,
  encodeAct,
  standingActs,
  type DecodedJournal,
} from '../src/core/journal.ts';
import type { JournalApi } from './journalApi.ts';

const FOLDER = 'journal';
const MOST_FILES = 64;
const LINE_BREAK = 10;
/** Acts encoded and written at once when a file is written anew. */
const ACTS_PER_WRITE = 100;

interface OpenFile {
  readonly name: string;
  readonly handle: FileSystemSyncAccessHandle;
}

export class JournalService implements JournalApi {
  #own?: Promise<OpenFile>;
  /** Counted since the last line, and found to hold nothing that compacting would take out. */
  #isTidy = false;
  #turns: Promise<unknown> = Promise.resolve();

  append(lines: string): Promise<void> {
    return this.#inTurn(async () => {
      this.#isTidy = false;
      const { handle } = await this.#openOwn();
      write(handle, lines);
      handle.flush();
    });
  }

  async read(): Promise<DecodedJournal> {
    const { acts, lost } = decodeJournal(await readFiles());
    return { acts: standingActs(acts), lost };
  }

  count(): Promise<number> {
    return this.#inTurn(async () => {
      const files = await readFiles();
      const { acts, lost } = decodeJournal(files);
      this.#isTidy = files.length <= 1 && lost === 0 && compactActs(acts, false).length === acts.length;
      return countRecords(standingActs(acts));
    });
  }

  /**
   * The new file is whole and flushed before an old one goes: whoever is killed in between finds acts twice, which
   * count once. Deletions are left out only where no file is left that could hold what they ended.
   */
  compact(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#isTidy) return;
      const all = await folder();
      const own = await this.#openOwn();
      const [ended, isAlone] = await openEnded(all, own);
      try {
        const { acts, lost } = decodeJournal(await readFiles([own, ...ended]));
        const kept = compactActs(acts, !isAlone);
        if (ended.length === 0 && lost === 0 && kept.length === acts.length) return;
        const next = await openFile(all, (handle) => handle.getSize() === 0);
        try {
          for (let start = 0; start < kept.length; start += ACTS_PER_WRITE) {
            const slice = kept.slice(start, start + ACTS_PER_WRITE);
            write(next.handle, slice.map(encodeAct).join(''));
          }
          next.handle.flush();
        } catch (error) {
          await remove(all, next);
          throw error;
        }
        this.#own = Promise.resolve(next);
        for (const file of [...ended, own]) await remove(all, file);
      } finally {
        for (const { handle } of ended) handle.close();
      }
    });
  }

  ping(): Promise<void> {
    return Promise.resolve();
  }

  cancel(): Promise<void> {
    return Promise.resolve();
  }

  #openOwn(): Promise<OpenFile> {
    this.#own ??= folder()
      .then((all) => openFile(all))
      .catch((error: unknown): never => {
        this.#own = undefined; // A failed opening is tried again next time.
        throw error;
      });
    return this.#own;
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const done = this.#turns.then(act);
    this.#turns = done.catch(() => undefined);
    return done;
  }
}

async function folder(): Promise<FileSystemDirectoryHandle> {
  const root = await navigator.storage.getDirectory();
  return root.getDirectoryHandle(FOLDER, { create: true });
}

/** @throws QuotaExceededError, and then nothing was added */
function write(handle: FileSystemSyncAccessHandle, lines: string): void {
  const bytes = new TextEncoder().encode(lines);
  const size = handle.getSize();
  const written = handle.write(bytes, { at: size });
  if (written === bytes.length) return;
  handle.truncate(size);
  throw new DOMException(`Only ${written} of ${bytes.length} bytes were written.`, 'QuotaExceededError');
}

/** Opens the first file that nobody has open and that is wanted. */
async function openFile(
  all: FileSystemDirectoryHandle,
  isWanted: (handle: FileSystemSyncAccessHandle) => boolean = () => true,
): Promise<OpenFile> {
  for (let number = 0; number < MOST_FILES; number++) {
    const name = `${number}.jsonl`;
    const file = await all.getFileHandle(name, { create: true });
    const handle = await file.createSyncAccessHandle().catch(() => undefined);
    if (!handle) continue;
    if (isWanted(handle)) {
      endLastLine(handle);
      return { name, handle };
    }
    handle.close();
  }
  throw new DOMException('Every file of the journal is in use.', 'NoModificationAllowedError');
}

/** @returns the files of tabs that ended, and whether they and our own are all there are */
async function openEnded(
  all: FileSystemDirectoryHandle,
  own: OpenFile,
): Promise<[ended: OpenFile[], isAlone: boolean]> {
  const ended: OpenFile[] = [];
  let isAlone = true;
  for await (const [name, file] of all.entries()) {
    if (name === own.name || file.kind !== 'file') continue;
    isAlone = false;
    const handle = await file.createSyncAccessHandle().catch(() => undefined);
    if (handle) ended.push({ name, handle });
  }
  return [ended, isAlone];
}

/** Another tab may have opened it at this moment: then it stays, and holds what is elsewhere too. */
async function remove(all: FileSystemDirectoryHandle, { name, handle }: OpenFile): Promise<void> {
  handle.close();
  await all.removeEntry(name).catch(() => undefined);
}

/** What a killed tab tore must not swallow the next line. */
function endLastLine(handle: FileSystemSyncAccessHandle): void {
  const size = handle.getSize();
  if (size === 0) return;
  const last = new Uint8Array(1);
  handle.read(last, { at: size - 1 });
  if (last[0] !== LINE_BREAK) handle.write(Uint8Array.of(LINE_BREAK), { at: size });
}

/** @param only these files; without it, all */
async function readFiles(only?: readonly OpenFile[]): Promise<string[]> {
  const all = await folder();
  const texts: string[] = [];
  for await (const [name, file] of all.entries()) {
    if (file.kind !== 'file' || (only && !only.some((one) => one.name === name))) continue;
    texts.push(await (await file.getFile()).text());
  }
  return texts;
}
