/**
 * Base64 (RFC 4648, §4) of typed arrays' bytes for JSON. Bytes are those of memory, little-endian on every machine
 * that runs a JavaScript engine of this decade. Neither `btoa` nor `Buffer` exists in all places this code runs in.
 */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const codeOfValue = Uint8Array.from(ALPHABET, (character) => character.charCodeAt(0));
const valueOfCode = new Int16Array(128).fill(-1);
codeOfValue.forEach((code, value) => (valueOfCode[code] = value));
const PADDING = '='.charCodeAt(0);

/** Characters joined at a time: a whole projection would exceed the engine's limit of arguments. */
const CHUNK = 8192;

export function toBase64(array: ArrayBufferView): string {
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  const codes = new Uint8Array(Math.ceil(bytes.length / 3) * 4).fill(PADDING);
  for (let from = 0, to = 0; from < bytes.length; from += 3, to += 4) {
    const rest = bytes.length - from;
    const triple = (bytes[from] << 16) | ((bytes[from + 1] ?? 0) << 8) | (bytes[from + 2] ?? 0);
    codes[to] = codeOfValue[triple >> 18];
    codes[to + 1] = codeOfValue[(triple >> 12) & 63];
    if (rest > 1) codes[to + 2] = codeOfValue[(triple >> 6) & 63];
    if (rest > 2) codes[to + 3] = codeOfValue[triple & 63];
  }
  const parts: string[] = [];
  for (let at = 0; at < codes.length; at += CHUNK) {
    parts.push(String.fromCharCode(...codes.subarray(at, at + CHUNK)));
  }
  return parts.join('');
}

/** @throws when the text is not base64 */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  if (text.length % 4 !== 0) throw new Error(`base64 of ${text.length} characters: not a multiple of 4`);
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  const digits = text.length - padding;
  const valueAt = (index: number): number => {
    if (index >= digits) return 0;
    const value = valueOfCode[text.charCodeAt(index)] ?? -1;
    if (value < 0)
      throw new Error(`base64 character ${JSON.stringify(text[index])} at ${index} is not allowed`);
    return value;
  };
  for (let from = 0, to = 0; from < text.length; from += 4, to += 3) {
    const triple =
      (valueAt(from) << 18) | (valueAt(from + 1) << 12) | (valueAt(from + 2) << 6) | valueAt(from + 3);
    bytes[to] = triple >> 16;
    bytes[to + 1] = triple >> 8;
    bytes[to + 2] = triple;
  }
  const spare = padding === 0 ? 0 : valueAt(digits - 1) & (padding === 2 ? 15 : 3);
  if (spare !== 0) throw new Error('base64 ends in bits that belong to no byte');
  return bytes;
}

/** Little-endian float32 values as base64. */
export function floatsToBase64(floats: Float32Array): string {
  const view = new DataView(new ArrayBuffer(floats.length * 4));
  floats.forEach((value, index) => view.setFloat32(index * 4, value, true));
  return toBase64(view);
}

/** @throws Error when the text is not base64 of whole float32 values */
export function base64ToFloats(text: string): Float32Array<ArrayBuffer> {
  const bytes = fromBase64(text);
  if (bytes.length % 4 !== 0) throw new Error('a list of numbers is cut off.');
  const view = new DataView(bytes.buffer);
  return Float32Array.from({ length: bytes.length / 4 }, (_, index) => view.getFloat32(index * 4, true));
}
