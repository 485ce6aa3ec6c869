/**
 * The style block is a list of groups; each names its columns and measures them in that order.
 *
 * Counts never enter raw: they become root rates c / √(words + 10), which grow slowly with length and stay finite for
 * the empty text, or ln(1 + c).
 */
import type { PromptContext } from './promptContext.ts';
import type { TextView } from './textView.ts';

export interface StyleGroup {
  readonly group: string;
  readonly labels: readonly string[];
  /** One finite number per label. */
  measure(view: TextView, prompt: PromptContext): number[];
}

/** count / √(words + 10). */
export function rootRate(count: number, view: TextView): number {
  return count / Math.sqrt(view.wordCount + 10);
}

/** Population standard deviation; 0 for fewer than two values. */
export function standardDeviation(values: readonly number[]): number {
  if (values.length < 2) return 0;
  let sum = 0;
  let squares = 0;
  for (const value of values) {
    sum += value;
    squares += value * value;
  }
  const mean = sum / values.length;
  return Math.sqrt(Math.max(0, squares / values.length - mean * mean));
}
