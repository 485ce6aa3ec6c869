/** Tiers of a ranking: what they say of every two responses, and back. */
import type { Verdict } from './preference.ts';

/**
 * Verdict on two responses of a ranking; 1 is the best tier.
 * @param tierOfA @param tierOfB tiers of the two sides
 */
export function verdictOfTiers(tierOfA: number, tierOfB: number): Verdict {
  return tierOfA === tierOfB ? 'tie' : tierOfA < tierOfB ? 'a' : 'b';
}

/**
 * The tiers that say these verdicts, without gaps.
 * @param responses how many there are
 * @param beats whether the first is better than the second
 * @returns the tier of every response, 1 best
 */
export function tiersOf(responses: number, beats: (one: number, other: number) => boolean): number[] {
  const all = Array.from({ length: responses }, (_, index) => index);
  const above = all.map((index) => all.filter((other) => beats(other, index)).length);
  const levels = [...new Set(above)].sort((x, y) => x - y);
  return above.map((count) => levels.indexOf(count) + 1);
}
