/**
 * The set block, one number: how central a response is among the known candidates of its prompt, as the mean cosine of
 * its character trigrams with those of the others. It is 0 where fewer than three different candidates are known, so a
 * response scored on its own has 0: this is a property of the set, not of the text.
 */
import { bytesHash } from '../../core/textHash.ts';
import type { EncoderPool, Measurement } from '../encoder.ts';
import { blockWeight, pairDifferenceLength } from './blockScale.ts';
import { readCounts } from './measurement.ts';
import { weighTerms } from './termWeights.ts';
import { TRIGRAM_BUCKETS } from './wordFacts.ts';

const SET_PRIOR_VARIANCE = 0.03;
const FEWEST_CANDIDATES = 3;

export interface Centrality {
  /** `[rows]` */
  readonly values: Float64Array;
  /** Whether the row's prompt has enough candidates. */
  readonly isKnown: readonly boolean[];
}

/**
 * Mean cosine of every row with the other candidates of its prompt. The same response twice counts as one candidate.
 * @param promptOfRow prompt group of every row
 */
export function measureCentrality(
  measurements: readonly Measurement[],
  promptOfRow: ArrayLike<number>,
  inverseFrequencies: Float32Array,
): Centrality {
  const values = new Float64Array(measurements.length);
  const isKnown = new Array<boolean>(measurements.length).fill(false);
  const total = new Float64Array(TRIGRAM_BUCKETS);
  for (const rows of groupRows(measurements.length, promptOfRow)) {
    if (rows.length < FEWEST_CANDIDATES) continue;
    const candidates = distinctCandidates(rows, measurements);
    if (candidates.length < FEWEST_CANDIDATES) continue;
    const vectors = candidates.map(([row]) => trigramVector(measurements[row], inverseFrequencies));
    total.fill(0);
    for (const { buckets, values: terms } of vectors) {
      for (let i = 0; i < buckets.length; i++) total[buckets[i]] += terms[i];
    }
    candidates.forEach((copies, candidate) => {
      const { buckets, values: terms } = vectors[candidate];
      let cosines = 0;
      for (let i = 0; i < buckets.length; i++) cosines += terms[i] * (total[buckets[i]] - terms[i]);
      for (const row of copies) {
        values[row] = cosines / (candidates.length - 1);
        isKnown[row] = true;
      }
    });
  }
  return { values, isKnown };
}

function groupRows(rows: number, promptOfRow: ArrayLike<number>): Iterable<number[]> {
  const groups = new Map<number, number[]>();
  for (let row = 0; row < rows; row++) {
    const group = groups.get(promptOfRow[row]);
    if (group) group.push(row);
    else groups.set(promptOfRow[row], [row]);
  }
  return groups.values();
}

/** The rows of one prompt, those of the same response together. */
function distinctCandidates(rows: readonly number[], measurements: readonly Measurement[]): number[][] {
  const candidates = new Map<string, number[]>();
  for (const row of rows) {
    const hash = bytesHash(measurements[row]);
    candidates.set(hash, [...(candidates.get(hash) ?? []), row]);
  }
  return [...candidates.values()];
}

/** The trigram part of the weighted terms, of length one (or empty). */
function trigramVector(measurement: Measurement, inverseFrequencies: Float32Array) {
  const { buckets, values } = weighTerms(readCounts(measurement), inverseFrequencies);
  const isTrigram = (_: number, index: number): boolean => buckets[index] < TRIGRAM_BUCKETS;
  return { buckets: buckets.filter(isTrigram), values: values.filter(isTrigram) };
}

/** Weight of the set number, fitted on the pool pairs whose prompt has it; 0 where there are none. */
export function fitSetWeight(pool: EncoderPool, inverseFrequencies: Float32Array): number {
  const { values, isKnown } = measureCentrality(pool.measurements, pool.promptOfRow, inverseFrequencies);
  const pairs: number[] = [];
  for (let p = 0; p < pool.pairs.length; p += 2) {
    if (isKnown[pool.pairs[p]] && isKnown[pool.pairs[p + 1]]) pairs.push(pool.pairs[p], pool.pairs[p + 1]);
  }
  if (pairs.length === 0) return 0;
  return blockWeight(SET_PRIOR_VARIANCE, pairDifferenceLength(values, 1, pairs));
}
