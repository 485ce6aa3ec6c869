import { describe, expect, test } from 'vitest';
import { lengthFigures, lengthSlope, logLength, withoutLength } from '../../src/core/lengthControl.ts';
import { createRandom } from '../../src/core/random.ts';

describe('length control', () => {
  test('counts code points of the trimmed text, at least one', () => {
    expect(logLength('  ab😀 ')).toBeCloseTo(Math.log(3), 12);
    expect(logLength('   ')).toBe(0);
  });

  test('takes out exactly what follows length', () => {
    const random = createRandom(2);
    const lengths = Float64Array.from({ length: 400 }, random.normal);
    const rest = Float64Array.from({ length: 400 }, random.normal);
    const margins = lengths.map((length, pair) => 3 * length + rest[pair]);
    const slope = lengthSlope(margins, lengths);
    expect(Math.abs(slope - 3)).toBeLessThan(0.2);
    expect(lengthFigures(margins, lengths).correlation).toBeGreaterThan(0.9);
    expect(lengthFigures(withoutLength(margins, lengths, slope), lengths).correlation).toBeCloseTo(0, 9);
    expect(lengthFigures(withoutLength(margins, lengths, slope / 2), lengths).correlation).toBeGreaterThan(
      0.5,
    );
  });

  test('a head that only counts is a coin on balanced pairs and on equal lengths', () => {
    const lengths = [1, 1, 1, -1, 0, 0, 0.01, -0.02];
    const figures = lengthFigures(
      lengths.map((length) => (Math.abs(length) < 0.05 ? 0 : length)),
      lengths,
    );
    expect(figures.balanced).toBe((3 + 0.5) / 4 / 2 + 0.5 / 2 / 2);
    expect(figures.equalLengths).toMatchObject({ n: 4, value: 0.5 });
  });

  test('says nothing of balance where only one length was chosen', () => {
    expect(lengthFigures([1, 1], [1, 2]).balanced).toBeUndefined();
    expect(lengthSlope([1, 2], [0, 0])).toBe(0);
  });
});
