/** Anthropic HH: `chosen` and `rejected` are whole transcripts of one conversation with different ends. */
import * as v from 'valibot';
import { hasChosenRejected, hasPrompt } from './chosenRejected.ts';
import { text } from './fields.ts';
import { chosenOverRejected, defineFormat, unreadable } from './preferenceFormat.ts';
import { isTranscript, splitTranscripts } from './transcript.ts';

export const anthropicHh = defineFormat({
  id: 'anthropic-hh',
  title: 'Anthropic HH transcripts',
  fields: ['chosen', 'rejected'],
  schema: v.object({ chosen: text, rejected: text }),
  matches: (record) =>
    hasChosenRejected(record) &&
    !hasPrompt(record) &&
    [record.chosen, record.rejected].some((side) => typeof side === 'string' && isTranscript(side)),
  read: ({ chosen, rejected }) => {
    const split = splitTranscripts(chosen, rejected);
    return split
      ? [chosenOverRejected(split.prompt, split.chosen, split.rejected)]
      : [unreadable('`chosen` and `rejected` share no "Assistant:" turn, so they answer no common prompt')];
  },
});
