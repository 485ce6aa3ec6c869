/**
 * How often a person gives the same answer twice. What they themselves cannot say again, no head can foresee: this is
 * what the head's accuracy has to be held against, not 100 %.
 */
import { wilson, type Proportion } from './evaluation.ts';
import type { ComparisonState, Judgment } from './preference.ts';

/**
 * Share of the repeated pairs that were decided alike both times. A tie or both bad in either half counts one half, as
 * a coin would; skips and deleted pairs are left out.
 */
export function selfAgreement(states: Iterable<ComparisonState>): Proportion {
  return agreementOf(states, ({ repeat }) => repeat && [repeat.before, repeat.again]);
}

/** Share of the verdicts that the person stood by after seeing how they turned out, counted as `selfAgreement` does. */
export function hindsightAgreement(states: Iterable<ComparisonState>): Proportion {
  return agreementOf(states, ({ hindsight }) => hindsight && [hindsight.before, hindsight.after]);
}

function agreementOf(
  states: Iterable<ComparisonState>,
  twoOf: (state: ComparisonState) => readonly [Judgment, Judgment] | undefined,
): Proportion {
  let [same, n] = [0, 0];
  for (const state of states) {
    const two = state.deleted ? undefined : twoOf(state);
    if (!two) continue;
    const verdicts = two.map(({ verdict }) => verdict);
    if (verdicts.includes('skip')) continue;
    n++;
    if (verdicts.some((verdict) => verdict !== 'a' && verdict !== 'b')) same += 0.5;
    else if (verdicts[0] === verdicts[1]) same++;
  }
  return wilson(same, n);
}

/**
 * The accuracy that a head which knew the person perfectly could have at most. If answers to a pair go one way with
 * probability p, the same answer comes twice with p² + (1 − p)² and the best guess is right with max(p, 1 − p); over any
 * mixture of pairs Jensen's inequality bounds the second by the first: ½ + ½√(2s − 1).
 * @param agreement s, the share of answers given alike, in [0, 1]; below ½ it says no more than a coin
 */
export function accuracyCeiling(agreement: number): number {
  return 0.5 + 0.5 * Math.sqrt(Math.max(0, 2 * agreement - 1));
}
