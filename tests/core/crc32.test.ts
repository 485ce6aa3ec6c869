import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { Crc32 } from '../../src/core/crc32.ts';

function checksum(...pieces: Uint8Array[]): string {
  const crc = new Crc32();
  for (const piece of pieces) crc.update(piece);
  return crc.digest();
}

describe('The checksum', () => {
  it('is the CRC-32 whose check value is published: "123456789" gives cbf43926', () => {
    expect(checksum(new TextEncoder().encode('123456789'))).toBe('cbf43926');
    expect(checksum()).toBe('00000000');
  });

  it('is the same however the bytes are cut', () => {
    const bytes = Uint8Array.from({ length: 300 }, (_, index) => (index * 31) & 0xff);
    const whole = checksum(bytes);
    for (const cut of [0, 1, 150, 299, 300]) {
      expect(checksum(bytes.subarray(0, cut), bytes.subarray(cut))).toBe(whole);
    }
  });

  it('agrees with the one that gzip writes at the end of a file', () => {
    for (const length of [1, 2, 255, 256, 10_000]) {
      const bytes = Uint8Array.from({ length }, (_, index) => (index * index * 7) & 0xff);
      const expected = gzipSync(bytes).readUInt32LE(gzipSync(bytes).length - 8);
      expect(checksum(bytes)).toBe(expected.toString(16).padStart(8, '0'));
    }
  });
});
