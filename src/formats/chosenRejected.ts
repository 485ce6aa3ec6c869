/** What all formats with a `chosen` and a `rejected` field share. */
import type * as v from 'valibot';
import { optionalNumber } from './fields.ts';
import { hasFields, type StatedPair } from './preferenceFormat.ts';
import type { SourceRecord } from './rows/sourceRow.ts';

/** Fields that may stand beside `chosen` and `rejected`. */
export const besideChosen = {
  margin: optionalNumber,
  score_chosen: optionalNumber,
  score_rejected: optionalNumber,
};

type BesideChosen = v.InferOutput<v.ObjectSchema<typeof besideChosen, undefined>>;

/** Verdict and demanded margin: equal scores mean that the raters did not prefer the one called chosen. */
export function statedVerdict(row: BesideChosen): Pick<StatedPair, 'verdict' | 'targetMargin'> {
  const isTie = row.score_chosen !== undefined && row.score_chosen === row.score_rejected;
  return { verdict: isTie ? 'tie' : 'first', targetMargin: row.margin };
}

export function hasChosenRejected(record: SourceRecord): boolean {
  return hasFields(record, 'chosen', 'rejected');
}

/** True when either answer is a list of messages. */
export function hasMessageAnswers(record: SourceRecord): boolean {
  return Array.isArray(record.chosen) || Array.isArray(record.rejected);
}

/** True when the row states its prompt in a field `prompt`; null is no prompt. */
export function hasPrompt(record: SourceRecord): boolean {
  return record.prompt !== undefined && record.prompt !== null;
}
