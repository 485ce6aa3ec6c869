/** Picking in the study, on candidates whose order is known: of four answers to a question the longer is the better. */
import { expect, test } from 'vitest';
import { measurePairs } from '../../../src/cli/fitHead.ts';
import { DRAWS, pickingFigures, RULES } from '../../../src/cli/study/bestOfN.ts';
import { splitForStudy } from '../../../src/cli/study/studySplit.ts';
import type { PreferencePair } from '../../../src/core/preferencePairs.ts';
import { DEFAULT_ENCODER_ID, encoderById } from '../../../src/encoder/catalogue.ts';

const answers = (prompt: number): string[] =>
  Array.from({ length: 4 }, (_, i) => `${'Add a little oil and stir. '.repeat(1 + 3 * i)}Number ${prompt}.`);

const pair = (prompt: number, chosen: string, rejected: string): PreferencePair => ({
  comparisonId: `${prompt}${chosen}${rejected}`,
  prompt: `How do I fry it, try ${prompt}?`,
  chosen,
  rejected,
  weight: 1,
  targetMargin: 0,
  isControl: true,
});

/** Every longer answer over every shorter one; the two shortest are called equal. */
function comparedPairs(prompts: number): {
  readonly pairs: PreferencePair[];
  readonly ties: PreferencePair[];
} {
  const ties: PreferencePair[] = [];
  const pairs = Array.from({ length: prompts }, (_, prompt) => {
    const texts = answers(prompt);
    ties.push(pair(prompt, texts[0], texts[1]));
    return texts.flatMap((better, place) =>
      texts.slice(0, place).flatMap((worse) => (place === 1 ? [] : [pair(prompt, better, worse)])),
    );
  }).flat();
  return { pairs, ties };
}

const encoder = encoderById(DEFAULT_ENCODER_ID);

test('a head that learned the order picks nearly what an oracle would, and is worth to people what it says', () => {
  const { pairs, ties } = comparedPairs(40);
  const split = splitForStudy(encoder, measurePairs(encoder, [...pairs, ...ties]), 1);
  const found = pickingFigures(split, new Set(ties), 1);
  // Of 200 preferences 140 are left to learn from.
  expect(found.map((figures) => figures !== undefined)).toEqual([true, true, false]);
  const { shares, winners } = found[1]!;
  expect(shares).toHaveLength(RULES.length);
  for (const share of shares.flat()) expect(share).toBeGreaterThan(0.95);
  expect(shares.at(-1)).toEqual(DRAWS.map(() => expect.closeTo(1, 12) as number));
  expect(winners.map(({ n }) => n)).toEqual([1, 2, 3, 4]);
  expect(winners[0]).toMatchObject({ toHead: expect.closeTo(0.5, 9), toPeople: expect.closeTo(0.5, 9) });
  expect(winners[3].toPeople).toBeGreaterThan(0.95);
});

test('files with two answers a prompt have nothing to pick from', () => {
  const pairs = Array.from({ length: 60 }, (_, prompt) =>
    pair(prompt, answers(prompt)[3], answers(prompt)[0]),
  );
  const split = splitForStudy(encoder, measurePairs(encoder, pairs), 1);
  expect(pickingFigures(split, new Set(), 1)).toEqual([undefined, undefined, undefined]);
});
