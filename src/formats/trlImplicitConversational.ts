/**
 * TRL, implicit prompt, conversational: `chosen` and `rejected` are lists of messages; the prompt is the longest list
 * of messages they begin with in common. A text `prompt` beside them repeats the first message, or is the prompt where
 * the lists share none.
 */
import * as v from 'valibot';
import type { Message } from '../core/preference.ts';
import { besideChosen, hasChosenRejected, hasMessageAnswers, statedVerdict } from './chosenRejected.ts';
import { messages, optionalText } from './fields.ts';
import { chosenOverRejected, defineFormat, unreadable } from './preferenceFormat.ts';
import { promptMessages, responseText } from './transcript.ts';

export const trlImplicitConversational = defineFormat({
  id: 'trl-implicit-conversational',
  title: 'TRL preference, implicit prompt, conversational',
  fields: ['chosen', 'rejected'],
  schema: v.object({ prompt: optionalText, chosen: messages, rejected: messages, ...besideChosen }),
  matches: (record) =>
    hasChosenRejected(record) && hasMessageAnswers(record) && !Array.isArray(record.prompt),
  read: (row) => {
    if (row.chosen.length === 0 || row.rejected.length === 0) {
      return [unreadable('field `chosen` or `rejected` is an empty list of messages')];
    }
    const shared = sharedMessages(row.chosen, row.rejected);
    const prompt = shared > 0 ? row.chosen.slice(0, shared) : promptMessages(row.prompt);
    const chosen = responseText(row.chosen.slice(shared));
    const rejected = responseText(row.rejected.slice(shared));
    return [chosenOverRejected(prompt, chosen, rejected, statedVerdict(row))];
  },
});

/** Number of messages both lists begin with, at least one left to each. */
function sharedMessages(chosen: readonly Message[], rejected: readonly Message[]): number {
  const most = Math.min(chosen.length, rejected.length) - 1;
  let shared = 0;
  while (shared < most && isSame(chosen[shared], rejected[shared])) shared++;
  return shared;
}

function isSame(one: Message, other: Message): boolean {
  return one.role === other.role && one.content === other.content;
}
