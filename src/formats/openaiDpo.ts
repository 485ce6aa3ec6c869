/** OpenAI preference fine-tuning: `input.messages`, `preferred_output`, `non_preferred_output`. */
import * as v from 'valibot';
import { messages } from './fields.ts';
import { chosenOverRejected, defineFormat, hasFields } from './preferenceFormat.ts';
import { responseText } from './transcript.ts';

export const openaiDpo = defineFormat({
  id: 'openai-dpo',
  title: 'OpenAI preference (DPO)',
  fields: ['input', 'preferred_output', 'non_preferred_output'],
  schema: v.object({
    input: v.object({ messages }, 'an object with `messages`'),
    preferred_output: messages,
    non_preferred_output: messages,
  }),
  matches: (record) => hasFields(record, 'preferred_output', 'non_preferred_output'),
  read: (row) => [
    chosenOverRejected(
      row.input.messages,
      responseText(row.preferred_output),
      responseText(row.non_preferred_output),
    ),
  ],
});
