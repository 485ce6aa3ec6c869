/**
 * `palate evaluate`: how well a head trained on N labels of a file agrees with the rest of it. 30 % of the prompts
 * are held out by a split of its own seed; everything, the encoder's state included, is fitted without them.
 */
import type { Backend } from '../compute/backend.ts';
import { openProcessor } from '../compute/openProcessor.ts';
import {
  accuracy,
  expectedCalibrationError,
  logLoss,
  rulerCues,
  rulers,
  type RulerName,
} from '../core/evaluation.ts';
import type { PreferencePair } from '../core/preferencePairs.ts';
import { createRandom } from '../core/random.ts';
import type { HeadKind } from '../core/rewardHead.ts';
import { holdOutGroups } from '../core/split.ts';
import { mean, standardError } from '../core/statistics.ts';
import type { Encoder } from '../encoder/encoder.ts';
import { scoreCandidates } from '../training/scoreCandidates.ts';
import { fitEncoder, fitHead, measurePairs, subsetOf, type MeasuredPairs } from './fitHead.ts';

const HELD_OUT_SHARE = 0.3;

export interface EvaluateOptions {
  readonly encoder: Encoder;
  readonly headKind: HeadKind;
  /** Labels drawn from the training part for each seed; all of it when absent. */
  readonly labels?: number;
  readonly seeds: number;
  /** Seed of the split by prompt, the same for all draws. */
  readonly splitSeed: number;
}

export interface Evaluation {
  readonly testPairs: number;
  readonly labels: number;
  readonly seeds: number;
  /** Mean over the seeds, and its standard error (0 for one seed). */
  readonly accuracy: { readonly mean: number; readonly se: number };
  readonly logLoss: number;
  readonly expectedCalibrationError: number;
  /** Share of held-out pairs each ruler agrees with; equal lengths left out. */
  readonly rulers: { readonly longer: number; readonly shorter: number };
}

/** @throws RangeError when more labels are asked for than the training part holds; PalateError `too-few-pairs` */
export async function evaluate(
  pairs: readonly PreferencePair[],
  options: EvaluateOptions,
): Promise<Evaluation> {
  const all = measurePairs(options.encoder, pairs);
  const split = holdOutGroups(all.promptOfPair, HELD_OUT_SHARE, options.splitSeed);
  const pool = subsetOf(all, split.train);
  const test = subsetOf(all, split.heldOut);
  const labels = options.labels ?? pool.pairs.length;
  if (labels > pool.pairs.length) {
    throw new RangeError(`${labels} labels were asked for; the training part holds ${pool.pairs.length}.`);
  }
  const { backend } = await openProcessor();
  const runs: SeedFigures[] = [];
  for (let seed = 1; seed <= options.seeds; seed++) {
    runs.push(await evaluateSeed(pool, test, labels, seed, options, backend));
  }
  const ruler = rulers(rulerCues(test.pairs));
  const agreement = (name: RulerName): number => ruler.find((entry) => entry.name === name)!.value;
  return {
    testPairs: test.pairs.length,
    labels,
    seeds: options.seeds,
    accuracy: {
      mean: mean(runs.map((run) => run.accuracy)),
      se: standardError(runs.map((run) => run.accuracy)),
    },
    logLoss: mean(runs.map((run) => run.logLoss)),
    expectedCalibrationError: mean(runs.map((run) => run.expectedCalibrationError)),
    rulers: { longer: agreement('longer'), shorter: agreement('shorter') },
  };
}

interface SeedFigures {
  readonly accuracy: number;
  readonly logLoss: number;
  readonly expectedCalibrationError: number;
}

async function evaluateSeed(
  pool: MeasuredPairs,
  test: MeasuredPairs,
  labels: number,
  seed: number,
  { encoder, headKind }: EvaluateOptions,
  backend: Backend,
): Promise<SeedFigures> {
  const state = fitEncoder(encoder, pool, seed);
  const features = encoder.transform(state, pool.measurements, pool.promptOfRow);
  const drawn = createRandom(seed)
    .shuffle(pool.pairs.map((_, index) => index))
    .slice(0, labels);
  const outcome = await fitHead(encoder, features, pool, drawn, {
    ...{ backend, headKind, seed },
    lengthControl: 'off',
  });
  const testFeatures = encoder.transform(state, test.measurements, test.promptOfRow);
  const rewards = scoreCandidates(outcome.parameters, testFeatures.data, testFeatures.dimension);
  const margins = Float64Array.from(
    test.rows.chosen,
    (row, pair) => rewards[row] - rewards[test.rows.rejected[pair]],
  );
  return {
    accuracy: accuracy(margins).value,
    logLoss: logLoss(margins, outcome.inverseTemperature),
    expectedCalibrationError: expectedCalibrationError(margins, outcome.inverseTemperature),
  };
}
