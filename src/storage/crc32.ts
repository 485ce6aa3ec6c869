/**
 * CRC-32 (the polynomial 0x04C11DB7, reflected, as in gzip and PNG) over bytes that come piece by piece. It tells
 * accidents: any change within 32 neighbouring bits, and all but one in 2^32 of the others. It is no protection
 * against somebody who wants a change to go unseen.
 */
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) {
    remainder = remainder & 1 ? (remainder >>> 1) ^ 0xedb88320 : remainder >>> 1;
  }
  return remainder;
});

export class Crc32 {
  #remainder = 0xffffffff;

  update(bytes: Uint8Array): void {
    let remainder = this.#remainder;
    for (let i = 0; i < bytes.length; i++) {
      remainder = TABLE[(remainder ^ bytes[i]) & 0xff] ^ (remainder >>> 8);
    }
    this.#remainder = remainder;
  }

  /** The checksum of everything so far, as eight hexadecimal digits. */
  digest(): string {
    return (~this.#remainder >>> 0).toString(16).padStart(8, '0');
  }
}
