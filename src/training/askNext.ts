/** From a fitted linear head to the questions worth asking next, each with what speaks for it. */
import { pairDifferences, type PairRows } from '../core/pairDifferences.ts';
import { marginOf, posteriorOf, type LinearPosterior } from '../core/posterior.ts';
import { createRandom } from '../core/random.ts';
import type { RewardHead } from '../core/rewardHead.ts';
import { chooseQuestions, type Question, type SelectionOptions } from '../core/selection.ts';

/** More candidates than this are sampled: the cost grows with them, the gain hardly. */
const MOST_CANDIDATES = 800;
/** The head's odds are about even within this margin, logits. */
const EVEN_MARGIN = 0.4;

/** `chance`: drawn blindly; `even`: the head sees no favourite; `unfamiliar`: unlike what was judged so far. */
export type QuestionReason = 'chance' | 'even' | 'unfamiliar';

export interface AskedQuestion extends Question {
  readonly reason: QuestionReason;
}

/**
 * @param head whose posterior says what it does not know; without one, nothing is asked
 * @param features float32 `[texts, dimension]`, row-major
 * @param candidates rows of the two responses of every pair that may be asked
 */
export function askNext(
  head: Pick<RewardHead, 'parameters' | 'covariance' | 'dimension'>,
  features: Float32Array,
  candidates: PairRows,
  options: SelectionOptions,
  seed: number,
): AskedQuestion[] {
  const posterior = posteriorOf(head);
  if (!posterior) return [];
  const { dimension } = posterior;
  const random = createRandom(seed);
  const sample = random
    .shuffle(Array.from({ length: candidates.chosen.length }, (_, index) => index))
    .slice(0, MOST_CANDIDATES);
  const pool = Float64Array.from(
    pairDifferences(features, dimension, {
      chosen: Uint32Array.from(sample, (index) => candidates.chosen[index]),
      rejected: Uint32Array.from(sample, (index) => candidates.rejected[index]),
    }),
  );
  return chooseQuestions(pool, posterior, options, random).map(({ row, isControl }) => ({
    row: sample[row],
    isControl,
    reason: isControl ? 'chance' : reasonOf(posterior, pool, row),
  }));
}

function reasonOf(posterior: LinearPosterior, pool: Float64Array, row: number): QuestionReason {
  const { mean } = marginOf(posterior, pool, row * posterior.dimension);
  return Math.abs(mean) < EVEN_MARGIN ? 'even' : 'unfamiliar';
}
