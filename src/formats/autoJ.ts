/** Auto-J pairwise data: `prompt`, `response 1`, `response 2`, `label`: 0 the first is better, 1 the second, 2 a tie. */
import * as v from 'valibot';
import { oneOf, text } from './fields.ts';
import { defineFormat, hasFields } from './preferenceFormat.ts';
import { promptMessages } from './transcript.ts';

const VERDICTS = { 0: 'first', 1: 'second', 2: 'tie' } as const;

export const autoJ = defineFormat({
  id: 'auto-j',
  title: 'Auto-J',
  fields: ['prompt', 'response 1', 'response 2', 'label'],
  schema: v.object({
    prompt: text,
    'response 1': text,
    'response 2': text,
    label: oneOf([0, 1, 2], '0 (response 1), 1 (response 2) or 2 (tie)'),
  }),
  matches: (record) => hasFields(record, 'response 1', 'response 2', 'label'),
  read: (row) => [
    {
      kind: 'pair',
      prompt: promptMessages(row.prompt),
      first: { text: row['response 1'] },
      second: { text: row['response 2'] },
      verdict: VERDICTS[row.label],
    },
  ],
});
