/**
 * The part of the origin's private file system that is used, in memory: folders, files, and handles that lock a file
 * and write in place. There is as much room as a test says.
 */

interface Room {
  left: number;
}

class MemoryFile {
  readonly kind = 'file';
  readonly name: string;
  readonly #room: Room;
  #bytes = new Uint8Array(0);
  #isLocked = false;

  constructor(name: string, room: Room) {
    this.name = name;
    this.#room = room;
  }

  getFile(): Promise<File> {
    return Promise.resolve(new File([this.#bytes], this.name));
  }

  createSyncAccessHandle(): Promise<FileSystemSyncAccessHandle> {
    if (this.#isLocked) return Promise.reject(new DOMException('Locked.', 'NoModificationAllowedError'));
    this.#isLocked = true;
    const handle = {
      getSize: () => this.#bytes.length,
      read: (into: Uint8Array, { at = 0 } = {}) => {
        const piece = this.#bytes.subarray(at, at + into.length);
        into.set(piece);
        return piece.length;
      },
      write: (piece: Uint8Array, { at = 0 } = {}) => {
        const size = Math.max(this.#bytes.length, at + piece.length);
        // As Chromium 150 answers: it does not throw.
        if (size - this.#bytes.length > this.#room.left) return 2 ** 32 - 8;
        this.#resize(size);
        this.#bytes.set(piece, at);
        return piece.length;
      },
      truncate: (size: number) => this.#resize(size),
      flush: () => undefined,
      close: () => void (this.#isLocked = false),
    };
    return Promise.resolve(handle as unknown as FileSystemSyncAccessHandle);
  }

  /** Changes bytes behind everybody's back, as a disk does. */
  spoil(change: (bytes: Uint8Array) => void): void {
    change(this.#bytes);
  }

  #resize(size: number): void {
    this.#room.left -= size - this.#bytes.length;
    const bytes = new Uint8Array(size);
    bytes.set(this.#bytes.subarray(0, size));
    this.#bytes = bytes;
  }
}

export class MemoryFolder {
  readonly kind = 'directory';
  readonly name: string;
  readonly room: Room;
  readonly #entries = new Map<string, MemoryFile | MemoryFolder>();

  constructor(name = '', room: Room = { left: Infinity }) {
    this.name = name;
    this.room = room;
  }

  get handle(): FileSystemDirectoryHandle {
    return this as unknown as FileSystemDirectoryHandle;
  }

  async getDirectoryHandle(name: string, { create = false } = {}): Promise<MemoryFolder> {
    return this.#get(name, create, () => new MemoryFolder(name, this.room)) as MemoryFolder;
  }

  async getFileHandle(name: string, { create = false } = {}): Promise<MemoryFile> {
    return this.#get(name, create, () => new MemoryFile(name, this.room)) as MemoryFile;
  }

  async removeEntry(name: string): Promise<void> {
    if (!this.#entries.delete(name)) throw new DOMException('None.', 'NotFoundError');
  }

  async *entries(): AsyncGenerator<[string, MemoryFile | MemoryFolder]> {
    for (const entry of [...this.#entries]) yield entry;
  }

  async *keys(): AsyncGenerator<string> {
    for (const name of [...this.#entries.keys()]) yield name;
  }

  async *values(): AsyncGenerator<MemoryFile | MemoryFolder> {
    for (const entry of [...this.#entries.values()]) yield entry;
  }

  #get(name: string, create: boolean, make: () => MemoryFile | MemoryFolder): MemoryFile | MemoryFolder {
    const found = this.#entries.get(name);
    if (found) return found;
    if (!create) throw new DOMException('None.', 'NotFoundError');
    const made = make();
    this.#entries.set(name, made);
    return made;
  }
}
