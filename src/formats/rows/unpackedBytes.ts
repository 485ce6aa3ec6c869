/**
 * The bytes of a file, unpacked where its first two bytes say gzip, with a count of the bytes read as they lie on disk.
 */
import { describeBomb } from '../../core/bomb.ts';
import { PalateError } from '../../core/palateError.ts';
import { utf16Label } from './decodeText.ts';

/** Packed bytes handed over at once: what they unpack to waits in memory. */
const PIECE_BYTES = 16 * 1024;

export interface UnpackedBytes {
  /** The next piece; undefined at the end. @throws PalateError `bad-file`: damaged, or unpacks beyond the bounds */
  read(): Promise<Uint8Array | undefined>;
  /** Bytes of the file consumed so far, before unpacking. */
  bytesRead(): number;
  /** Frees the file; safe at any time. */
  close(): Promise<void>;
}

/** Opens a file for reading in pieces. @param name for messages */
export async function openBytes(file: Blob, name: string): Promise<UnpackedBytes> {
  let bytesRead = 0;
  let unpacked = 0;
  const counter = new TransformStream<Uint8Array, Uint8Array>({
    transform(piece, controller) {
      for (let from = 0; from < piece.byteLength; from += PIECE_BYTES) {
        controller.enqueue(piece.subarray(from, from + PIECE_BYTES));
      }
      bytesRead += piece.byteLength;
    },
  });
  const raw = file.stream().pipeThrough(counter);
  const packed = await isGzip(file);
  const reader = (packed ? raw.pipeThrough(gunzip()) : raw).getReader();
  return {
    async read() {
      let value: Uint8Array | undefined;
      try {
        ({ value } = await reader.read());
      } catch (error) {
        const problem = packed ? 'its gzip data is damaged or cut off' : 'it could not be read';
        throw new PalateError('bad-file', `${name}: ${problem}. Nothing was imported.`, { cause: error });
      }
      unpacked += value?.byteLength ?? 0;
      const bomb = packed ? describeBomb(unpacked, bytesRead) : undefined;
      if (bomb) throw new PalateError('bad-file', `${name}: ${bomb}. Nothing was imported.`);
      return value;
    },
    bytesRead: () => bytesRead,
    close: () => reader.cancel().catch(() => undefined),
  };
}

async function isGzip(file: Blob): Promise<boolean> {
  const [first, second] = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  return first === 0x1f && second === 0x8b;
}

/** The lib's types of `DecompressionStream` take any buffer source, which a stream of byte arrays satisfies. */
function gunzip(): ReadableWritablePair<Uint8Array, Uint8Array> {
  return new DecompressionStream('gzip') as unknown as ReadableWritablePair<Uint8Array, Uint8Array>;
}

const SIGNATURES: readonly (readonly [string, string])[] = [
  ['PK\u0003\u0004', 'a ZIP archive; unpack it and import the files in it'],
  ['PAR1', 'a Parquet file; export it as JSON Lines or CSV first'],
  ['%PDF', 'a PDF'],
  ['SQLite format 3', 'a database'],
  ['\u0089PNG', 'an image'],
  ['\u00ff\u00d8\u00ff', 'an image'],
];

/** Share of control bytes above which the start of a file is no text. */
const MAX_CONTROL_SHARE = 0.02;

/** What the first bytes of a file are if they are no text; undefined for text. */
export function describeBinary(start: Uint8Array): string | undefined {
  const ascii = String.fromCharCode(...start.subarray(0, 16));
  const known = SIGNATURES.find(([signature]) => ascii.startsWith(signature));
  if (known) return known[1];
  if (utf16Label(start)) return undefined;
  if (hasZeroInEveryPair(start)) return 'UTF-16 without a byte order mark; save the file as UTF-8';
  let control = 0;
  for (const byte of start) if (byte < 9 || (byte > 13 && byte < 32 && byte !== 27)) control++;
  return control > start.length * MAX_CONTROL_SHARE ? 'a binary file' : undefined;
}

/** True for Latin text in UTF-16, of whose every two bytes one is zero. */
function hasZeroInEveryPair(start: Uint8Array): boolean {
  const pairs = start.length >> 1;
  const zeros = (offset: number): number => {
    let count = 0;
    for (let pair = 0; pair < pairs; pair++) if (start[2 * pair + offset] === 0) count++;
    return count;
  };
  const [even, odd] = [zeros(0), zeros(1)];
  return pairs > 1 && Math.max(even, odd) > 0.6 * pairs && Math.min(even, odd) < 0.1 * pairs;
}
