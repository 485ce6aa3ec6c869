/**
 * Made-up preferences with a planted reward: unit-length pair differences, 10 % of the labels flipped. `isotropic`
 * is the easy case; `realistic` has a spectrum that decays as 1/i along directions of no coordinate, as text embeddings
 * have.
 */
import { createRandom, type Random } from '../../src/core/random.ts';
import { STRENGTHS } from '../../src/training/selectRegularization.ts';
import { foldColumns } from '../../src/training/foldColumns.ts';
import type { Problem } from './contender.ts';

export type Spectrum = 'isotropic' | 'realistic';

const FLIPPED = 0.1;
const FOLDS = 5;
export const MODEL_SELECTION_HEADS = FOLDS * STRENGTHS.length;
/** Every coordinate reaches 2¹² others. */
const ROTATION_STAGES = 12;

function planted(
  pairs: number,
  dimension: number,
  spectrum: Spectrum,
  seed: number,
): Float32Array<ArrayBuffer> {
  const random = createRandom(seed);
  const scale = Float64Array.from({ length: dimension }, (_, i) =>
    spectrum === 'isotropic' ? 1 : Math.sqrt(1 / (i + 1)),
  );
  const reward = Float64Array.from(scale, (s) => random.normal() * s);
  const rotate = spectrum === 'realistic' ? rotation(dimension, random) : undefined;
  const differences = new Float32Array(pairs * dimension);
  for (let pair = 0; pair < pairs; pair++) {
    const row = differences.subarray(pair * dimension, (pair + 1) * dimension);
    let square = 0;
    let margin = 0;
    for (let i = 0; i < dimension; i++) {
      row[i] = random.normal() * scale[i];
      square += row[i] ** 2;
      margin += row[i] * reward[i];
    }
    const sign = (margin > 0 ? 1 : -1) * (random.next() < FLIPPED ? -1 : 1);
    const factor = sign / Math.sqrt(square);
    for (let i = 0; i < dimension; i++) row[i] *= factor;
    rotate?.(row);
  }
  return differences;
}

/** A random rotation: stages of plane rotations, coordinates paired anew in each. `dimension` is even. */
function rotation(dimension: number, random: Random): (row: Float32Array) => void {
  const stages = Array.from({ length: ROTATION_STAGES }, () => {
    const order = random.shuffle(Array.from({ length: dimension }, (_, i) => i));
    const angles = Array.from({ length: dimension / 2 }, () => 2 * Math.PI * random.next());
    return {
      order: Uint16Array.from(order),
      cosines: Float64Array.from(angles, Math.cos),
      sines: Float64Array.from(angles, Math.sin),
    };
  });
  return (row) => {
    for (const { order, cosines, sines } of stages) {
      for (let plane = 0; plane < cosines.length; plane++) {
        const [i, j] = [order[2 * plane], order[2 * plane + 1]];
        const [a, b] = [row[i], row[j]];
        row[i] = cosines[plane] * a - sines[plane] * b;
        row[j] = sines[plane] * a + cosines[plane] * b;
      }
    }
  };
}

/** 5 folds × 8 strengths: the 40 fits of model selection. */
export function modelSelection(pairs: number, dimension: number, spectrum: Spectrum, seed = 1): Problem {
  const foldOfPair = Uint8Array.from({ length: pairs }, (_, pair) => pair % FOLDS);
  const layout = foldColumns(new Float32Array(pairs).fill(1), foldOfPair, FOLDS, STRENGTHS.length);
  const heads = MODEL_SELECTION_HEADS;
  const rowWeights = new Float32Array(pairs * heads);
  for (let pair = 0; pair < pairs; pair++) {
    rowWeights.set(
      layout.rowWeights.subarray(pair * layout.columns, pair * layout.columns + heads),
      pair * heads,
    );
  }
  const trained = pairs * (1 - 1 / FOLDS);
  const lambdas = Float64Array.from(
    { length: heads },
    (_, head) => STRENGTHS[head % STRENGTHS.length] * trained,
  );
  return {
    pairs,
    dimension,
    heads,
    differences: planted(pairs, dimension, spectrum, seed),
    rowWeights,
    lambdas,
  };
}

/** One fit at strength 10⁻⁴. */
export function singleFit(pairs: number, dimension: number, spectrum: Spectrum, seed = 1): Problem {
  return {
    pairs,
    dimension,
    heads: 1,
    differences: planted(pairs, dimension, spectrum, seed),
    rowWeights: new Float32Array(pairs).fill(1),
    lambdas: Float64Array.of(1e-4 * pairs),
  };
}
