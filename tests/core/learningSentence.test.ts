import { expect, test } from 'vitest';
import type { LearningCurve } from '../../src/core/learningCurve.ts';
import { curveSentence, nextSentence } from '../../src/core/learningSentence.ts';

/** @param next gain and upper end of the next 20, @param again of as many again, points */
function curve([next, nextHigh]: number[], [again, againHigh]: number[], from = 0.58): LearningCurve {
  const share = (points: number): number => points / 100;
  const accuracy = (value: number) => ({ value, low: value - 0.05, high: value + 0.05, n: 300 });
  return {
    points: [75, 150, 225, 1300].map((judgments, step) => ({
      judgments,
      accuracy: accuracy(from + (step * (0.62 - from)) / 3),
    })),
    forecasts: [
      { judgments: 20, gain: share(next), low: 0, high: share(nextHigh) },
      { judgments: 1300, gain: share(again), low: 0, high: share(againHigh) },
    ],
  };
}
const plain = (text: string): string => text.replaceAll('\u00a0', ' ');

test.each([
  ['worth asking for', [0.6, 1.5], [3, 7], 'The next 20 judgments: about +0.6 points (0.0 to 1.5).'],
  ['shown as half a point at best', [0.2, 0.46], [3, 7], /0\.5\)\.$/],
  [
    'worth little, but not all together',
    [0.1, 0.44],
    [1.2, 2.4],
    /hardly change it; as many again, 1,300: about \+1\.2 points \(0\.0 to 2\.4\)\.$/,
  ],
  [
    'worth little by the hundred',
    [0, 0.1],
    [0.3, 0.94],
    /Even as many again, 1,300, .* \+0\.3 points \(0\.0 to 0\.9\)\. You can stop\.$/,
  ],
  ['at the edge of stopping, as shown', [0, 0.1], [0.3, 0.96], /A few more would hardly change it/],
])('judgments %s are told so', (_, next, again, expected) => {
  expect(plain(nextSentence(curve(next, again)))).toEqual(
    typeof expected === 'string' ? expected : (expect.stringMatching(expected) as string),
  );
});

test('the curve is read from a quarter to as many again, and equal figures are called equal', () => {
  const narrow = curve([0.1, 0.3], [1, 2]);
  expect(plain(curveSentence(narrow)).replaceAll('\u202f', ' ')).toBe(
    'Taught by a quarter of your judgments it agrees on 58 %, with all 1,300 on 62 %; as many again would bring about +1.0 points (0.0 to 2.0).',
  );
  expect(curveSentence(curve([0.1, 0.3], [1, 2], 0.62))).toContain('as with all 1,300;');
});
