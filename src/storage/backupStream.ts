/** A backup file as a stream of lines, gzipped, so that no project has to fit into one text. */

import { describeBomb } from '../core/bomb.ts';

/** Lines are handed to the compressor in pieces of about this many bytes. */
const PIECE_BYTES = 1 << 16;
/** No line of a real backup comes near: the largest holds the weights of one head. */
const MAXIMUM_LINE_BYTES = 1 << 27;
const LINE_FEED = 10;

/** Gzips pieces of a file as they come. */
export function gzip(pieces: AsyncGenerator<Uint8Array<ArrayBuffer>, void, void>): Promise<Blob> {
  const source = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      const { done, value } = await pieces.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
  const packed = source.pipeThrough(new CompressionStream('gzip'));
  return new Response(packed, { headers: { 'content-type': 'application/gzip' } }).blob();
}

/** Gathers short pieces into long ones: streams cost by the piece. */
export async function* gather(
  pieces: AsyncIterable<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, void> {
  let waiting: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  for await (const piece of pieces) {
    waiting.push(piece);
    bytes += piece.length;
    if (bytes < PIECE_BYTES) continue;
    yield join(waiting);
    waiting = [];
    bytes = 0;
  }
  yield join(waiting);
}

/**
 * The lines of a file without their line feeds; gunzipped where the file is gzipped (some browsers unpack downloads
 * on their own).
 * @throws Error that says why the file cannot be read on
 */
export async function* readLines(file: Blob): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const [first, second] = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  const isGzipped = first === 0x1f && second === 0x8b;
  const bytes = isGzipped ? file.stream().pipeThrough(new DecompressionStream('gzip')) : file.stream();
  const reader = bytes.getReader();
  let unpacked = 0;
  let line: Uint8Array<ArrayBuffer>[] = [];
  let lineBytes = 0;
  try {
    for (;;) {
      const { done, value } = await readPiece(reader);
      if (done) break;
      unpacked += value.length;
      const bomb = isGzipped ? describeBomb(unpacked, file.size) : undefined;
      if (bomb) throw new Error(bomb);
      let start = 0;
      for (let end = value.indexOf(LINE_FEED); end >= 0; end = value.indexOf(LINE_FEED, start)) {
        line.push(value.subarray(start, end));
        yield join(line);
        line = [];
        lineBytes = 0;
        start = end + 1;
      }
      line.push(value.subarray(start));
      lineBytes += value.length - start;
      if (lineBytes > MAXIMUM_LINE_BYTES) throw new Error('the line does not end');
    }
    if (lineBytes > 0) yield join(line);
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

type Reader = ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>;

async function readPiece(reader: Reader): Promise<Awaited<ReturnType<Reader['read']>>> {
  try {
    return await reader.read();
  } catch (error) {
    throw new Error(`the file is cut off or damaged and cannot be unpacked (${String(error)})`, {
      cause: error,
    });
  }
}

function join(pieces: readonly Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  if (pieces.length === 1) return pieces[0];
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let offset = 0;
  for (const piece of pieces) {
    whole.set(piece, offset);
    offset += piece.length;
  }
  return whole;
}
