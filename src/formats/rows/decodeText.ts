/**
 * Bytes, as they arrive in pieces, to text: UTF-8 by default, UTF-16 where a byte order mark says so. Bytes that are
 * no UTF-8 do not stop the file: every line that holds some is marked with `INVALID_BYTES`, and its row is rejected.
 */
import { INVALID_BYTES } from './sourceRow.ts';

export class TextDecoding {
  readonly #strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  readonly #lenient = new TextDecoder('utf-8', { ignoreBOM: true });
  #utf16?: TextDecoder;
  #started = false;
  /** Bytes of a character cut by the end of a piece. */
  #rest: Uint8Array = new Uint8Array();

  /** Decodes the next piece; characters cut in two wait for the piece after it. */
  push(bytes: Uint8Array): string {
    let piece = this.#rest.length > 0 ? join(this.#rest, bytes) : bytes;
    if (!this.#started) {
      if (piece.length < 3) {
        this.#rest = piece.slice();
        return '';
      }
      piece = this.#start(piece);
    }
    if (this.#utf16) {
      this.#rest = new Uint8Array();
      return this.#utf16.decode(piece, { stream: true });
    }
    const end = wholeCharacters(piece);
    this.#rest = piece.slice(end);
    return this.#decode(piece.subarray(0, end));
  }

  end(): string {
    const piece = this.#started ? this.#rest : this.#start(this.#rest);
    return this.#utf16 ? this.#utf16.decode(piece) : this.#decode(piece);
  }

  /** Recognises and strips the byte order mark. */
  #start(bytes: Uint8Array): Uint8Array {
    this.#started = true;
    if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return bytes.subarray(3);
    const label = utf16Label(bytes);
    if (!label) return bytes;
    this.#utf16 = new TextDecoder(label, { ignoreBOM: true });
    return bytes.subarray(2);
  }

  #decode(bytes: Uint8Array): string {
    try {
      return this.#strict.decode(bytes);
    } catch {
      return this.#decodeByLine(bytes);
    }
  }

  #decodeByLine(bytes: Uint8Array): string {
    let text = '';
    for (let from = 0; from < bytes.length;) {
      const newline = bytes.indexOf(10, from);
      const end = newline < 0 ? bytes.length : newline + 1;
      const line = bytes.subarray(from, end);
      try {
        text += this.#strict.decode(line);
      } catch {
        text += this.#lenient.decode(line).replaceAll('\ufffd', INVALID_BYTES);
      }
      from = end;
    }
    return text;
  }
}

/** The encoding that a UTF-16 byte order mark names. */
export function utf16Label(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return undefined;
}

/** Number of leading bytes that do not cut a UTF-8 character at the end. */
function wholeCharacters(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back];
    if (byte < 0x80) break;
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return back < length ? bytes.length - back : bytes.length;
    }
  }
  return bytes.length;
}

function join(a: Uint8Array, b: Uint8Array): Uint8Array {
  const joined = new Uint8Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return joined;
}
