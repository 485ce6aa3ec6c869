/** What is said of the bar for good enough. */
import { holds, LEAST_LABELS, type AcceptanceBar } from './acceptanceBar.ts';
import type { SingleLabel } from './singleLabels.ts';
import { percent, percentRange } from './trustSentence.ts';

/** Empty while no response was judged for itself. */
export function barSentence(bar: AcceptanceBar | undefined, labels: readonly SingleLabel[]): string {
  if (labels.length === 0) return '';
  if (!bar) {
    const good = labels.filter(({ isGood }) => isGood).length;
    return `To say what is good enough takes ${LEAST_LABELS} good answers and ${LEAST_LABELS} that are not; so far there are ${good} and ${labels.length - good}.`;
  }
  const share = `${percent(bar.separation.value)} ${percentRange(bar.separation)}`;
  const facts = `Of a good answer and one that is not, of any prompts, the good one has the higher reward in ${share} of cases (${bar.good} and ${bar.bad} answers).`;
  return holds(bar)
    ? `${facts} So Rerank says which answers would not be good enough for you.`
    : `${facts} That may be chance, so Rerank does not say what is good enough.`;
}
