import { describe, expect, test } from 'vitest';
import { wilson } from '../../src/core/evaluation.ts';
import type { LengthFigures } from '../../src/core/lengthControl.ts';
import { lengthSentence } from '../../src/core/lengthSentence.ts';

const figures = (
  accuracy: number,
  balanced: number | undefined,
  correlation: number,
  equalLengths = wilson(18, 30),
): LengthFigures => ({ accuracy: wilson(accuracy * 300, 300), balanced, correlation, equalLengths });
const coin = figures(0.5, 0.5, 0);
const plain = (text: string): string => text.replace(/[\u202f\u00a0]/g, ' ').replaceAll('\u2060', '');

describe('the sentence follows the figures', () => {
  test.each<[string, LengthFigures, LengthFigures, string, LengthFigures?]>([
    [
      'a head that is no better than a coin',
      figures(0.53, 0.5, 0.9),
      coin,
      'Too little was learned yet to tell what length has to do with it.',
    ],
    [
      'no pair that counts',
      { ...coin, accuracy: wilson(0, 0) },
      coin,
      'Too little was learned yet to tell what length has to do with it.',
    ],
    [
      'a weak correlation',
      figures(0.7, 0.7, -0.12),
      coin,
      'Length explains little of this head (correlation −.12).',
    ],
    [
      'a strong one, where half control trades',
      figures(0.79, 0.731, 0.79),
      figures(0.775, 0.75, 0.53),
      'Without control, this head mostly pays for longer answers (correlation .79). Half control agrees on 78 % in place of 79 % of all pairs; of pairs balanced by length it agrees on 75 % in place of 73 %.',
      figures(0.68, 0.699, -0.04),
    ],
    [
      'one towards shorter answers, where half control costs nothing that shows',
      figures(0.642, 0.628, -0.53),
      figures(0.644, 0.641, -0.3),
      'Without control, this head partly pays for shorter answers (correlation −.53). Half control agrees on the same 64 % of all pairs; of pairs balanced by length it agrees on 64 % in place of 63 %.',
    ],
    [
      'pairs that cannot be balanced, where equal lengths are told apart',
      figures(0.9, undefined, 0.8, wilson(28, 30)),
      figures(0.9, undefined, 0.7),
      'Without control, this head mostly pays for longer answers (correlation .80). Half control agrees on the same 90 % of all pairs.',
    ],
    [
      'right where length is and a coin where it is not',
      figures(0.85, 0.51, 0.97, wilson(31, 60)),
      coin,
      'Nothing but length was learned: on pairs of equal length it is a coin (52 %, 39–64, n = 60).',
    ],
    [
      'the same but for what is left without length',
      figures(0.85, 0.51, 0.97, wilson(31, 60)),
      figures(0.8, 0.55, 0.9),
      'Without control, this head mostly pays for longer answers (correlation .97). Half control agrees on 80 % in place of 85 % of all pairs; of pairs balanced by length it agrees on 55 % in place of 51 %.',
      figures(0.6, 0.6, 0.02),
    ],
    [
      'right where length is, and hardly a pair of equal length',
      figures(0.91, undefined, 0.97, wilson(1, 1)),
      coin,
      'Nothing but length was learned: with length taken out it is a coin (50 %, 44–56, n = 300).',
    ],
    [
      'right where length is, and no pair of equal length',
      figures(0.98, undefined, 0.97, wilson(0, 0)),
      coin,
      'Nothing but length was learned: with length taken out it is a coin (50 %, 44–56, n = 300).',
    ],
  ])('%s', (_, off, half, sentence, full = coin) =>
    expect(plain(lengthSentence({ off, half, full }))).toBe(sentence),
  );
});
