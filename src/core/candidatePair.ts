/** Which two candidates of a prompt a person is shown next. */
import { log } from './elementary.ts';
import { Z_95 } from './evaluation.ts';
import type { RankedCandidate, Ranking } from './ranking.ts';
import { expectedInformation } from './selection.ts';

export interface CandidatePair {
  /** Places of the candidates. */
  readonly one: number;
  readonly other: number;
  /** What speaks for it: what the answer tells the head, how close the call is, or nothing where no head ranked them. */
  readonly why: 'informative' | 'closest' | 'unranked';
}

/**
 * Of neighbours in the ranking, the two whose answer is expected to tell most about the head's weights; where the head
 * does not say how sure it is, the closest call. Once all neighbours are judged, the others with the smallest margin.
 * @param count of candidates; without a ranking, pairs come in the order in which they were written
 * @param isJudged whether two places were judged against each other, whichever way round
 * @returns undefined where every two were judged
 */
export function pairToJudge(
  ranking: Ranking | undefined,
  count: number,
  isJudged: (one: number, other: number) => boolean,
): CandidatePair | undefined {
  const order = ranking?.map(({ index }) => index) ?? Array.from({ length: count }, (_, index) => index);
  const pairs = order.flatMap((one, place) =>
    order.slice(place + 1).map((other, steps) => ({ one, other, place, next: place + steps + 1 })),
  );
  const open = pairs.filter(({ one, other }) => !isJudged(one, other));
  if (open.length === 0) return undefined;
  if (!ranking) return pairOf(open[0], 'unranked');
  const neighbours = open.filter(({ place, next }) => next === place + 1);
  if (neighbours.length === 0) {
    const margin = ({ place, next }: (typeof open)[number]): number =>
      Math.abs(ranking[place].score - ranking[next].score);
    return pairOf(least(open, margin), 'closest');
  }
  if (neighbours.every(({ place }) => ranking[place].beatsNextInterval)) {
    return pairOf(
      least(neighbours, ({ place }) => -information(ranking[place])),
      'informative',
    );
  }
  return pairOf(
    least(neighbours, ({ place }) => Math.abs(ranking[place].beatsNext! - 0.5)),
    'closest',
  );
}

function pairOf({ one, other }: { one: number; other: number }, why: CandidatePair['why']): CandidatePair {
  return { one, other, why };
}

/** The first of those with the least value. */
function least<T>(items: readonly T[], valueOf: (item: T) => number): T {
  return items.reduce((best, item) => (valueOf(item) < valueOf(best) ? item : best));
}

/** Bits, from the probability and the ends of its interval; both are of the calibrated margin. */
function information({ beatsNext, beatsNextInterval }: RankedCandidate): number {
  const { low, high } = beatsNextInterval!;
  const deviation = (logit(high) - logit(low)) / (2 * Z_95);
  const bits = expectedInformation(logit(beatsNext!), deviation ** 2);
  // A probability that rounds to 0 or 1 leaves nothing to ask.
  return Number.isFinite(bits) ? bits : 0;
}

function logit(probability: number): number {
  return log(probability / (1 - probability));
}
