/** What was said of single responses: thumbs, and "both bad", which says it of two at once. */
import type { FoldedEvents } from './foldEvents.ts';
import { promptText, type Comparison } from './preference.ts';
import { heldThumbs } from './preferencePairs.ts';

export interface SingleLabel {
  /** See `promptText`. */
  readonly prompt: string;
  readonly response: string;
  /** Good enough for the person. */
  readonly isGood: boolean;
}

/** One label per response; a thumb on it outweighs "both bad". */
export function singleLabels(
  comparisons: Iterable<Comparison>,
  { states, thumbs }: Pick<FoldedEvents, 'states' | 'thumbs'>,
): SingleLabel[] {
  const byId = new Map([...comparisons].map((comparison) => [comparison.id, comparison]));
  const labels = new Map<string, SingleLabel>();
  const say = (label: SingleLabel): void => {
    labels.set(JSON.stringify([label.prompt, label.response]), label);
  };
  for (const [id, { judgment, deleted }] of states) {
    const comparison = byId.get(id);
    if (!comparison || deleted || judgment?.verdict !== 'both-bad') continue;
    const prompt = promptText(comparison.prompt);
    for (const { text } of [comparison.a, comparison.b]) say({ prompt, response: text, isGood: false });
  }
  for (const { prompt, response, thumb } of heldThumbs(thumbs, byId, states)) {
    say({ prompt, response, isGood: thumb === 'up' });
  }
  return [...labels.values()];
}
