/**
 * The style block in a pool's own units: z = 3·tanh((x − mean) / (3·sd)), mean and deviation over the pool's texts.
 * The hyperbolic tangent keeps ordinary values as they are and outliers within ±3.
 */
import { tanh } from '../../core/elementary.ts';
import type { EncoderPool, Measurement } from '../encoder.ts';
import { blockWeight, pairDifferenceLength } from './blockScale.ts';
import { readStyle } from './measurement.ts';
import { STYLE_COLUMNS } from './styleFeatures.ts';

const STYLE_PRIOR_VARIANCE = 0.3;
/** A feature that varies less than this over the pool is constant. */
const SMALLEST_DEVIATION = 1e-6;
const LIMIT = 3;

export interface StyleState {
  /** Both `[style columns]`; the deviation of a constant feature is 0. */
  readonly styleMean: Float64Array;
  readonly styleDeviation: Float64Array;
  readonly styleWeight: number;
}

/** Fits means, deviations and the block's weight. @throws when a measurement is not readable */
export function fitStyle({ measurements, pairs }: EncoderPool): StyleState {
  const dimension = STYLE_COLUMNS.length;
  const rows = new Float64Array(measurements.length * dimension);
  measurements.forEach((measurement, row) => {
    readStyle(measurement, rows.subarray(row * dimension, (row + 1) * dimension));
  });
  const { mean, deviation } = columnMoments(rows, dimension);
  for (let row = 0; row < measurements.length; row++) {
    standardise(rows.subarray(row * dimension, (row + 1) * dimension), mean, deviation);
  }
  const styleWeight = blockWeight(STYLE_PRIOR_VARIANCE, pairDifferenceLength(rows, dimension, pairs));
  return { styleMean: mean, styleDeviation: deviation, styleWeight };
}

function columnMoments(
  rows: Float64Array,
  dimension: number,
): { mean: Float64Array; deviation: Float64Array } {
  const mean = new Float64Array(dimension);
  const deviation = new Float64Array(dimension);
  const count = Math.max(1, rows.length / dimension);
  for (let at = 0; at < rows.length; at++) mean[at % dimension] += rows[at] / count;
  for (let at = 0; at < rows.length; at++) {
    deviation[at % dimension] += (rows[at] - mean[at % dimension]) ** 2 / count;
  }
  for (let column = 0; column < dimension; column++) {
    const root = Math.sqrt(deviation[column]);
    deviation[column] = root > SMALLEST_DEVIATION ? root : 0;
  }
  return { mean, deviation };
}

/** In place: 3·tanh of a third of the standard score, the tanh rounded to float32, where all engines agree. */
function standardise(style: Float64Array, mean: Float64Array, deviation: Float64Array): void {
  for (let column = 0; column < style.length; column++) {
    const scale = LIMIT * deviation[column];
    style[column] = scale > 0 ? LIMIT * Math.fround(tanh((style[column] - mean[column]) / scale)) : 0;
  }
}

/** Standardised and weighted style numbers of one measurement, written to `style` (one place per style column). */
export function transformStyle(state: StyleState, measurement: Measurement, style: Float64Array): void {
  readStyle(measurement, style);
  standardise(style, state.styleMean, state.styleDeviation);
  for (let column = 0; column < style.length; column++) style[column] *= state.styleWeight;
}
