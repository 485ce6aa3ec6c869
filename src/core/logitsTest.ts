/** Whether what a language model says comes next can be what it should be: a device can give wrong numbers without an error. */

/** Prompts as different as these; what they say does not matter. */
export const TEST_PROMPTS = ['Name a colour.', 'How many days are in a week?'] as const;

/** Of what lies between the least and the greatest logit: other arithmetic of the same numbers moves them less. */
const LEAST_CHANGE = 1e-3;

/**
 * @param first logits of the token after the first test prompt, and `second` after the second
 * @returns what is wrong with them, as the end of a sentence
 */
export function logitsProblem(first: Float32Array, second: Float32Array): string | undefined {
  if (![first, second].every((logits) => logits.every(Number.isFinite))) {
    return 'what it gives are not numbers';
  }
  const spread = Math.min(spreadOf(first), spreadOf(second));
  if (!(spread > 0)) return 'to it every word is as likely as any other';
  const change = first.reduce((most, logit, token) => Math.max(most, Math.abs(logit - second[token])), 0);
  return change < LEAST_CHANGE * spread ? 'it answers different prompts alike' : undefined;
}

function spreadOf(logits: Float32Array): number {
  let [least, most] = [Infinity, -Infinity];
  for (const logit of logits) {
    least = Math.min(least, logit);
    most = Math.max(most, logit);
  }
  return most - least;
}
