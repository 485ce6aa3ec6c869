/** Accuracy, log loss and calibration on unseen prompts by number of labels: the recipe, and style alone. */
import { accuracy, expectedCalibrationError, logLoss } from '../../core/evaluation.ts';
import { createRandom } from '../../core/random.ts';
import type { Backend } from '../../compute/backend.ts';
import type { Encoder, FeatureMatrix } from '../../encoder/encoder.ts';
import { scoreCandidates } from '../../training/scoreCandidates.ts';
import { fitHead, type MeasuredPairs } from '../fitHead.ts';
import type { StudySplit } from './studySplit.ts';

export const CURVE_LABELS = [20, 50, 100, 300, 1000, Infinity] as const;

export interface Figures {
  readonly accuracy: number;
  readonly logLoss: number;
  readonly expectedCalibrationError: number;
}

/**
 * Figures of one split at every number of labels of `CURVE_LABELS`; undefined where the training part is smaller.
 * @param styleOnly leaves only the columns of the style block
 */
export async function learningCurve(
  encoder: Encoder,
  split: StudySplit,
  styleOnly: boolean,
  seed: number,
  backend: Backend,
): Promise<(Figures | undefined)[]> {
  const narrow = styleOnly ? styleColumns(encoder, split) : undefined;
  const [pool, test] = [split.poolFeatures, split.testFeatures].map((features) =>
    narrow ? columnsOf(features, narrow) : features,
  );
  const order = createRandom(seed).shuffle(split.poolPairs.pairs.map((_, index) => index));
  const figures: (Figures | undefined)[] = [];
  for (const labels of CURVE_LABELS) {
    if (labels !== Infinity && labels > order.length) {
      figures.push(undefined);
      continue;
    }
    const drawn = order.slice(0, labels);
    const outcome = await fitHead(encoder, pool, split.poolPairs, drawn, {
      headKind: 'linear',
      seed,
      backend,
      lengthControl: 'off',
    });
    const rewards = scoreCandidates(outcome.parameters, test.data, test.dimension);
    figures.push(figuresOf(marginsOf(rewards, split.testPairs), outcome.inverseTemperature));
  }
  return figures;
}

export function marginsOf(rewards: Float32Array, { rows }: MeasuredPairs): Float64Array<ArrayBuffer> {
  return Float64Array.from(rows.chosen, (row, pair) => rewards[row] - rewards[rows.rejected[pair]]);
}

/** @param margins held out, logits, uncalibrated */
export function figuresOf(margins: Float64Array, inverseTemperature: number): Figures {
  return {
    accuracy: accuracy(margins).value,
    logLoss: logLoss(margins, inverseTemperature),
    expectedCalibrationError: expectedCalibrationError(margins, inverseTemperature),
  };
}

/** Everything but the fitted wording directions and the place among the candidates. */
function styleColumns(encoder: Encoder, split: StudySplit): number[] {
  return encoder
    .featureNames(split.encoderState)
    .flatMap(({ group }, column) => (group === 'wording' || group === 'set of candidates' ? [] : [column]));
}

function columnsOf({ data, rows, dimension }: FeatureMatrix, columns: readonly number[]): FeatureMatrix {
  const narrow = new Float32Array(rows * columns.length);
  for (let row = 0; row < rows; row++) {
    columns.forEach((column, i) => (narrow[row * columns.length + i] = data[row * dimension + column]));
  }
  return { data: narrow, rows, dimension: columns.length };
}
