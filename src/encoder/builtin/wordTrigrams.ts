/**
 * Three neighbouring words as one number, exact for texts of up to 200,000 distinct words (a key stays below 2⁵³);
 * the words after those count as one.
 */
const LARGEST_BASE = 200_000;

/** The base in which a text's trigram keys are written: its number of distinct words. */
export function trigramBase(types: number): number {
  return Math.min(types, LARGEST_BASE);
}

export function trigramKey(base: number, first: number, second: number, third: number): number {
  const last = base - 1;
  return (Math.min(first, last) * base + Math.min(second, last)) * base + Math.min(third, last);
}
