/**
 * PandaLM's human test set: `instruction`, `input`, `response1`, `response2` and three annotators, each 1 (the first is
 * better), 2 (the second) or 0 (tie). The majority decides; where all three differ it is a tie.
 */
import * as v from 'valibot';
import { instructionPrompt, oneOf, optionalText, text } from './fields.ts';
import { defineFormat, hasFields, type StatedPair } from './preferenceFormat.ts';

const annotator = oneOf([0, 1, 2], '1 (response1), 2 (response2) or 0 (tie)');

export const pandaLm = defineFormat({
  id: 'pandalm',
  title: 'PandaLM',
  fields: ['instruction', 'response1', 'response2', 'annotator1', 'annotator2', 'annotator3'],
  schema: v.object({
    instruction: text,
    input: optionalText,
    response1: text,
    response2: text,
    annotator1: annotator,
    annotator2: annotator,
    annotator3: annotator,
  }),
  matches: (record) => hasFields(record, 'response1', 'response2', 'annotator1'),
  read: (row) => [
    {
      kind: 'pair',
      prompt: instructionPrompt(row.instruction, row.input),
      first: { text: row.response1 },
      second: { text: row.response2 },
      verdict: majority([row.annotator1, row.annotator2, row.annotator3]),
    },
  ],
});

function majority(votes: readonly (0 | 1 | 2)[]): StatedPair['verdict'] {
  const count = (vote: number): number => votes.filter((cast) => cast === vote).length;
  if (count(1) >= 2) return 'first';
  return count(2) >= 2 ? 'second' : 'tie';
}
