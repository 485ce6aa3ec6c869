/**
 * From pairs to the distinct texts behind them: each (prompt, response) is measured once, however many pairs it
 * stands in.
 */
import type { PairRows } from './pairDifferences.ts';
import type { PreferencePair } from './preferencePairs.ts';
import { groupByPrompt } from './split.ts';

export interface PairTexts {
  /** Distinct (prompt, response), in order of first appearance: the rows of the feature matrix. */
  readonly inputs: readonly { readonly prompt: string; readonly response: string }[];
  readonly rows: PairRows & {
    readonly chosen: Uint32Array<ArrayBuffer>;
    readonly rejected: Uint32Array<ArrayBuffer>;
  };
  /** Prompt group of every row; pairs and rows share the numbering. */
  readonly promptOfRow: Uint32Array<ArrayBuffer>;
  readonly promptOfPair: Uint32Array<ArrayBuffer>;
}

export function pairTexts(
  pairs: readonly Pick<PreferencePair, 'prompt' | 'chosen' | 'rejected'>[],
): PairTexts {
  const promptOfPair = groupByPrompt(pairs.map((pair) => pair.prompt));
  const inputs: { prompt: string; response: string }[] = [];
  const promptOfRow: number[] = [];
  const rowOfText = new Map<string, number>();
  const rowOf = (prompt: string, response: string, group: number): number => {
    const key = textKey(prompt, response);
    const known = rowOfText.get(key);
    if (known !== undefined) return known;
    rowOfText.set(key, inputs.length);
    promptOfRow.push(group);
    return inputs.push({ prompt, response }) - 1;
  };
  const chosen = new Uint32Array(pairs.length);
  const rejected = new Uint32Array(pairs.length);
  pairs.forEach((pair, index) => {
    chosen[index] = rowOf(pair.prompt, pair.chosen, promptOfPair[index]);
    rejected[index] = rowOf(pair.prompt, pair.rejected, promptOfPair[index]);
  });
  return { inputs, rows: { chosen, rejected }, promptOfRow: Uint32Array.from(promptOfRow), promptOfPair };
}

/** What names one response in its context; hashed, it is the key of the measurement cache. */
export function textKey(prompt: string, response: string): string {
  return `${prompt.length}:${prompt}${response}`;
}

/** `pairs[2p]` and `pairs[2p + 1]` are the rows of pair p: the form in which encoders take pairs. */
export function interleaveRows(rows: PairRows): Uint32Array<ArrayBuffer> {
  const pairs = new Uint32Array(rows.chosen.length * 2);
  rows.chosen.forEach((row, pair) => (pairs[2 * pair] = row));
  rows.rejected.forEach((row, pair) => (pairs[2 * pair + 1] = row));
  return pairs;
}
