/**
 * How varied a set of texts is: distinct runs of `n` words over all such runs (distinct-n of Li, Galley, Brockett, Gao
 * and Dolan, 2016). 1 where no run comes twice; low where a model repeats itself, within a text or from one to the next.
 * It falls with the amount of text by itself: compare sets of like size.
 */
import { words } from './words.ts';

/** @returns in (0, 1]; undefined where no text has `n` words */
export function distinctRuns(texts: readonly string[], n: number): number | undefined {
  const seen = new Set<string>();
  let total = 0;
  for (const text of texts) {
    const all = words(text);
    for (let end = n; end <= all.length; end++, total++) seen.add(all.slice(end - n, end).join(' '));
  }
  return total === 0 ? undefined : seen.size / total;
}
