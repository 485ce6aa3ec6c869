/** TRL, explicit prompt, conversational: `prompt` is a list of messages, the answers are lists of messages or text. */
import * as v from 'valibot';
import { besideChosen, hasChosenRejected, statedVerdict } from './chosenRejected.ts';
import { messages, text } from './fields.ts';
import { chosenOverRejected, defineFormat } from './preferenceFormat.ts';
import { responseText } from './transcript.ts';

/** A completion may be several messages: a tool call and what came of it. */
const answer = v.lazy((value) =>
  typeof value === 'string' ? text : v.pipe(messages, v.transform(responseText)),
);

export const trlExplicitConversational = defineFormat({
  id: 'trl-explicit-conversational',
  title: 'TRL preference, explicit prompt, conversational',
  fields: ['prompt', 'chosen', 'rejected'],
  schema: v.object({ prompt: messages, chosen: answer, rejected: answer, ...besideChosen }),
  matches: (record) => hasChosenRejected(record) && Array.isArray(record.prompt),
  read: (row) => [chosenOverRejected(row.prompt, row.chosen, row.rejected, statedVerdict(row))],
});
