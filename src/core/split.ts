/**
 * Splits that keep prompts apart: all pairs of one prompt fall on one side, because two answers to a known prompt
 * are not unseen. Decided once, by seed.
 */
import { createRandom, type Random } from './random.ts';

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
 * Fold number in [0, k) of every pair, whole groups together. Pairs are taken in their order: a group not met before goes
 * to the fold with the fewest pairs so far, one of several drawn by the seed. So a pair more changes no fold before it,
 * and figures from one judgment to the next change for what was judged only. Where the pairs of a group follow each
 * other, folds differ in size by no more than the largest group; a group that grows later adds what it grows by.
 */
export function assignFolds(groups: Uint32Array, k: number, seed: number): Uint8Array<ArrayBuffer> {
  const random = createRandom(seed);
  const sizes = new Array<number>(k).fill(0);
  const foldOfGroup = new Map<number, number>();
  return Uint8Array.from(groups, (group) => {
    const fold = foldOfGroup.get(group) ?? oneOfTheSmallest(sizes, random);
    foldOfGroup.set(group, fold);
    sizes[fold]++;
    return fold;
  });
}

function oneOfTheSmallest(sizes: readonly number[], random: Random): number {
  const least = Math.min(...sizes);
  const smallest = sizes.flatMap((size, fold) => (size === least ? [fold] : []));
  return smallest[random.integer(smallest.length)];
}

function shuffledGroups(groups: Uint32Array, seed: number): number[] {
  return createRandom(seed).shuffle([...new Set(groups)]);
}
