/**
 * AlpacaFarm and AlpacaEval annotations: `instruction`, optionally `input`, `output_1`, `output_2`, `preference`.
 * The preference is 1 + P(output_2 is better): 1 means output_1, 2 means output_2, 1.5 a draw; 0 is a draw as well.
 */
import * as v from 'valibot';
import { instructionPrompt, number, optionalText, text } from './fields.ts';
import { defineFormat, hasFields, type StatedPair } from './preferenceFormat.ts';

const EXPECTED = 'a number from 1 (output_1 is better) to 2 (output_2 is better), or 0 for a draw';

export const alpacaAnnotations = defineFormat({
  id: 'alpaca-annotations',
  title: 'AlpacaFarm or AlpacaEval annotations',
  fields: ['instruction', 'output_1', 'output_2', 'preference'],
  schema: v.object({
    instruction: text,
    input: optionalText,
    output_1: text,
    output_2: text,
    preference: v.pipe(
      number(EXPECTED),
      v.check((value) => value === 0 || (value >= 1 && value <= 2), EXPECTED),
    ),
    generator_1: optionalText,
    generator_2: optionalText,
  }),
  matches: (record) => hasFields(record, 'instruction', 'output_1', 'output_2', 'preference'),
  read: (row) => [
    {
      kind: 'pair',
      prompt: instructionPrompt(row.instruction, row.input),
      first: { text: row.output_1, model: row.generator_1 || undefined },
      second: { text: row.output_2, model: row.generator_2 || undefined },
      verdict: verdictOf(row.preference),
    },
  ],
});

function verdictOf(preference: number): StatedPair['verdict'] {
  if (preference === 0 || preference === 1.5) return 'tie';
  return preference < 1.5 ? 'first' : 'second';
}
