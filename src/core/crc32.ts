/** CRC-32 (IEEE 802.3: polynomial 0x04C11DB7, reflected, as in gzip and PNG), one byte at a time. */

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) {
    remainder = remainder & 1 ? (remainder >>> 1) ^ 0xedb88320 : remainder >>> 1;
  }
  return remainder;
});

/** The remainder after one more byte. It starts at −1; the checksum is its complement, `~remainder >>> 0`. */
export function crc32Step(remainder: number, byte: number): number {
  return TABLE[(remainder ^ byte) & 0xff] ^ (remainder >>> 8);
}
