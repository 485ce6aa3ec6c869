/** What may make one response better than another: reasons given with a verdict, each able to have a head of its own. */

export const DEFAULT_ASPECTS = ['helpful', 'correct', 'clear', 'concise', 'tone', 'safe', 'format'] as const;

/** One key each: the upper row of letters. */
export const MOST_ASPECTS = 8;

/** A list as a person wrote it, one a line: trimmed, without repetitions, as many as there are keys. */
export function aspectsOf(text: string): string[] {
  const lines = text.split('\n').map((line) => line.trim().replace(/\s+/gu, ' '));
  return [...new Set(lines.filter((line) => line !== ''))].slice(0, MOST_ASPECTS);
}
