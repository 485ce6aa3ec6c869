import { describe, expect, test } from 'vitest';
import { wilson, type Ruler, type RulerName } from '../../src/core/evaluation.ts';
import {
  driftSentence,
  hindsightSentence,
  calibrationSentence,
  lossSentence,
  positionSentence,
  steadinessSentence,
  trustSentence,
} from '../../src/core/trustSentence.ts';

const ruler = (name: RulerName, successes: number, n: number): Ruler => ({
  name,
  ...wilson(successes, n),
  undecided: 0,
});
const plain = (text: string): string => text.replace(/[\u202f\u00a0]/g, ' ').replaceAll('\u2060', '');

describe('the sentence follows the facts', () => {
  test.each([
    [
      'a clear lead over every ruler',
      wilson(89, 120),
      [ruler('longer', 73, 120), ruler('shorter', 47, 120)],
      'ahead',
      'Agrees with you on 74 % of unseen pairs (66–81, n = 120).',
      'Picking the longer answer would agree on 61 % (52–69, n = 120).',
    ],
    [
      'a clear lead where no ruler beats a coin',
      wilson(89, 120),
      [ruler('longer', 62, 120), ruler('shorter', 58, 120)],
      'ahead',
      'Agrees with you on 74 % of unseen pairs (66–81, n = 120).',
      'No simple rule beats a coin; the best, picking the longer answer, agrees on 52 % (43–60, n = 120).',
    ],
    [
      'a lead within the ruler’s interval',
      wilson(89, 120),
      [ruler('shorter', 82, 120)],
      'level-with-ruler',
      'Agrees with you on 74 % of unseen pairs (66–81, n = 120).',
      'Picking the shorter answer would agree on 68 % (60–76, n = 120); so far that lead may be chance.',
    ],
    [
      'a ruler that does as well',
      wilson(89, 120),
      [ruler('shorter', 91, 120)],
      'behind-ruler',
      'Agrees with you on 74 % of unseen pairs (66–81, n = 120).',
      'Picking the shorter answer does as well: 76 % (67–83, n = 120).',
    ],
    [
      'a ruler that does better',
      wilson(800, 1000),
      [ruler('left', 950, 1000)],
      'behind-ruler',
      'Agrees with you on 80 % of unseen pairs (77–82, n = 1,000).',
      'Always picking the left answer does better: 95 % (93–96, n = 1,000).',
    ],
    [
      'an interval that holds a coin',
      wilson(11, 20),
      [ruler('longer', 11, 20)],
      'coin',
      'Agrees with you on 55 % of unseen pairs (34–74, n = 20).',
      'It has not learned anything a coin would not do yet.',
    ],
    [
      'an interval that holds a coin beside a ruler that wins',
      wilson(11, 20),
      [ruler('right', 18, 20)],
      'coin',
      'Agrees with you on 55 % of unseen pairs (34–74, n = 20).',
      'It has not learned anything a coin would not do yet. Always picking the right answer agrees on 90 % (70–97, n = 20).',
    ],
    [
      'a head that is worse than a coin',
      wilson(30, 120),
      [],
      'contrary',
      'Agrees with you on only 25 % of unseen pairs (18–33, n = 120).',
      'A coin would do better: check that the right answers are marked as better.',
    ],
    [
      'no ruler that decided a pair',
      wilson(89, 120),
      [ruler('longer', 0, 0)],
      'ahead',
      'Agrees with you on 74 % of unseen pairs (66–81, n = 120).',
      '',
    ],
  ] as const)('%s', (_, accuracy, rulers, verdict, agreement, comparison) => {
    const sentence = trustSentence({ accuracy, rulers });
    expect({
      ...sentence,
      agreement: plain(sentence.agreement),
      comparison: plain(sentence.comparison),
    }).toEqual({ verdict, agreement, comparison });
  });

  test('an interval that is shown as touching 50 holds a coin, whatever its decimals', () => {
    const accuracy = { value: 0.6, low: 0.504, high: 0.69, n: 100 };
    expect(trustSentence({ accuracy, rulers: [] }).verdict).toBe('coin');
  });

  test('figures that are shown as equal are called equal', () => {
    const accuracy = { value: 0.744, low: 0.66, high: 0.81, n: 120 };
    const level = { ...ruler('longer', 1, 1), value: 0.736, low: 0.65, high: 0.8 };
    expect(trustSentence({ accuracy, rulers: [level] }).comparison).toContain('does as well');
  });
});

test.each([
  [0.52, 'a coin gets 0.69: lower is better'],
  [0.6931, 'as much as a coin’s'],
  [0.8, 'mislead'],
])('log loss %f is put beside a coin’s', (logLoss, words) =>
  expect(lossSentence({ logLoss })).toContain(words),
);

test.each([
  [0.002, 10_000, 'off by less than a point on', 'make that less than a point'],
  [0.012, 1_000, 'off by 1 point on', 'make that 1 point'],
  [0.27, 10, 'off by 27 points', 'make that 12 points'],
])(
  'a calibration error of %f on %i pairs is told beside chance',
  (expectedCalibrationError, n, size, chance) => {
    const reliability = [{ predicted: 0.7, observed: wilson(0.7 * n, n) }];
    const sentence = calibrationSentence({ expectedCalibrationError, reliability });
    expect(sentence).toContain(size);
    expect(sentence).toContain(chance);
  },
);

test('what a person says twice bounds what a head can reach, once a pair was asked twice', () => {
  expect(steadinessSentence(wilson(0, 0))).toBe('');
  expect(plain(steadinessSentence(wilson(15, 17)))).toBe(
    'Asked again, you agree with yourself on 88 % of pairs (66–97, n = 17): over time no head can agree with you on more than about 94 % (78–98).',
  );
});

test('a leaning to one side is said only where the interval leaves no doubt', () => {
  const effect = { value: 0.5, low: 0.2, high: 0.8, n: 200 };
  expect(plain(positionSentence(effect))).toBe(
    'You take the left answer more often than the texts explain: on 62 % of pairs that the head finds equal (55–69, n = 200). No head sees the sides, so this does not enter the rewards; it makes them harder to learn.',
  );
  const mirrored = { value: -0.5, low: -0.8, high: -0.2, n: 200 };
  expect(positionSentence(mirrored)).toBe(positionSentence(effect).replace('left', 'right'));
  expect(positionSentence({ ...effect, low: -0.1 })).toBe('');
  expect(positionSentence({ ...mirrored, high: 0.1 })).toBe('');
  expect(positionSentence(undefined)).toBe('');
});

test('what was stood by later is a share with its interval, and nothing where nothing was looked at', () => {
  expect(hindsightSentence(wilson(0, 0))).toBe('');
  expect(plain(hindsightSentence(wilson(9, 12)))).toBe(
    'Asked how they turned out, you stood by 75 % of your verdicts (47–91, n = 12).',
  );
});

test('a change of taste is told with both shares', () => {
  expect(driftSentence(undefined)).toBe('');
  expect(plain(driftSentence({ before: wilson(45, 60), lately: wilson(7, 20) }))).toMatch(
    /^Your last 20 choices .* on 35 % \(18–57, n = 20\), before it was 75 % \(63–84, n = 60\)\. Has/,
  );
});
