/** CRC-32 (IEEE 802.3, reflected, polynomial 0xEDB88320) of the UTF-8 bytes of code points: the hash of the buckets. */
import { crc32Step } from '../../core/crc32.ts';

/** The checksum of `codePoints[from, to)` in [0, 2³²). */
export function crc32(codePoints: ArrayLike<number>, from: number, to: number): number {
  let crc = -1;
  for (let index = from; index < to; index++) {
    const point = codePoints[index];
    if (point < 0x80) {
      crc = crc32Step(crc, point);
    } else if (point < 0x800) {
      crc = crc32Step(crc32Step(crc, 0xc0 | (point >> 6)), 0x80 | (point & 63));
    } else {
      crc =
        point < 0x10000
          ? crc32Step(crc, 0xe0 | (point >> 12))
          : crc32Step(crc32Step(crc, 0xf0 | (point >> 18)), 0x80 | ((point >> 12) & 63));
      crc = crc32Step(crc32Step(crc, 0x80 | ((point >> 6) & 63)), 0x80 | (point & 63));
    }
  }
  return ~crc >>> 0;
}
