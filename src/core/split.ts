/**
 * Splits that keep prompts apart: all pairs of one prompt fall on one side, because two answers to a known prompt
 * are not unseen. Decided once, by seed.
 */
import { createRandom } from './random.ts';

/** Every pair is judged once by a head that had not seen its prompt: at any size, since folds are only columns. */
export const FOLD_COUNT = 5;

/** Prompts that differ in white space or case only are one prompt. */
export function promptKey(prompt: string): string {
  return prompt.normalize('NFC').toLowerCase().replace(/\s+/gu, ' ').trim();
}

/** Group number of every prompt, by first appearance. */
export function groupByPrompt(prompts: readonly string[]): Uint32Array<ArrayBuffer> {
  const numbers = new Map<string, number>();
  return Uint32Array.from(prompts, (prompt) => {
    const key = promptKey(prompt);
    const known = numbers.get(key) ?? numbers.size;
    numbers.set(key, known);
    return known;
  });
}

export interface HoldOut {
  /** Pair indices, ascending. */
  readonly train: number[];
  readonly heldOut: number[];
}

/**
 * Holds out whole groups: the seeded-shuffled groups up to round(share · groups), at least one on each side when
 * there are two groups or more.
 * @param groups group number of every pair
 */
export function holdOutGroups(groups: Uint32Array, share: number, seed: number): HoldOut {
  const order = shuffledGroups(groups, seed);
  const count = Math.min(order.length - 1, Math.max(1, Math.round(order.length * share)));
  const held = new Set(order.slice(0, Math.max(0, count)));
  const train: number[] = [];
  const heldOut: number[] = [];
  groups.forEach((group, pair) => (held.has(group) ? heldOut : train).push(pair));
  return { train, heldOut };
}

/**
 * Fold number in [0, k) of every pair, whole groups together. Groups are dealt largest first to the smallest fold,
 * ties broken by the seeded order, so folds differ in size by less than the largest group.
 */
export function assignFolds(groups: Uint32Array, k: number, seed: number): Uint8Array<ArrayBuffer> {
  const sizes = new Map<number, number>();
  for (const group of groups) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  const order = shuffledGroups(groups, seed).sort((g, h) => sizes.get(h)! - sizes.get(g)!);
  const foldSizes = new Array<number>(k).fill(0);
  const foldOfGroup = new Map<number, number>();
  for (const group of order) {
    const fold = foldSizes.indexOf(Math.min(...foldSizes));
    foldOfGroup.set(group, fold);
    foldSizes[fold] += sizes.get(group)!;
  }
  return Uint8Array.from(groups, (group) => foldOfGroup.get(group)!);
}

function shuffledGroups(groups: Uint32Array, seed: number): number[] {
  return createRandom(seed).shuffle([...new Set(groups)]);
}
