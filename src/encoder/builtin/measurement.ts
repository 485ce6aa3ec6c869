/**
 * The serialised form of one measured response, about 1.3 kB for 200 words.
 *
 *   byte 0      version of the layout
 *   bytes 1–3   zero
 *   float32 LE  the style block, unscaled
 *   uint16 LE   the lexical counts: bucket in the low 14 bits; the high 2 bits hold the count 1, 2 or 3, or 0 when
 *               the count follows as a uint16 of its own (at most 65,535)
 *
 * Bytes are read and written through a DataView, so that they mean the same on every machine.
 */
import type { Measurement } from '../encoder.ts';
import { STYLE_COLUMNS } from './styleFeatures.ts';
import type { Words } from './textView.ts';
import { BUCKETS } from './wordFacts.ts';

const VERSION = 1;
const HEADER_BYTES = 4;
const STYLE_BYTES = 4 * STYLE_COLUMNS.length;
const COUNTS_FROM = HEADER_BYTES + STYLE_BYTES;
const BUCKET_BITS = 14;
const BUCKET_MASK = (1 << BUCKET_BITS) - 1;
const LARGEST_INLINE_COUNT = 3;
const LARGEST_COUNT = 0xffff;

/** Hashed counts of one text: `counts[i]` ≥ 1 occurrences in `buckets[i]`, every bucket once, in no special order. */
export interface BucketCounts {
  readonly buckets: Uint16Array;
  readonly counts: Uint16Array;
}

/** All zero between calls; reused, because a fresh table per text costs more than counting in it. */
const tally = new Uint32Array(BUCKETS);

/** Hashed counts of the character trigrams and words of a text. */
export function countBuckets({ types, counts }: Words): BucketCounts {
  const touched: number[] = [];
  types.forEach((type, index) => {
    for (const bucket of type.buckets) {
      if (tally[bucket] === 0) touched.push(bucket);
      tally[bucket] += counts[index];
    }
  });
  const result = { buckets: Uint16Array.from(touched), counts: new Uint16Array(touched.length) };
  touched.forEach((bucket, index) => {
    result.counts[index] = Math.min(tally[bucket], LARGEST_COUNT);
    tally[bucket] = 0;
  });
  return result;
}

/** @param style float32, one number per style column */
export function encodeMeasurement(style: Float32Array, { buckets, counts }: BucketCounts): Measurement {
  const isInline = (count: number): boolean => count <= LARGEST_INLINE_COUNT;
  const units = counts.reduce((sum, count) => sum + (isInline(count) ? 1 : 2), 0);
  const bytes = new Uint8Array(COUNTS_FROM + 2 * units);
  const view = new DataView(bytes.buffer);
  bytes[0] = VERSION;
  style.forEach((value, column) => view.setFloat32(HEADER_BYTES + 4 * column, value, true));
  let at = COUNTS_FROM;
  for (let i = 0; i < buckets.length; i++) {
    const inline = isInline(counts[i]) ? counts[i] : 0;
    view.setUint16(at, (inline << BUCKET_BITS) | buckets[i], true);
    at += 2;
    if (inline === 0) {
      view.setUint16(at, counts[i], true);
      at += 2;
    }
  }
  return bytes;
}

/**
 * Writes a measurement's style numbers to `style`, which has one place per style column.
 * @throws when the bytes are no measurement of this version
 */
export function readStyle(measurement: Measurement, style: Float64Array): void {
  const view = open(measurement);
  for (let column = 0; column < STYLE_COLUMNS.length; column++) {
    style[column] = view.getFloat32(HEADER_BYTES + 4 * column, true);
  }
}

/** The lexical counts of a measurement. @throws when the bytes are no measurement of this version */
export function readCounts(measurement: Measurement): BucketCounts {
  const view = open(measurement);
  const most = (measurement.byteLength - COUNTS_FROM) / 2;
  const buckets = new Uint16Array(most);
  const counts = new Uint16Array(most);
  let size = 0;
  for (let at = COUNTS_FROM; at < measurement.byteLength; at += 2) {
    const unit = view.getUint16(at, true);
    buckets[size] = unit & BUCKET_MASK;
    counts[size] = unit >> BUCKET_BITS;
    if (counts[size] === 0) {
      at += 2;
      counts[size] = view.getUint16(at, true);
    }
    size++;
  }
  return { buckets: buckets.subarray(0, size), counts: counts.subarray(0, size) };
}

function open(measurement: Measurement): DataView {
  const { buffer, byteOffset, byteLength } = measurement;
  if (byteLength < COUNTS_FROM || byteLength % 2 !== 0 || measurement[0] !== VERSION) {
    throw new Error(
      `Not a measurement of the built-in encoder: expected version ${VERSION} and at least ${COUNTS_FROM} bytes, ` +
        `got version ${measurement[0]} and ${byteLength} bytes. Measure the text again.`,
    );
  }
  return new DataView(buffer, byteOffset, byteLength);
}
