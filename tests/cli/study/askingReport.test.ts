import { expect, test } from 'vitest';
import { ASKING_LABELS } from '../../../src/cli/study/asking.ts';
import { labelsNeeded } from '../../../src/cli/study/askingReport.ts';

/** Accuracy that grows by a hundredth a label, so that the place of a mark is known. */
const curve = (head: number): number[] => ASKING_LABELS.map((labels) => head + labels / 1000);

test('labels needed lie on the straight line between two points of the curve', () => {
  const random = [curve(0), curve(0)];
  const [at100, at300] = labelsNeeded([curve(0.03), curve(0.03)], random);
  expect(at100).toMatchObject({ mark: 100, low: expect.closeTo(70, 6) as number });
  expect(at100.labels).toBeCloseTo(70, 6);
  expect(at300.labels).toBeCloseTo(270, 6);
});

test('seeds that disagree widen the interval, and a way that never gets there says so', () => {
  const random = Array.from({ length: 8 }, () => curve(0));
  const [mixed] = labelsNeeded(
    random.map((_, seed) => curve(seed % 2 === 0 ? 0.06 : 0)),
    random,
  );
  expect(mixed.low).toBeLessThan(mixed.labels!);
  expect(mixed.high).toBeGreaterThan(mixed.labels!);
  const [never] = labelsNeeded(
    random.map(() => curve(-1)),
    random,
  );
  expect(never.labels).toBeUndefined();
});

test('a mark beyond the training part is left out', () => {
  const short = [curve(0).slice(0, 6)];
  expect(labelsNeeded(short, short).map(({ mark }) => mark)).toEqual([100]);
});
