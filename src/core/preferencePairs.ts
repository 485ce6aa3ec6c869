/**
 * From what holds now to what a head learns from: pairs of a chosen and a rejected response. Verdicts, rankings, edits
 * and thumbs all end here. An act that orders k responses says k − 1 things, however many pairs it makes, so its pairs
 * share that weight: one prompt's many pairs do not drown the others.
 */
import type { FoldedEvents } from './foldEvents.ts';
import {
  otherSide,
  promptText,
  STRENGTH_WEIGHT,
  type Comparison,
  type Judgment,
  type Side,
  type Thumb,
} from './preference.ts';
import { inOneGo, STEP_ITEMS, type Steps } from './steps.ts';

/** What a decided judgment means for the likelihood. */
export interface PreferencePair {
  /** The comparison that says so; of two thumbs on responses never compared, a name of its own. */
  readonly comparisonId: string;
  /** The prompt as one text, see `promptText`. */
  readonly prompt: string;
  readonly chosen: string;
  readonly rejected: string;
  /** What the pair counts in the likelihood. */
  readonly weight: number;
  readonly targetMargin: number;
  /** Which response stood on the left; undefined when unknown. */
  readonly shownFirst?: 'chosen' | 'rejected';
  /** Asked without regard to what the head thinks of it. */
  readonly isControl: boolean;
  readonly reasons?: readonly string[];
}

export interface JudgmentCounts {
  /** Pairs with a direction, those that thumbs make included. */
  readonly preferences: number;
  readonly ties: number;
  readonly bothBad: number;
  readonly skipped: number;
  readonly unjudged: number;
  readonly deleted: number;
  /** Responses with a thumb, and how many of the preferences those make. */
  readonly thumbs: number;
  readonly fromThumbs: number;
}

/**
 * The preference pairs that hold now, in the order of judging: what was learned from before keeps its place when another
 * pair comes. Ties, both bad and skips are no pairs: they are counted, not forced into a direction.
 */
export function preferencePairs(
  comparisons: Iterable<Comparison>,
  folded: Pick<FoldedEvents, 'states' | 'thumbs'>,
): PreferencesNow {
  return inOneGo(preferenceSteps(comparisons, folded));
}

export interface PreferencesNow {
  readonly pairs: readonly PreferencePair[];
  readonly counts: JudgmentCounts;
}

export function* preferenceSteps(
  comparisons: Iterable<Comparison>,
  { states, thumbs }: Pick<FoldedEvents, 'states' | 'thumbs'>,
): Steps<PreferencesNow> {
  const byId = new Map<string, Comparison>();
  const counts = {
    preferences: 0,
    ties: 0,
    bothBad: 0,
    skipped: 0,
    unjudged: 0,
    deleted: 0,
    thumbs: 0,
    fromThumbs: 0,
  };
  for (const comparison of comparisons) {
    byId.set(comparison.id, comparison);
    if (byId.size % STEP_ITEMS === 0) yield;
    const { deleted, judgment } = states.get(comparison.id) ?? { deleted: false };
    if (deleted) counts.deleted++;
    else if (!judgment) counts.unjudged += comparison.source.kind === 'edited' ? 0 : 1;
    else if (judgment.verdict === 'tie') counts.ties++;
    else if (judgment.verdict === 'both-bad') counts.bothBad++;
    else if (judgment.verdict === 'skip') counts.skipped++;
  }
  const decided: Decided[] = [];
  for (const [id, { judgment, deleted }] of states) {
    const comparison = byId.get(id);
    if (!comparison || !judgment || deleted) continue;
    if (judgment.verdict === 'a' || judgment.verdict === 'b') {
      decided.push({ comparison, judgment, better: judgment.verdict });
      if (decided.length % STEP_ITEMS === 0) yield;
    }
  }
  const shares = sharesOfActs(decided);
  const pairs: PreferencePair[] = [];
  for (const one of decided) {
    pairs.push(pairOf(one, shares.get(one.judgment.partOf) ?? 1));
    if (pairs.length % STEP_ITEMS === 0) yield;
  }
  const held = heldThumbs(thumbs, byId, states);
  const ofThumbs = thumbPairs(held, byId.values(), states);
  pairs.push(...ofThumbs);
  counts.thumbs = held.length;
  counts.fromThumbs = ofThumbs.length;
  counts.preferences = pairs.length;
  return { pairs, counts };
}

interface Decided {
  readonly comparison: Comparison;
  readonly judgment: Judgment;
  readonly better: Side;
}

/** (k − 1) / pairs of every act that orders k responses. */
function sharesOfActs(decided: readonly Decided[]): ReadonlyMap<string | undefined, number> {
  const acts = new Map<string, { readonly texts: Set<string>; pairs: number }>();
  for (const { comparison, judgment } of decided) {
    if (judgment.partOf === undefined) continue;
    const act = acts.get(judgment.partOf) ?? { texts: new Set(), pairs: 0 };
    act.texts.add(comparison.a.text).add(comparison.b.text);
    act.pairs++;
    acts.set(judgment.partOf, act);
  }
  return new Map([...acts].map(([id, { texts, pairs }]) => [id, shareOf(texts.size, pairs)]));
}

function shareOf(responses: number, pairs: number): number {
  return (responses - 1) / pairs;
}

function pairOf({ comparison, judgment, better }: Decided, share: number): PreferencePair {
  const { shownFirst, reasons, strength, isControl } = judgment;
  return {
    comparisonId: comparison.id,
    prompt: promptText(comparison.prompt),
    chosen: comparison[better].text,
    rejected: comparison[otherSide(better)].text,
    weight: STRENGTH_WEIGHT[strength] * share,
    targetMargin: comparison.targetMargin ?? 0,
    shownFirst: shownFirst && (shownFirst === better ? 'chosen' : 'rejected'),
    isControl: isControl !== false,
    ...(reasons && { reasons }),
  };
}

/** A response with its thumb. */
export interface ThumbedResponse {
  readonly prompt: string;
  readonly response: string;
  readonly thumb: Thumb;
  /** Where it was given. */
  readonly place: string;
}

/** The last thumb of every response, in the order of their first ones; whose comparison was deleted is left out. */
export function heldThumbs(
  thumbs: FoldedEvents['thumbs'],
  byId: ReadonlyMap<string, Comparison>,
  states: FoldedEvents['states'],
): ThumbedResponse[] {
  const held = new Map<string, ThumbedResponse | undefined>();
  for (const { comparisonId, side, thumb } of thumbs) {
    const comparison = byId.get(comparisonId);
    if (!comparison || states.get(comparisonId)?.deleted) continue;
    const prompt = promptText(comparison.prompt);
    const response = comparison[side].text;
    const place = `${comparisonId}.${side}`;
    held.set(
      JSON.stringify([prompt, response]),
      thumb === 'skip' ? undefined : { prompt, response, thumb, place },
    );
  }
  return [...held.values()].filter((one) => one !== undefined);
}

/**
 * Within a prompt, every response that got a thumb up over every one that got a thumb down, except where the two were
 * judged as a pair. The first pair of a prompt counts in figures, the others depend on it.
 */
function thumbPairs(
  held: readonly ThumbedResponse[],
  comparisons: Iterable<Comparison>,
  states: FoldedEvents['states'],
): PreferencePair[] {
  const ofPrompt = new Map<string, ThumbedResponse[]>();
  for (const one of held) ofPrompt.set(one.prompt, [...(ofPrompt.get(one.prompt) ?? []), one]);
  if (ofPrompt.size === 0) return [];
  const idOfPair = new Map<string, string>();
  for (const { id, prompt, a, b } of comparisons) {
    const text = promptText(prompt);
    if (ofPrompt.has(text)) idOfPair.set(pairKey(text, a.text, b.text), id);
  }
  return [...ofPrompt].flatMap(([prompt, responses]) => {
    const downs = responses.filter(({ thumb }) => thumb === 'down');
    const pairs = responses
      .filter(({ thumb }) => thumb === 'up')
      .flatMap((up) => downs.map((down) => ({ up, down })))
      .map(({ up, down }) => {
        const known = idOfPair.get(pairKey(prompt, up.response, down.response));
        const comparisonId = known ?? `${up.place}/${down.place}`;
        return { comparisonId, chosen: up.response, rejected: down.response };
      })
      .filter(({ comparisonId }) => (states.get(comparisonId)?.judgment?.verdict ?? 'skip') === 'skip');
    const texts = new Set(pairs.flatMap(({ chosen, rejected }) => [chosen, rejected])).size;
    const weight = shareOf(texts, pairs.length);
    return pairs.map((pair, index) => ({ ...pair, prompt, weight, targetMargin: 0, isControl: index === 0 }));
  });
}

/** The same whichever of the two comes first. */
function pairKey(prompt: string, one: string, other: string): string {
  return JSON.stringify([prompt, ...[one, other].sort()]);
}
