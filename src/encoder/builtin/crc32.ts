/** CRC-32 (IEEE 802.3, reflected, polynomial 0xEDB88320) of the UTF-8 bytes of code points: the hash of the buckets. */

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++)
    remainder = remainder & 1 ? (remainder >>> 1) ^ 0xedb88320 : remainder >>> 1;
  return remainder;
});

/** The checksum of `codePoints[from, to)` in [0, 2³²). */
export function crc32(codePoints: ArrayLike<number>, from: number, to: number): number {
  let crc = -1;
  for (let index = from; index < to; index++) {
    const point = codePoints[index];
    if (point < 0x80) {
      crc = step(crc, point);
    } else if (point < 0x800) {
      crc = step(step(crc, 0xc0 | (point >> 6)), 0x80 | (point & 63));
    } else {
      crc =
        point < 0x10000
          ? step(crc, 0xe0 | (point >> 12))
          : step(step(crc, 0xf0 | (point >> 18)), 0x80 | ((point >> 12) & 63));
      crc = step(step(crc, 0x80 | ((point >> 6) & 63)), 0x80 | (point & 63));
    }
  }
  return ~crc >>> 0;
}

function step(crc: number, byte: number): number {
  return TABLE[(crc ^ byte) & 255] ^ (crc >>> 8);
}
