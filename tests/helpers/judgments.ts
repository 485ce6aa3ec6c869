/** Comparisons and events as short as tests can be read. */
import type { Comparison, Judgment, PreferenceEvent, Verdict } from '../../src/core/preference.ts';

export const comparison = (id: string): Comparison => ({
  id,
  prompt: [{ role: 'user', content: `question ${id}` }],
  a: { text: `a of ${id}` },
  b: { text: `b of ${id}` },
  source: { kind: 'typed' },
});

export const judged = (
  id: string,
  comparisonId: string,
  verdict: Verdict,
  durationMs?: number,
): Judgment => ({
  kind: 'judgment',
  id,
  at: 0,
  comparisonId,
  verdict,
  strength: 1,
  shownFirst: 'a',
  durationMs: durationMs ?? 900,
});
export const undo = (id: string, target: string): PreferenceEvent => ({ kind: 'undo', id, at: 0, target });
