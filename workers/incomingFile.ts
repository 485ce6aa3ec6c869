/**
 * One file of a model while it comes in: written on the disk piece by piece, hashed on the way, and kept once it is
 * what the manifest says. What is there from before is hashed anew: whoever wrote it may have been ended at any byte.
 */
import type { ModelFile } from '../src/core/modelManifest.ts';
import { createHasher, feed, type Hasher } from './fileDigest.ts';
import { writeAll, type ModelShelf } from './modelShelf.ts';

/** What may be lost when the power goes. */
const FLUSH_BYTES = 8_000_000;

export class IncomingFile {
  readonly #file: ModelFile;
  readonly #handle: FileSystemSyncAccessHandle;
  #hasher: Hasher;
  #size: number;
  #flushed: number;

  private constructor(file: ModelFile, handle: FileSystemSyncAccessHandle, hasher: Hasher, size: number) {
    this.#file = file;
    this.#handle = handle;
    this.#hasher = hasher;
    this.#size = size;
    this.#flushed = size;
  }

  /** @param onPiece told when a piece of what is there was read; may throw to end it */
  static async open(
    shelf: ModelShelf,
    id: string,
    file: ModelFile,
    onPiece: () => void,
  ): Promise<IncomingFile> {
    const begun = await shelf.begun(id, file);
    const hasher = createHasher(file.digest.kind, file.bytes);
    if (begun.size <= file.bytes) await feed(hasher, begun, onPiece);
    const incoming = new IncomingFile(file, await shelf.write(id, file), hasher, begun.size);
    if (begun.size > file.bytes) incoming.empty();
    return incoming;
  }

  /** Bytes there are. */
  get size(): number {
    return this.#size;
  }

  /** @throws QuotaExceededError, and then nothing of the file is left: labels need the room more */
  write(piece: Uint8Array): void {
    try {
      writeAll(this.#handle, piece, this.#size);
      this.#size += piece.length;
      if (this.#size - this.#flushed >= FLUSH_BYTES) {
        this.#handle.flush();
        this.#flushed = this.#size;
      }
    } catch (error) {
      this.empty();
      throw error;
    }
    this.#hasher.update(piece);
  }

  empty(): void {
    this.#handle.truncate(0);
    this.#size = this.#flushed = 0;
    this.#hasher = createHasher(this.#file.digest.kind, this.#file.bytes);
  }

  /** Whether it is all there and right. What is all there and wrong is emptied. */
  isRight(): boolean {
    if (this.#size < this.#file.bytes) return false;
    if (this.#hasher.digest() === this.#file.digest.hex) return true;
    this.empty();
    return false;
  }

  close(): void {
    this.#handle.flush();
    this.#handle.close();
  }
}
