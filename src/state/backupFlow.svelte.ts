/** Saving everything to one file, and bringing such a file back. */
import { messageOf } from '../core/palateError.ts';
import type { WholeProject } from '../storage/appStorage.ts';
import type { RestoreReport } from '../storage/backup.ts';
import type { NamedFile } from './importFlow.svelte.ts';

/** Everything in one file and back. */
export interface Backup {
  /** @param open the project on screen, of which all is written, stored or not */
  write(open: WholeProject): Promise<{ readonly content: Blob; readonly isPartial: boolean }>;
  /** @throws PalateError `bad-file`, and then nothing was changed */
  restore(file: Blob): Promise<RestoreReport>;
}

export interface BackupEnds {
  /** A file with everything was made of what was there at this time. */
  readonly written: (at: number) => void;
  /** Reads everything on screen again. */
  readonly restored: (report: RestoreReport) => Promise<void>;
}

export type BackupStatus =
  | { readonly kind: 'idle' }
  | { readonly kind: 'writing' }
  /** `isPartial`: only the open project could be read. */
  | {
      readonly kind: 'written';
      readonly name: string;
      readonly sizeBytes: number;
      readonly isPartial: boolean;
    }
  | { readonly kind: 'restoring'; readonly file: string }
  | { readonly kind: 'restored'; readonly file: string; readonly report: RestoreReport }
  | { readonly kind: 'failed'; readonly message: string };

const HEADER = '{"palateBackup"';
/** More than enough of a file to hold the header, packed or not. */
const SNIFFED_BYTES = 4096;

export class BackupFlow {
  readonly #backup: Backup;
  readonly #now: () => number;
  readonly #open: () => WholeProject;
  readonly #on: BackupEnds;
  #status = $state.raw<BackupStatus>({ kind: 'idle' });

  /** @param open the project on screen */
  constructor(backup: Backup, now: () => number, open: () => WholeProject, on: BackupEnds) {
    this.#backup = backup;
    this.#now = now;
    this.#open = open;
    this.#on = on;
  }

  get status(): BackupStatus {
    return this.#status;
  }
  get isBusy(): boolean {
    return this.#status.kind === 'writing' || this.#status.kind === 'restoring';
  }

  /** The file to hand to the person; undefined when it could not be made, as `status` then says. */
  async write(): Promise<NamedFile | undefined> {
    this.#status = { kind: 'writing' };
    const at = this.#now();
    try {
      const { content, isPartial } = await this.#backup.write(this.#open());
      const name = `palate-${new Date(at).toISOString().slice(0, 10)}.palate.gz`;
      this.#status = { kind: 'written', name, sizeBytes: content.size, isPartial };
      if (!isPartial) this.#on.written(at);
      return { name, content };
    } catch (error) {
      this.#status = { kind: 'failed', message: messageOf(error) };
      return undefined;
    }
  }

  /** Adds what the file holds and this device lacks. Never rejects: how it went is in `status`. */
  async restore(file: NamedFile): Promise<void> {
    this.#status = { kind: 'restoring', file: file.name };
    try {
      const report = await this.#backup.restore(file.content);
      await this.#on.restored(report);
      this.#status = { kind: 'restored', file: file.name, report };
    } catch (error) {
      this.#status = { kind: 'failed', message: messageOf(error) };
    }
  }
}

/** Whether a file begins as a backup does, packed or unpacked. */
export async function isBackupFile(content: Blob): Promise<boolean> {
  const head = content.slice(0, SNIFFED_BYTES);
  const bytes = new Uint8Array(await head.slice(0, 2).arrayBuffer());
  const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return (isPacked ? await unpackedStart(head) : await head.text()).startsWith(HEADER);
}

/** The first text of a packed file. A head cut out of a file ends too early, so the reader stops before its end. */
async function unpackedStart(head: Blob): Promise<string> {
  const reader = head.stream().pipeThrough(new DecompressionStream('gzip')).getReader();
  const decoder = new TextDecoder();
  let text = '';
  try {
    while (text.length < HEADER.length) {
      const { value, done } = await reader.read();
      if (done) break;
      text += decoder.decode(value, { stream: true });
    }
    await reader.cancel();
  } catch {
    return text;
  }
  return text;
}
