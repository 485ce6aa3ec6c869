/**
 * What events mean, thought through before it is shown: of 50,000 imported judgments that takes a quarter of a second,
 * which the page would stand still for. Prepared in slices, it is there when the page asks.
 */
import { foldEvents, foldSteps, type FoldedEvents } from '../core/foldEvents.ts';
import type { Comparison, PreferenceEvent } from '../core/preference.ts';
import { preferencePairs, preferenceSteps, type PreferencesNow } from '../core/preferencePairs.ts';
import { inSlices } from '../core/steps.ts';

const folds = new WeakMap<readonly PreferenceEvent[], FoldedEvents>();
const preferences = new WeakMap<FoldedEvents, PreferencesNow & { readonly of: readonly Comparison[] }>();

/** `foldEvents`, prepared or not. */
export function foldOf(events: readonly PreferenceEvent[]): FoldedEvents {
  return folds.get(events) ?? foldEvents(events);
}

/** `preferencePairs`, prepared or not. */
export function preferencesOf(comparisons: readonly Comparison[], folded: FoldedEvents): PreferencesNow {
  const prepared = preferences.get(folded);
  return prepared?.of === comparisons ? prepared : preferencePairs(comparisons, folded);
}

/** Prepares both of these very lists. */
export async function prepare(
  comparisons: readonly Comparison[],
  events: readonly PreferenceEvent[],
): Promise<void> {
  const folded = await inSlices(foldSteps(events), pause);
  folds.set(events, folded);
  const now = await inSlices(preferenceSteps(comparisons, folded), pause);
  preferences.set(folded, { ...now, of: comparisons });
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
