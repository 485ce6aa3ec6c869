/** KTO, unpaired: `prompt`, `completion`, `label` (true for good). Rows of one prompt are paired by `LabelledPool`. */
import * as v from 'valibot';
import { messages, text } from './fields.ts';
import { defineFormat, hasFields } from './preferenceFormat.ts';
import { promptMessages, responseText } from './transcript.ts';

const LABEL = 'true or false';

const prompt = v.lazy((value) =>
  Array.isArray(value) ? messages : v.pipe(text, v.transform(promptMessages)),
);

const completion = v.lazy((value) =>
  Array.isArray(value) ? v.pipe(messages, v.transform(responseText)) : text,
);

/** A boolean, or the word for it in a table's cell. */
const label = v.pipe(
  v.union([v.boolean(), v.string(), v.number()], LABEL),
  v.transform((value) => String(value).trim().toLowerCase()),
  v.picklist(['true', 'false', '1', '0'], LABEL),
  v.transform((value) => value === 'true' || value === '1'),
);

export const ktoUnpaired = defineFormat({
  id: 'kto-unpaired',
  title: 'KTO labels (unpaired)',
  fields: ['prompt', 'completion', 'label'],
  schema: v.object({ prompt, completion, label }),
  matches: (record) => hasFields(record, 'prompt', 'completion', 'label'),
  read: (row) => [
    { kind: 'labelled', prompt: row.prompt, response: { text: row.completion }, good: row.label },
  ],
});
