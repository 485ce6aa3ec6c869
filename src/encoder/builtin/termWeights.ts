/**
 * Hashed counts as weighted vectors (tf-idf): (1 + ln count) · idf, the trigram part and the word part each of length
 * one. idf is the smooth one, ln((1 + texts) / (1 + texts that have it)) + 1, so unseen buckets have a finite weight.
 */
import { log } from '../../core/elementary.ts';
import type { Measurement } from '../encoder.ts';
import { readCounts, type BucketCounts } from './measurement.ts';
import { BUCKETS, TRIGRAM_BUCKETS } from './wordFacts.ts';

/** A sparse vector over the buckets, every bucket at most once. */
export interface SparseVector {
  readonly buckets: Uint16Array;
  readonly values: Float64Array;
}

/** Smooth inverse document frequencies of all buckets over the given texts. */
export function fitInverseFrequencies(measurements: readonly Measurement[]): Float32Array {
  const texts = new Uint32Array(BUCKETS);
  for (const measurement of measurements) {
    for (const bucket of readCounts(measurement).buckets) texts[bucket]++;
  }
  return Float32Array.from(texts, (count) => log((1 + measurements.length) / (1 + count)) + 1);
}

export function weighTerms(
  { buckets, counts }: BucketCounts,
  inverseFrequencies: Float32Array,
): SparseVector {
  const values = new Float64Array(buckets.length);
  let [trigramSquares, wordSquares] = [0, 0];
  for (let i = 0; i < buckets.length; i++) {
    // Engines differ in the last bit of a logarithm; rounded to float32 they agree.
    const frequency = counts[i] === 1 ? 1 : Math.fround(1 + log(counts[i]));
    values[i] = frequency * inverseFrequencies[buckets[i]];
    if (buckets[i] < TRIGRAM_BUCKETS) trigramSquares += values[i] * values[i];
    else wordSquares += values[i] * values[i];
  }
  const trigramLength = Math.sqrt(trigramSquares);
  const wordLength = Math.sqrt(wordSquares);
  for (let i = 0; i < buckets.length; i++) {
    values[i] /= buckets[i] < TRIGRAM_BUCKETS ? trigramLength : wordLength;
  }
  return { buckets, values };
}
