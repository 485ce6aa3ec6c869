/** TRL, implicit prompt, standard: `chosen` and `rejected` are texts that both begin with the prompt. */
import * as v from 'valibot';
import { besideChosen, hasChosenRejected, statedVerdict } from './chosenRejected.ts';
import { text } from './fields.ts';
import { splitImplicitPrompt } from './implicitPrompt.ts';
import { hasPromptColumn } from './columns.ts';
import { chosenOverRejected, defineFormat } from './preferenceFormat.ts';

export const trlImplicitStandard = defineFormat({
  id: 'trl-implicit-standard',
  title: 'TRL preference, implicit prompt',
  fields: ['chosen', 'rejected'],
  schema: v.object({ chosen: text, rejected: text, ...besideChosen }),
  matches: (record) => hasChosenRejected(record) && !hasPromptColumn(record),
  read: (row) => {
    const { prompt, chosen, rejected } = splitImplicitPrompt(row.chosen, row.rejected);
    return [chosenOverRejected(prompt, chosen, rejected, statedVerdict(row))];
  },
});
