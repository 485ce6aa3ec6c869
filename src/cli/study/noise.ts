/** What wrong labels cost, and what leaving out the most doubtful ones, or looking at them again, brings back. */
import { accuracy } from '../../core/evaluation.ts';
import { timesVector } from '../../core/linearAlgebra.ts';
import { fitPosterior } from '../../core/posterior.ts';
import { createRandom } from '../../core/random.ts';
import { assignFolds, FOLD_COUNT } from '../../core/split.ts';
import { doubtfulRows } from '../../core/doubtfulLabels.ts';
import { crossFittedMargins } from './crossFit.ts';
import { rowsOf } from './rowsOf.ts';
import type { StudySplit } from './studySplit.ts';

export const NOISE_SHARES = [0, 0.1, 0.2, 0.3] as const;
export const NOISE_LABELS = 300;

export interface NoiseFigures {
  /** Accuracy on held-out pairs, whose labels are as they were. */
  readonly standard: number;
  readonly pruned: number;
  /** With the wrong ones among the doubtful labels put right. */
  readonly lookedAtAgain: number;
  /** Share of the labels that is doubtful, and of those the share that was turned round. */
  readonly doubtful: number;
  readonly wrongOfDoubtful: number;
}

/** One split at every share of `NOISE_SHARES`; undefined where the training part is too small. */
export function accuracyUnderNoise(split: StudySplit, seed: number): NoiseFigures[] | undefined {
  const { pool, test, dimension, poolPairs } = split;
  if (pool.length / dimension < NOISE_LABELS) return undefined;
  const random = createRandom(500 + seed);
  const drawn = random.shuffle(poolPairs.pairs.map((_, index) => index)).slice(0, NOISE_LABELS);
  const draws = drawn.map(() => random.next());
  const promptOfPair = Uint32Array.from(drawn, (index) => poolPairs.promptOfPair[index]);
  const foldOfPair = assignFolds(promptOfPair, FOLD_COUNT, seed);
  return NOISE_SHARES.map((share) => {
    const differences = rowsOf(pool, drawn, dimension);
    const wrong = draws.flatMap((draw, row) => (draw < share ? [row] : []));
    turnRound(differences, dimension, wrong);
    const heldOut = crossFittedMargins({ differences, dimension }, foldOfPair);
    const doubtful = doubtfulRows(heldOut);
    const weights = Float32Array.from(drawn, (_, row) => (doubtful.has(row) ? 0 : 1));
    const judge = (mean: Float64Array): number => accuracy(timesVector(test, mean, dimension)).value;
    const standard = judge(fitPosterior({ differences, dimension }).mean);
    const pruned = judge(fitPosterior({ differences, dimension, weights }).mean);
    const found = wrong.filter((row) => doubtful.has(row));
    turnRound(differences, dimension, found);
    return {
      ...{ standard, pruned, lookedAtAgain: judge(fitPosterior({ differences, dimension }).mean) },
      doubtful: doubtful.size / drawn.length,
      wrongOfDoubtful: found.length / doubtful.size,
    };
  });
}

function turnRound(differences: Float64Array, dimension: number, rows: readonly number[]): void {
  for (const row of rows) {
    for (let i = row * dimension; i < (row + 1) * dimension; i++) differences[i] *= -1;
  }
}
