/** Which words two responses do not share, for showing both with the differences marked. */
import { diffArrays } from 'diff';

export interface Segment {
  readonly text: string;
  readonly isDifferent: boolean;
}

/** Longer work than this would be felt; the texts are then shown without marks. */
const TIMEOUT_MS = 400;
/** Characters of both texts together beyond which even finding the words takes too long. */
const LONGEST = 60_000;

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
  if (one.length + other.length > LONGEST) return undefined;
  const changes = diffArrays(wordsOf(one), wordsOf(other), { timeout: TIMEOUT_MS });
  if (!changes) return undefined;
  const segment = ({ value, added, removed }: (typeof changes)[number]): Segment => ({
    text: value.join(''),
    isDifferent: added || removed,
  });
  return {
    one: withoutGaps(changes.filter(({ added }) => !added).map(segment)),
    other: withoutGaps(changes.filter(({ removed }) => !removed).map(segment)),
  };
}

/** A shared space between two differing words says nothing: the words become one difference. */
function withoutGaps(segments: readonly Segment[]): Segment[] {
  const joined: Segment[] = [];
  segments.forEach(({ text, isDifferent }, index) => {
    const isGap = text.trim() === '' && joined.at(-1)?.isDifferent && segments[index + 1]?.isDifferent;
    const last = joined.at(-1);
    if (last?.isDifferent && (isDifferent || isGap)) {
      joined[joined.length - 1] = { text: last.text + text, isDifferent: true };
    } else joined.push({ text, isDifferent });
  });
  return joined;
}

/** The segmenter's time grows with the square of the length (40 s for 60,000 words), so it gets a piece at a time. */
function wordsOf(text: string): string[] {
  const pieces = text.match(/\s+|\S+/g) ?? [];
  return pieces.flatMap((piece) => Array.from(words.segment(piece), ({ segment }) => segment));
}
