import { describe, expect, test } from 'vitest';
import { LabelledPool } from '../../src/formats/labelledPool.ts';

function pool(good: number, bad: number): LabelledPool<string> {
  const labelled = new LabelledPool<string>();
  const add = (name: string, isGood: boolean): void =>
    labelled.add(name, {
      kind: 'labelled',
      prompt: [{ role: 'user', content: 'p' }],
      response: { text: name },
      good: isGood,
    });
  for (let i = 0; i < good; i++) add(`good ${i}`, true);
  for (let i = 0; i < bad; i++) add(`bad ${i}`, false);
  return labelled;
}

describe('pairs of labelled responses', () => {
  test.each([
    [1, 1, 1, 0],
    [2, 3, 6, 0],
    [5, 5, 16, 0],
    [20, 1, 16, 4],
    [9, 9, 16, 0],
    [3, 0, 0, 3],
  ])('%i good and %i bad make %i pairs and leave %i alone', (good, bad, pairs, alone) => {
    const made = [...pool(good, bad).drain()];
    const pairTexts = made.flatMap((item) =>
      'pair' in item ? [`${item.pair.first.text}>${item.pair.second.text}`] : [],
    );
    expect(pairTexts).toHaveLength(pairs);
    expect(new Set(pairTexts).size).toBe(pairs);
    expect(pairTexts.every((text) => /^good \d+>bad \d+$/.test(text))).toBe(true);
    expect(made.filter((item) => 'reason' in item)).toHaveLength(alone);
  });

  test('say why a response is left alone', () => {
    const reasons = (good: number, bad: number): string[] =>
      [...pool(good, bad).drain()].flatMap((item) => ('reason' in item ? [item.reason] : []));
    expect(reasons(1, 0)[0]).toContain('no response to the same prompt is labelled bad');
    expect(reasons(1, 17)[0]).toContain('already gave 16 pairs');
  });
});
