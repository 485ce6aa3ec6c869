/** Saving everything to one file, and bringing such a file back. */
import type { RestoreReport } from '../storage/backup.ts';
import type { NamedFile } from './importFlow.svelte.ts';

/** Everything in one file and back. */
export interface Backup {
  write(): Promise<Blob>;
  /** @throws PalateError `bad-file`, and then nothing was changed */
  restore(file: Blob): Promise<RestoreReport>;
}

export type BackupStatus =
  | { readonly kind: 'idle' }
  | { readonly kind: 'writing' }
  | { readonly kind: 'written'; readonly name: string; readonly sizeBytes: number }
  | { readonly kind: 'restoring'; readonly file: string }
  | { readonly kind: 'restored'; readonly file: string; readonly report: RestoreReport }
  | { readonly kind: 'failed'; readonly message: string };

const HEADER = '{"palateBackup"';
/** More than enough of a file to hold the header, packed or not. */
const SNIFFED_BYTES = 4096;

export class BackupFlow {
  readonly #backup: Backup;
  readonly #now: () => number;
  readonly #onRestored: (report: RestoreReport) => Promise<void>;
  #status = $state.raw<BackupStatus>({ kind: 'idle' });

  /** @param onRestored reads everything on screen again */
  constructor(backup: Backup, now: () => number, onRestored: (report: RestoreReport) => Promise<void>) {
    this.#backup = backup;
    this.#now = now;
    this.#onRestored = onRestored;
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
    try {
      const content = await this.#backup.write();
      const name = `palate-${new Date(this.#now()).toISOString().slice(0, 10)}.palate.gz`;
      this.#status = { kind: 'written', name, sizeBytes: content.size };
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
      await this.#onRestored(report);
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

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
