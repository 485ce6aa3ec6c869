/**
 * The prompt inside two texts that both begin with it. A plain common prefix would end inside a word where two
 * responses begin alike ("blue" and "brown" share "b"), so the cut goes back to the last role marker, else to the last
 * line break, else to the last space that the texts share.
 */
import type { SplitTexts } from './transcript.ts';
import { commonPrefixLength, promptMessages } from './transcript.ts';

/** Ends of prompts behind which the response begins. */
const ROLE_MARKERS =
  /(?:^|\n)[ \t]*(?:Assistant|Answer|Response|A|Bot|AI)[ \t]*:[ \t]?|### ?(?:Response|Answer|Assistant):?[ \t]*\n?|\[\/INST\][ \t]?|<\|(?:im_start\|>)?assistant(?:\|>)?\n?/g;

/** Splits both texts where their responses begin; the prompt is empty where no fit place is shared. */
export function splitImplicitPrompt(chosen: string, rejected: string): SplitTexts {
  const shared = chosen.slice(0, commonPrefixLength(chosen, rejected));
  const cut =
    endOfLastMarker(shared) ??
    lastBoundary(shared, chosen, rejected, '\n') ??
    lastBoundary(shared, chosen, rejected, ' ') ??
    0;
  return {
    prompt: promptMessages(chosen.slice(0, cut)),
    chosen: chosen.slice(cut),
    rejected: rejected.slice(cut),
  };
}

function endOfLastMarker(shared: string): number | undefined {
  const last = [...shared.matchAll(ROLE_MARKERS)].at(-1);
  return last && last.index + last[0].length;
}

/** Index behind the last shared boundary that leaves text on both sides; undefined without one. */
function lastBoundary(
  shared: string,
  chosen: string,
  rejected: string,
  boundary: string,
): number | undefined {
  // A cut before `end` leaves text to both responses, one behind `start` leaves text to the prompt. Told once: texts
  // that end in a million line breaks have a million boundaries.
  const end = Math.min(chosen.trimEnd().length, rejected.trimEnd().length);
  const start = chosen.length - chosen.trimStart().length;
  const at = end > 1 ? shared.lastIndexOf(boundary, end - 2) : -1;
  return at >= start && at >= 0 ? at + 1 : undefined;
}
