/**
 * How many labels each way of asking needs. Pairs are asked from the training part in batches of ten, the first ten
 * at random; after every batch the head is fitted anew and judged on the prompts held out.
 */
import { accuracy } from '../../core/evaluation.ts';
import { timesVector } from '../../core/linearAlgebra.ts';
import { fitPosterior, type LinearPosterior } from '../../core/posterior.ts';
import { createRandom } from '../../core/random.ts';
import { chooseQuestions, controlShare, type AskingStrategy } from '../../core/selection.ts';
import { rowsOf } from './rowsOf.ts';
import type { StudySplit } from './studySplit.ts';

export const ASKING_LABELS = [20, 30, 50, 70, 100, 150, 200, 300, 400] as const;
const BATCH = 10;

/** How a study asks: a strategy, from some number of labels on another, and the share of random controls. */
export interface Way {
  readonly name: string;
  readonly strategy: (labels: number) => AskingStrategy;
  /** By the number of random questions so far. */
  readonly controlShare: (controls: number) => number;
}

const always =
  <Value>(value: Value) =>
  (): Value =>
    value;

export const WAYS: readonly Way[] = [
  { name: 'random', strategy: always('random'), controlShare: always(1) },
  { name: 'most uncertain', strategy: always('uncertainty'), controlShare: always(0) },
  { name: 'BALD', strategy: always('bald'), controlShare: always(0) },
  { name: 'D-optimal, a fifth random', strategy: always('d-optimal'), controlShare: always(0.2) },
  { name: 'BALD, a fifth random', strategy: always('bald'), controlShare: always(0.2) },
  { name: 'as the app asks', strategy: always('bald'), controlShare },
];

/** Accuracy on the held-out pairs at each of `ASKING_LABELS`; shorter where the training part is exhausted. */
export function accuracyByLabels({ pool, test, dimension }: StudySplit, way: Way, seed: number): number[] {
  const random = createRandom(1000 + seed);
  const rows = pool.length / dimension;
  const free = random.shuffle(Array.from({ length: rows }, (_, row) => row));
  const labelled = free.splice(0, BATCH);
  let controls = BATCH;
  let posterior = fitPosterior({ differences: rowsOf(pool, labelled, dimension), dimension });
  const found: number[] = [];
  const last = Math.min(ASKING_LABELS.at(-1)!, rows - BATCH);
  while (labelled.length < last) {
    const left = rowsOf(pool, free, dimension);
    const questions = chooseQuestions(
      left,
      posterior,
      { strategy: way.strategy(labelled.length), count: BATCH, controlShare: way.controlShare(controls) },
      random,
    );
    controls += questions.filter(({ isControl }) => isControl).length;
    const chosen = new Set(questions.map(({ row }) => row));
    labelled.push(...questions.map(({ row }) => free[row]));
    free.splice(0, free.length, ...free.filter((_, index) => !chosen.has(index)));
    posterior = fitPosterior({ differences: rowsOf(pool, labelled, dimension), dimension }, posterior.mean);
    if (ASKING_LABELS.some((labels) => labels === labelled.length)) found.push(accuracyOf(posterior, test));
  }
  return found;
}

function accuracyOf({ mean, dimension }: LinearPosterior, test: Float64Array): number {
  return accuracy(timesVector(test, mean, dimension)).value;
}
