/** Bins of held-out margins for the histogram: of equal width, with an edge at zero, where right turns to wrong. */
import { extent, tickStep } from 'd3-array';

export interface MarginBin {
  /** Logits; the bin holds margins in [from, to). */
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** About this many bins over the whole range. */
const BINS = 24;

/**
 * All margins in bins from the lowest to the highest, empty bins between included.
 * @param margins logits, finite
 */
export function marginBins(margins: Float32Array): MarginBin[] {
  const [low = 0, high = 0] = extent(margins);
  const width = tickStep(Math.min(low, 0), Math.max(high, 0), BINS) || 1;
  const first = Math.min(-1, Math.floor(low / width));
  const last = Math.max(0, Math.floor(high / width));
  const counts = new Uint32Array(last - first + 1);
  for (const margin of margins) counts[Math.floor(margin / width) - first]++;
  return Array.from(counts, (count, index) => ({
    from: (first + index) * width,
    to: (first + index + 1) * width,
    count,
  }));
}
