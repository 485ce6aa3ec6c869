/** TRL, explicit prompt, standard: `prompt`, `chosen`, `rejected` as text, optionally `margin`. */
import * as v from 'valibot';
import {
  besideChosen,
  hasChosenRejected,
  hasMessageAnswers,
  hasPrompt,
  statedVerdict,
} from './chosenRejected.ts';
import { text } from './fields.ts';
import { chosenOverRejected, defineFormat } from './preferenceFormat.ts';
import { promptMessages } from './transcript.ts';

export const trlExplicitStandard = defineFormat({
  id: 'trl-explicit-standard',
  title: 'TRL preference, explicit prompt',
  fields: ['prompt', 'chosen', 'rejected'],
  schema: v.object({ prompt: text, chosen: text, rejected: text, ...besideChosen }),
  matches: (record) =>
    hasChosenRejected(record) &&
    hasPrompt(record) &&
    !Array.isArray(record.prompt) &&
    !hasMessageAnswers(record),
  read: (row) => [
    chosenOverRejected(promptMessages(row.prompt), row.chosen, row.rejected, statedVerdict(row)),
  ],
});
