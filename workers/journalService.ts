/**
 * The journal worker's service. A file can be open in one tab only, so every tab writes one of its own: the first that
 * nobody else has open, or a new one. What a killed tab left is taken on by the next.
 */
import { countRecords, decodeJournal, standingActs, type DecodedJournal } from '../src/core/journal.ts';
import type { JournalApi } from './journalApi.ts';

const FOLDER = 'journal';
const MOST_FILES = 64;
const LINE_BREAK = 10;

export class JournalService implements JournalApi {
  #own?: Promise<FileSystemSyncAccessHandle>;
  readonly #encoder = new TextEncoder();

  async append(lines: string): Promise<void> {
    this.#own ??= openOwn();
    // A failed opening is tried again next time.
    const file = await this.#own.catch((error: unknown): never => {
      this.#own = undefined;
      throw error;
    });
    const bytes = this.#encoder.encode(lines);
    const size = file.getSize();
    const written = file.write(bytes, { at: size });
    if (written < bytes.length) {
      file.truncate(size);
      throw new DOMException(`Only ${written} of ${bytes.length} bytes were written.`, 'QuotaExceededError');
    }
    file.flush();
  }

  async read(): Promise<DecodedJournal> {
    const { acts, lost } = decodeJournal(await readFiles());
    return { acts: standingActs(acts), lost };
  }

  async count(): Promise<number> {
    return countRecords((await this.read()).acts);
  }

  ping(): Promise<void> {
    return Promise.resolve();
  }

  cancel(): Promise<void> {
    return Promise.resolve();
  }
}

async function folder(): Promise<FileSystemDirectoryHandle> {
  const root = await navigator.storage.getDirectory();
  return root.getDirectoryHandle(FOLDER, { create: true });
}

async function openOwn(): Promise<FileSystemSyncAccessHandle> {
  const all = await folder();
  for (let number = 0; number < MOST_FILES; number++) {
    const file = await all.getFileHandle(`${number}.jsonl`, { create: true });
    const handle = await file.createSyncAccessHandle().catch(() => undefined);
    if (!handle) continue;
    endLastLine(handle);
    return handle;
  }
  throw new DOMException('Every file of the journal is in use.', 'NoModificationAllowedError');
}

/** What a killed tab tore must not swallow the next line. */
function endLastLine(handle: FileSystemSyncAccessHandle): void {
  const size = handle.getSize();
  if (size === 0) return;
  const last = new Uint8Array(1);
  handle.read(last, { at: size - 1 });
  if (last[0] !== LINE_BREAK) handle.write(Uint8Array.of(LINE_BREAK), { at: size });
}

async function readFiles(): Promise<string[]> {
  const all = await folder();
  const texts: string[] = [];
  for (let number = 0; number < MOST_FILES; number++) {
    const file = await all.getFileHandle(`${number}.jsonl`).catch(() => undefined);
    if (!file) break;
    texts.push(await (await file.getFile()).text());
  }
  return texts;
}
