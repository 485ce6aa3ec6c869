/** Which words two responses do not share, for showing both with the differences marked. */
import { diffArrays } from 'diff';

export interface Segment {
  readonly text: string;
  readonly isDifferent: boolean;
}

/** Longer work than this would be felt; the texts are then shown without marks. */
const TIMEOUT_MS = 400;

const words = new Intl.Segmenter(undefined, { granularity: 'word' });

/**
 * The segments of each text in order; joined, they are the text again, white space included. Words are found by the
 * rules of their language, so texts without spaces are compared too. Undefined when two long texts differ so much
 * that comparing them takes too long.
 */
export function wordDifferences(
  one: string,
  other: string,
): { one: Segment[]; other: Segment[] } | undefined {
  const changes = diffArrays(wordsOf(one), wordsOf(other), { timeout: TIMEOUT_MS });
  if (!changes) return undefined;
  const segment = ({ value, added, removed }: (typeof changes)[number]): Segment => ({
    text: value.join(''),
    isDifferent: added || removed,
  });
  return {
    one: changes.filter(({ added }) => !added).map(segment),
    other: changes.filter(({ removed }) => !removed).map(segment),
  };
}

function wordsOf(text: string): string[] {
  return Array.from(words.segment(text), ({ segment }) => segment);
}
