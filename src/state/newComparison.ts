/** Comparisons made in the app: identified by what they say, so the same pair is never asked twice. */
import type { Comparison, ComparisonSource, Message, Response } from '../core/preference.ts';
import { comparisonId, firstIsSideA } from '../formats/comparisonId.ts';

/** A single message of the person as a prompt. */
export function userPrompt(content: string): Message[] {
  return [{ role: 'user', content }];
}

/** A comparison of two responses; which becomes side `a` follows from their texts, not from their order. */
export function newComparison(
  prompt: readonly Message[],
  one: Response,
  other: Response,
  source: ComparisonSource,
): Comparison {
  const id = comparisonId(prompt, one.text, other.text);
  const [a, b] = firstIsSideA(id, one.text, other.text) ? [one, other] : [other, one];
  return { id, prompt, a: responseOf(a), b: responseOf(b), source };
}

/** What is kept of a response that may know more of itself. */
function responseOf({ text, model }: Response): Response {
  return model === undefined ? { text } : { text, model };
}
