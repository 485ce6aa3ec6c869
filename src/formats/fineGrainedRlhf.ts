/**
 * Fine-Grained RLHF: one question, four predictions, and six verdicts over the pairs 12, 13, 14, 23, 24, 34:
 * 1 means the first of the pair is better, 2 the second, 0 a tie. The passages that the predictions were written from
 * are part of the prompt, as a system message before the question: what an answer copies or invents shows only beside
 * them (1.4 points of accuracy on unseen questions).
 */
import * as v from 'valibot';
import type { Message } from '../core/preference.ts';
import { oneOf, text } from './fields.ts';
import { defineFormat, hasFields, type StatedPair } from './preferenceFormat.ts';

const PAIRS = [
  [1, 2],
  [1, 3],
  [1, 4],
  [2, 3],
  [2, 4],
  [3, 4],
] as const;

const VERDICTS = { 0: 'tie', 1: 'first', 2: 'second' } as const;

type PredictionField = `prediction ${1 | 2 | 3 | 4}`;

export const fineGrainedRlhf = defineFormat({
  id: 'fine-grained-rlhf',
  title: 'Fine-Grained RLHF',
  fields: ['question', 'prediction 1', 'prediction 2', 'prediction 3', 'prediction 4', 'preference'],
  schema: v.object({
    question: text,
    passages: v.optional(v.array(v.array(text, 'a list of sentences'), 'a list of passages'), []),
    'prediction 1': text,
    'prediction 2': text,
    'prediction 3': text,
    'prediction 4': text,
    preference: v.pipe(
      v.array(oneOf([0, 1, 2], '0, 1 or 2'), 'a list of six verdicts'),
      v.length(PAIRS.length, 'six verdicts, one for each pair'),
    ),
  }),
  matches: (record) => hasFields(record, 'prediction 1', 'preference'),
  read: (row) =>
    PAIRS.map(([first, second], pair): StatedPair => ({
      kind: 'pair',
      prompt: promptOf(row),
      first: { text: row[`prediction ${first}` satisfies PredictionField] },
      second: { text: row[`prediction ${second}` satisfies PredictionField] },
      verdict: VERDICTS[row.preference[pair]],
      name: `predictions ${first} and ${second}`,
    })),
});

function promptOf(row: { question: string; passages: readonly (readonly string[])[] }): Message[] {
  const passages = row.passages.map((sentences) => sentences.join(' ')).join('\n\n');
  const question: Message = { role: 'user', content: row.question };
  return passages === '' ? [question] : [{ role: 'system', content: passages }, question];
}
