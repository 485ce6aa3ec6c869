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
  const isOpen = ({ one, other }: Pair): boolean => !isJudged(one, other);
  const order = ranking?.map(({ index }) => index) ?? Array.from({ length: count }, (_, index) => index);
  if (!ranking) return chosen(firstOf(pairsOf(order), isOpen), 'unranked');
  const neighbours = order
    .slice(1)
    .map((other, place) => ({ one: order[place], other, step: ranking[place] }))
    .filter(isOpen);
  if (neighbours.length === 0) {
    const scores = new Map(ranking.map(({ index, score }) => [index, score]));
    const margin = ({ one, other }: Pair): number => Math.abs(scores.get(one)! - scores.get(other)!);
    return chosen(least([...pairsOf(order)].filter(isOpen), margin), 'closest');
  }
  return neighbours.every(({ step }) => step.beatsNextInterval)
    ? chosen(
        least(neighbours, ({ step }) => -information(step)),
        'informative',
      )
    : chosen(
        least(neighbours, ({ step }) => Math.abs(step.beatsNext! - 0.5)),
        'closest',
      );
}

type Pair = Pick<CandidatePair, 'one' | 'other'>;

function* pairsOf(order: readonly number[]): Generator<Pair> {
  for (const [place, one] of order.entries()) {
    for (const other of order.slice(place + 1)) yield { one, other };
  }
}

function firstOf(pairs: Iterable<Pair>, isOpen: (pair: Pair) => boolean): Pair | undefined {
  for (const pair of pairs) if (isOpen(pair)) return pair;
  return undefined;
}

function chosen(pair: Pair | undefined, why: CandidatePair['why']): CandidatePair | undefined {
  return pair && { one: pair.one, other: pair.other, why };
}

/** The first of those with the least value; undefined where there are none. */
function least<T>(items: readonly T[], valueOf: (item: T) => number): T | undefined {
  let best: { readonly item: T; readonly value: number } | undefined;
  for (const item of items) {
    const value = valueOf(item);
    if (!best || value < best.value) best = { item, value };
  }
  return best?.item;
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
