/**
 * Bytes, as they arrive in pieces, to text: UTF-8 by default, UTF-16 where a byte order mark says so. Bytes that are
 * neither do not stop the file: every line that holds some is marked with `INVALID_BYTES`, and its row is rejected.
 */
import { INVALID_BYTES } from './sourceRow.ts';

/** One encoding: where pieces and lines may be cut, and how bytes become text. */
interface Encoding {
  readonly strict: TextDecoder;
  readonly lenient: TextDecoder;
  /** Number of leading bytes that do not cut a character at the end. */
  readonly wholeCharacters: (bytes: Uint8Array) => number;
  /** Index behind the next line end at or after `from`. */
  readonly endOfLine: (bytes: Uint8Array, from: number) => number;
}

export class TextDecoding {
  #encoding?: Encoding;
  /** Bytes of a character cut by the end of a piece. */
  #rest: Uint8Array = new Uint8Array();

  /** Decodes the next piece; characters cut in two wait for the piece after it. */
  push(bytes: Uint8Array): string {
    const piece = this.#rest.length > 0 ? join(this.#rest, bytes) : bytes;
    if (!this.#encoding && piece.length < 3) {
      this.#rest = piece.slice();
      return '';
    }
    const text = this.#withoutMark(piece);
    const end = this.#encoding!.wholeCharacters(text);
    this.#rest = text.slice(end);
    return decode(this.#encoding!, text.subarray(0, end));
  }

  end(): string {
    const text = this.#withoutMark(this.#rest);
    this.#rest = new Uint8Array();
    return decode(this.#encoding!, text);
  }

  /** Recognises the encoding at the first call, and strips the byte order mark. */
  #withoutMark(bytes: Uint8Array): Uint8Array {
    if (this.#encoding) return bytes;
    const label = utf16Label(bytes);
    this.#encoding = label ? utf16(label) : utf8();
    if (label) return bytes.subarray(2);
    return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
  }
}

/** The encoding that a UTF-16 byte order mark names. */
export function utf16Label(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return undefined;
}

function decode(encoding: Encoding, bytes: Uint8Array): string {
  try {
    return encoding.strict.decode(bytes);
  } catch {
    return decodeByLine(encoding, bytes);
  }
}

function decodeByLine({ strict, lenient, endOfLine }: Encoding, bytes: Uint8Array): string {
  let text = '';
  for (let from = 0; from < bytes.length;) {
    const end = endOfLine(bytes, from);
    const line = bytes.subarray(from, end);
    try {
      text += strict.decode(line);
    } catch {
      text += lenient.decode(line).replaceAll('\ufffd', INVALID_BYTES);
    }
    from = end;
  }
  return text;
}

function utf8(): Encoding {
  return {
    strict: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }),
    lenient: new TextDecoder('utf-8', { ignoreBOM: true }),
    wholeCharacters: wholeUtf8,
    endOfLine(bytes, from) {
      let at = from;
      while (at < bytes.length && bytes[at] !== 10 && bytes[at] !== 13) at++;
      return Math.min(bytes.length, at + 1);
    },
  };
}

function utf16(label: 'utf-16le' | 'utf-16be'): Encoding {
  const [high, low] = label === 'utf-16le' ? [1, 0] : [0, 1];
  const isLineEnd = (bytes: Uint8Array, at: number): boolean =>
    bytes[at + high] === 0 && (bytes[at + low] === 10 || bytes[at + low] === 13);
  return {
    strict: new TextDecoder(label, { fatal: true, ignoreBOM: true }),
    lenient: new TextDecoder(label, { ignoreBOM: true }),
    wholeCharacters(bytes) {
      const even = bytes.length & ~1;
      const isHighSurrogate = even >= 2 && bytes[even - 2 + high] >> 2 === 0xd8 >> 2;
      return isHighSurrogate ? even - 2 : even;
    },
    endOfLine(bytes, from) {
      let at = from;
      while (at < bytes.length && !isLineEnd(bytes, at)) at += 2;
      return Math.min(bytes.length, at + 2);
    },
  };
}

function wholeUtf8(bytes: Uint8Array): number {
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
