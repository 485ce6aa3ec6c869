/**
 * The bytes of a file, unpacked where its first two bytes say gzip, with a count of the bytes read as they lie on disk.
 */
import { PalateError } from '../../core/palateError.ts';
import { utf16Label } from './decodeText.ts';

export interface UnpackedBytes {
  /** The next piece; undefined at the end. @throws PalateError `bad-file` when the gzip data is damaged */
  read(): Promise<Uint8Array | undefined>;
  /** Bytes of the file consumed so far, before unpacking. */
  bytesRead(): number;
  /** Frees the file; safe at any time. */
  close(): Promise<void>;
}

/** Opens a file for reading in pieces. @param name for messages */
export async function openBytes(file: Blob, name: string): Promise<UnpackedBytes> {
  let bytesRead = 0;
  const counter = new TransformStream<Uint8Array, Uint8Array>({
    transform(piece, controller) {
      bytesRead += piece.byteLength;
      controller.enqueue(piece);
    },
  });
  const raw = file.stream().pipeThrough(counter);
  const packed = await isGzip(file);
  const reader = (packed ? raw.pipeThrough(gunzip()) : raw).getReader();
  return {
    async read() {
      try {
        const { done, value } = await reader.read();
        return done ? undefined : value;
      } catch (error) {
        const problem = packed ? 'its gzip data is damaged or cut off' : 'it could not be read';
        throw new PalateError('bad-file', `${name}: ${problem}. Nothing was imported.`, { cause: error });
      }
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
  let control = 0;
  for (const byte of start) if (byte < 9 || (byte > 13 && byte < 32 && byte !== 27)) control++;
  return control > start.length * MAX_CONTROL_SHARE ? 'a binary file' : undefined;
}
