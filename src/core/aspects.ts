/** What may make one response better than another: reasons given with a verdict, each able to have a head of its own. */
import type { PreferencePair } from './preferencePairs.ts';

export const DEFAULT_ASPECTS = ['helpful', 'correct', 'clear', 'concise', 'tone', 'safe', 'format'] as const;

/** One key each: the upper row of letters. */
export const MOST_ASPECTS = 8;

/** A list as a person wrote it, one a line: trimmed, without repetitions, as many as there are keys. */
export function aspectsOf(text: string): string[] {
  const lines = text.split('\n').map((line) => line.trim().replace(/\s+/gu, ' '));
  return [...new Set(lines.filter((line) => line !== ''))].slice(0, MOST_ASPECTS);
}

/** The pairs whose verdict names this reason. */
export function pairsOfAspect(pairs: readonly PreferencePair[], aspect: string): PreferencePair[] {
  return pairs.filter(({ reasons }) => reasons?.includes(aspect));
}

/** Every reason given with a pair that holds, those given most first, with the number of its pairs. */
export function aspectCounts(pairs: readonly PreferencePair[]): { aspect: string; pairs: number }[] {
  const counts = new Map<string, number>();
  for (const { reasons = [] } of pairs) {
    for (const aspect of reasons) counts.set(aspect, (counts.get(aspect) ?? 0) + 1);
  }
  return [...counts]
    .map(([aspect, count]) => ({ aspect, pairs: count }))
    .sort((one, other) => other.pairs - one.pairs);
}
