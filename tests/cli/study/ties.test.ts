/** Ties in the study, on preferences whose rule is known: the longer answer wins, equally long ones are tied. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { measurePairs } from '../../../src/cli/fitHead.ts';
import { readPairs } from '../../../src/cli/readFiles.ts';
import { splitForStudy } from '../../../src/cli/study/studySplit.ts';
import { figuresWithTies, shareSmaller, TIE_LABELS, TIE_WAYS } from '../../../src/cli/study/ties.ts';
import { DEFAULT_ENCODER_ID, encoderById } from '../../../src/encoder/catalogue.ts';

const long = (i: number): string =>
  `Number ${i}: first warm the pan, add a little oil, and stir until it is soft.`;

/** 60 preferences, 30 ties and one pair both of whose answers are bad. */
async function tiedFile(folder: string): Promise<string> {
  const row = (i: number, b: string, winner: string): string =>
    `"Fry it, try ${i}?","${long(i)}","${b}",${winner}`;
  const path = join(folder, 'ties.csv');
  const lines = [
    'prompt,response_a,response_b,winner',
    ...Array.from({ length: 60 }, (_, i) => row(i, `Fry it, ${i}.`, 'a')),
    ...Array.from({ length: 30 }, (_, i) => row(60 + i, long(100 + i), 'tie')),
    row(90, 'Bad too.', 'both bad'),
  ];
  await writeFile(path, lines.join('\n'));
  return path;
}

test('ties are told from pairs that are both bad, and the head leans less on them than on preferences', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'palate-ties-'));
  const { pairs, ties } = await readPairs(await tiedFile(folder));
  await rm(folder, { recursive: true });
  expect([pairs.length, ties.length]).toEqual([60, 30]);

  const encoder = encoderById(DEFAULT_ENCODER_ID);
  const split = splitForStudy(encoder, measurePairs(encoder, [...pairs, ...ties]), 1);
  const found = figuresWithTies(split, new Set(ties), 1);
  // Of 60 preferences 42 are left to train on.
  expect(found.map((figures) => figures?.length)).toEqual(
    TIE_LABELS.map((labels) => (labels === Infinity ? TIE_WAYS.length : undefined)),
  );
  const all = found.at(-1)!;
  for (const figures of all) {
    expect(figures.accuracy).toBe(1);
    expect(figures.tieIsSmaller).toBeGreaterThan(0.95);
    expect(figures.tieMargin).toBeLessThan(figures.preferenceMargin);
  }
  // With all preferences their share of the ties is all ties.
  expect(all[3]).toEqual(all[2]);
  expect(all[2].tieMargin).toBeLessThan(all[0].tieMargin);
});

test('the share of pairs in which one of the first is smaller counts equal ones by half', () => {
  expect(shareSmaller([1, 2], [2, 3])).toBe(0.875);
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 8 }),
      fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 8 }),
      (one, other) => {
        expect(shareSmaller(one, other) + shareSmaller(other, one)).toBeCloseTo(1, 12);
      },
    ),
  );
});
