/**
 * The lexical block: what the person's own texts are about, as up to 64 directions fitted on those texts alone
 * (latent semantic analysis: Deerwester and others, 1990).
 *
 * The projection is kept for the buckets that the fitted texts use, as 16-bit integers with one scale per direction:
 * half the size of float32 where a head is stored and exported, at a relative error below 2⁻¹⁵ of the largest entry.
 */
import { createRandom } from '../../core/random.ts';
import type { EncoderPool, Measurement } from '../encoder.ts';
import { blockWeight, pairDifferenceLength } from './blockScale.ts';
import { rightSingularVectors, type RightVectors } from './sparseMatrix.ts';
import { readCounts } from './measurement.ts';
import { weighTerms, type SparseVector } from './termWeights.ts';
import { BUCKETS } from './wordFacts.ts';

const LEXICAL_PRIOR_VARIANCE = 0.08;
const MOST_DIRECTIONS = 64;
const MOST_FITTED_TEXTS = 800;
const LARGEST_INTEGER = 32767;

export interface LexicalState {
  readonly directions: number;
  /** The buckets that have a row in `projection`, ascending. */
  readonly projectedBuckets: Uint16Array<ArrayBuffer>;
  /** `[projectedBuckets, directions]`, in units of `projectionScale`. */
  readonly projection: Int16Array<ArrayBuffer>;
  /** `[directions]` */
  readonly projectionScale: Float64Array<ArrayBuffer>;
  /** Mean of the projected pool, `[directions]`. */
  readonly lexicalCentre: Float64Array<ArrayBuffer>;
  readonly lexicalWeight: number;
}

/**
 * Fits the directions on at most 800 texts drawn with the seed, the centre and the weight on the whole pool.
 * @param inverseFrequencies see `fitInverseFrequencies`, of the same pool
 */
export function fitLexical(pool: EncoderPool, inverseFrequencies: Float32Array, seed: number): LexicalState {
  const random = createRandom(seed);
  const vectorOf = (measurement: Measurement): SparseVector =>
    weighTerms(readCounts(measurement), inverseFrequencies);
  const drawn = random.shuffle([...pool.measurements]).slice(0, MOST_FITTED_TEXTS);
  const texts = drawn.map(vectorOf);
  const projectedBuckets = usedBuckets(texts);
  const rowOf = rowOfBucket(projectedBuckets);
  const rows = texts.map(({ buckets, values }) => ({
    indices: buckets.map((bucket) => rowOf[bucket]),
    values,
  }));
  const matrix = { columns: projectedBuckets.length, rows };
  const right = rightSingularVectors(matrix, MOST_DIRECTIONS, random);
  const projector = { directions: right.count, projectedBuckets, ...quantise(right) };

  const project = lexicalProjection(projector);
  const projected = new Float64Array(pool.measurements.length * right.count);
  pool.measurements.forEach((measurement, row) => {
    project(vectorOf(measurement), projected.subarray(row * right.count, (row + 1) * right.count));
  });
  const length = pairDifferenceLength(projected, right.count, pool.pairs);
  return {
    ...projector,
    lexicalCentre: columnMeans(projected, right.count),
    lexicalWeight: blockWeight(LEXICAL_PRIOR_VARIANCE, length),
  };
}

function usedBuckets(texts: readonly SparseVector[]): Uint16Array<ArrayBuffer> {
  const used = new Set<number>();
  for (const { buckets } of texts) for (const bucket of buckets) used.add(bucket);
  return Uint16Array.from(used).sort();
}

/** For every bucket its row in the projection, or 65,535. */
function rowOfBucket(buckets: Uint16Array): Uint16Array {
  const rows = new Uint16Array(BUCKETS).fill(0xffff);
  buckets.forEach((bucket, row) => (rows[bucket] = row));
  return rows;
}

type Projector = Pick<LexicalState, 'directions' | 'projectedBuckets' | 'projection' | 'projectionScale'>;

function quantise({ count, vectors }: RightVectors): Pick<Projector, 'projection' | 'projectionScale'> {
  const projectionScale = new Float64Array(count);
  vectors.forEach((value, at) => {
    projectionScale[at % count] = Math.max(projectionScale[at % count], Math.abs(value) / LARGEST_INTEGER);
  });
  const projection = Int16Array.from(vectors, (value, at) => Math.round(value / projectionScale[at % count]));
  return { projection, projectionScale };
}

/** The function that writes a vector's projection, neither centred nor weighted, to `target` `[directions]`. */
function lexicalProjection(projector: Projector): (vector: SparseVector, target: Float64Array) => void {
  const { directions, projection, projectionScale } = projector;
  const rowOf = rowOfBucket(projector.projectedBuckets);
  return ({ buckets, values }, target) => {
    target.fill(0);
    for (let i = 0; i < buckets.length; i++) {
      const row = rowOf[buckets[i]];
      if (row === 0xffff) continue;
      const value = values[i];
      const from = row * directions;
      for (let d = 0; d < directions; d++) target[d] += value * projection[from + d];
    }
    for (let d = 0; d < directions; d++) target[d] *= projectionScale[d];
  };
}

function columnMeans(rows: Float64Array, dimension: number): Float64Array<ArrayBuffer> {
  const means = new Float64Array(dimension);
  const count = rows.length / Math.max(1, dimension);
  rows.forEach((value, at) => (means[at % dimension] += value / count));
  return means;
}

/** The function that writes a vector's centred and weighted lexical numbers to `target` `[directions]`. */
export function lexicalTransform(state: LexicalState): (vector: SparseVector, target: Float64Array) => void {
  const project = lexicalProjection(state);
  return (vector, target) => {
    project(vector, target);
    for (let d = 0; d < target.length; d++) {
      target[d] = (target[d] - state.lexicalCentre[d]) * state.lexicalWeight;
    }
  };
}
