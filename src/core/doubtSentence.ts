/** What may be said of the judgments that a head contradicts: how many, and how many chance alone would make. */
import type { DoubtfulLabels } from './doubtfulLabels.ts';
import { percent } from './trustSentence.ts';

/** @param judged preferences in all */
export function doubtSentence({ rows, probability, byChance }: DoubtfulLabels, judged: number): string {
  if (rows.length === 0) {
    return 'On no judgment does the head lean clearly to the answer you passed over.';
  }
  const count = (value: number): string => Math.round(value).toLocaleString('en');
  const range = `(${count(byChance.low)}–\u2060${count(byChance.high)})`;
  const found = `On ${count(rows.length)} of ${judged.toLocaleString('en')} judgments the head gives the answer you passed over ${percent(probability)} or more.`;
  const expected = `Were its probabilities right, chance would make that ${count(byChance.value)} ${range}`;
  return `${found} ${expected}${verdictOf(rows.length, byChance)}`;
}

function verdictOf(found: number, { low, high }: DoubtfulLabels['byChance']): string {
  if (found > Math.round(high)) return '; there are more, so some may be slips, or something it cannot see.';
  if (found < Math.round(low)) return '; there are fewer.';
  return ', and it is no more than that.';
}
