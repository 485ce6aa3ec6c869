/** Base64 (RFC 4648 §4, padded) of bytes, without the DOM or Node: core runs in both. */

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const VALUE_OF = new Map([...ALPHABET].map((character, value) => [character.charCodeAt(0), value]));
/** Characters gathered before they are joined to the text: one append per character is slow on megabytes. */
const SLICE = 8192;

export function bytesToBase64(bytes: Uint8Array): string {
  let text = '';
  let slice: string[] = [];
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i;
    const bits = (bytes[i] << 16) | ((left > 1 ? bytes[i + 1] : 0) << 8) | (left > 2 ? bytes[i + 2] : 0);
    slice.push(
      ALPHABET[bits >>> 18],
      ALPHABET[(bits >>> 12) & 63],
      left > 1 ? ALPHABET[(bits >>> 6) & 63] : '=',
      left > 2 ? ALPHABET[bits & 63] : '=',
    );
    if (slice.length >= SLICE) {
      text += slice.join('');
      slice = [];
    }
  }
  return text + slice.join('');
}

/** @throws Error naming the position of the first character that is not base64 */
export function base64ToBytes(text: string): Uint8Array<ArrayBuffer> {
  if (text.length % 4 !== 0) throw new Error(`base64 of ${text.length} characters is cut off.`);
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  let target = 0;
  for (let i = 0; i < text.length; i += 4) {
    let bits = 0;
    for (let j = 0; j < 4; j++) {
      const padded = i + j >= text.length - padding;
      const value = padded ? 0 : VALUE_OF.get(text.charCodeAt(i + j));
      if (value === undefined) throw new Error(`base64 has a wrong character at position ${i + j + 1}.`);
      bits = (bits << 6) | value;
    }
    for (let shift = 16; shift >= 0 && target < bytes.length; shift -= 8)
      bytes[target++] = (bits >>> shift) & 255;
  }
  return bytes;
}

/** Little-endian float32 values as base64. */
export function floatsToBase64(floats: Float32Array): string {
  const view = new DataView(new ArrayBuffer(floats.length * 4));
  floats.forEach((value, index) => view.setFloat32(index * 4, value, true));
  return bytesToBase64(new Uint8Array(view.buffer));
}

/** @throws Error when the text is not base64 of whole float32 values */
export function base64ToFloats(text: string): Float32Array<ArrayBuffer> {
  const bytes = base64ToBytes(text);
  if (bytes.length % 4 !== 0) throw new Error('a list of numbers is cut off.');
  const view = new DataView(bytes.buffer);
  return Float32Array.from({ length: bytes.length / 4 }, (_, index) => view.getFloat32(index * 4, true));
}
