/**
 * CRC-32 (IEEE 802.3: polynomial 0x04C11DB7, reflected, as in gzip and PNG), one byte at a time. It tells accidents: any
 * change within 32 neighbouring bits, and all but one in 2^32 of the others. It is no protection against somebody who
 * wants a change to go unseen.
 */

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) {
    remainder = remainder & 1 ? (remainder >>> 1) ^ 0xedb88320 : remainder >>> 1;
  }
  return remainder;
});

/** The remainder after one more byte. It starts at −1; the checksum is its complement. */
export function crc32Step(remainder: number, byte: number): number {
  return TABLE[(remainder ^ byte) & 0xff] ^ (remainder >>> 8);
}

/** The checksum as eight hexadecimal digits, from the remainder after the last byte. */
export function crc32Digits(remainder: number): string {
  return (~remainder >>> 0).toString(16).padStart(8, '0');
}

/** Over bytes that come piece by piece. */
export class Crc32 {
  #remainder = -1;

  update(bytes: Uint8Array): void {
    let remainder = this.#remainder;
    for (let i = 0; i < bytes.length; i++) remainder = crc32Step(remainder, bytes[i]);
    this.#remainder = remainder;
  }

  /** Of everything so far, as eight hexadecimal digits. */
  digest(): string {
    return crc32Digits(this.#remainder);
  }
}
