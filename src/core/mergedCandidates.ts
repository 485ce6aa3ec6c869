/**
 * Which candidates say the same in nearly the same words, so that a person is asked about them once. Two are near when
 * their words are the same, or when of all pairs of neighbouring words in either nine in ten are in both (Jaccard). By
 * pairs and not by words, so that order counts: one word exchanged in the middle keeps texts of fewer than 37 words apart.
 */
import { words } from './words.ts';

export const NEAR = 0.9;

/**
 * @returns places of candidates that belong together, each group under its first: a text joins the first group whose
 * first text it is near to, so texts that come later change no group's first and move nothing
 */
export function mergeCandidates(texts: readonly string[]): readonly (readonly number[])[] {
  const groups: { readonly first: Wording; readonly places: number[] }[] = [];
  texts.forEach((text, place) => {
    const wording = wordingOf(text);
    const group = groups.find(({ first }) => areNear(first, wording));
    if (group) group.places.push(place);
    else groups.push({ first: wording, places: [place] });
  });
  return groups.map(({ places }) => places);
}

interface Wording {
  readonly folded: string;
  readonly pairs: ReadonlySet<string>;
}

function wordingOf(text: string): Wording {
  const all = words(text);
  // A text without words is compared as it stands.
  if (all.length === 0) return { folded: text.trim(), pairs: new Set() };
  const pairs = new Set<string>();
  for (let at = 0; at <= all.length; at++) pairs.add(`${all[at - 1] ?? ''} ${all[at] ?? ''}`);
  return { folded: all.join(' '), pairs };
}

function areNear(one: Wording, other: Wording): boolean {
  if (one.folded === other.folded) return true;
  let common = 0;
  for (const pair of one.pairs) if (other.pairs.has(pair)) common++;
  const either = one.pairs.size + other.pairs.size - common;
  return either > 0 && common / either >= NEAR;
}
