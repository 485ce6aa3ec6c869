import { describe, expect, it } from 'vitest';
import { bytesHash, textHash } from '../../src/core/textHash.ts';

describe('text hashes', () => {
  it('are 32 hexadecimal digits, the same every time', () => {
    expect(textHash('A cup of tea.')).toMatch(/^[0-9a-f]{32}$/);
    expect(textHash('A cup of tea.')).toBe(textHash(['A cup', 'of tea.'].join(' ')));
  });

  it('differ for texts that differ in one character, in order or in length', () => {
    const texts = ['', '\0', '\0\0', 'ab', 'ba', 'a', 'b', 'A', 'é', 'e\u0301', '\ud800', '\udc00'];
    for (let i = 0; i < 50_000; i++) texts.push(`Answer ${i} of many`);
    expect(new Set(texts.map(textHash)).size).toBe(texts.length);
  });

  it('spread a change of one bit over half of the 128 bits', () => {
    let flipped = 0;
    const trials = 500;
    for (let i = 0; i < trials; i++) {
      const text = `Text number ${i} has a last character: `;
      flipped += differingBits(textHash(`${text}a`), textHash(`${text}c`));
    }
    expect(flipped / trials).toBeGreaterThan(60);
    expect(flipped / trials).toBeLessThan(68);
  });
});

it('hashes bytes that differ in one place differently', () => {
  const bytes = new Uint8Array(1000);
  const hashes = new Set([bytesHash(bytes)]);
  for (let i = 0; i < bytes.length; i++) {
    bytes[i] = 1;
    hashes.add(bytesHash(bytes));
    bytes[i] = 0;
  }
  expect(hashes.size).toBe(bytes.length + 1);
});

function differingBits(first: string, second: string): number {
  let count = 0;
  for (let at = 0; at < first.length; at += 8) {
    let bits = parseInt(first.slice(at, at + 8), 16) ^ parseInt(second.slice(at, at + 8), 16);
    for (; bits !== 0; bits &= bits - 1) count++;
  }
  return count;
}
