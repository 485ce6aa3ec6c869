/**
 * Plain tables (and JSON rows named like them): a prompt, two responses, and which is better; or a prompt with a chosen
 * and a rejected response. Columns are found by synonyms. A verdict whose meaning is not certain is rejected, never
 * guessed, see
 * `verdictWords.ts`.
 */
import type { Message, Strength } from '../core/preference.ts';
import { fieldsByName, findField, findPromptField, plainName, responseSuffix } from './columns.ts';
import { instructionPrompt, readPromptValue } from './fields.ts';
import {
  unreadable,
  type FieldComparison,
  type PreferenceFormat,
  type StatedEntry,
  type StatedPair,
  type UnreadableEntry,
} from './preferenceFormat.ts';
import { describeValue, type SourceRecord } from './rows/sourceRow.ts';
import { verdictOfWord } from './verdictWords.ts';

const WINNER_NAMES = [
  'winner',
  'preference',
  'preferred',
  'preferred_text',
  'choice',
  'label',
  'verdict',
  'better',
];
const CHOSEN_NAMES = ['chosen', 'chosen_response', 'preferred_response', 'better_response'];
const REJECTED_NAMES = ['rejected', 'rejected_response', 'dispreferred_response', 'worse_response'];

/** Suffixes of the two response columns, first and second. */
const SIDES = [
  ['a', 'b'],
  ['1', '2'],
  ['0', '1'],
  ['left', 'right'],
] as const;

interface Columns {
  readonly prompt?: string;
  /** Alpaca's `input` beside an `instruction`. */
  readonly input?: string;
  readonly first: string;
  readonly second: string;
  /** Absent where the first column is the chosen response. */
  readonly winner?: string;
  readonly sides: readonly [string, string];
  readonly modelFirst?: string;
  readonly modelSecond?: string;
  readonly margin?: string;
  readonly strength?: string;
}

export const plainTable: PreferenceFormat = {
  id: 'plain-table',
  title: 'Table with named columns',
  matches: (record) => findColumns(record) !== undefined,
  read: (record) => [readRow(record, findColumns(record)!)],
  compareFields,
};

function findColumns(record: SourceRecord): Columns | undefined {
  const fields = fieldsByName(record);
  const prompt = findPromptField(fields);
  const shared = {
    prompt,
    input: prompt !== undefined && plainName(prompt) === 'instruction' ? fields.get('input') : undefined,
    margin: fields.get('margin'),
    strength: fields.get('strength'),
  };
  const chosen = findField(fields, CHOSEN_NAMES);
  const rejected = findField(fields, REJECTED_NAMES);
  if (chosen !== undefined && rejected !== undefined) {
    return { ...shared, first: chosen, second: rejected, sides: ['chosen', 'rejected'] };
  }
  const winner = findField(fields, WINNER_NAMES);
  const responses = responseColumns(fields);
  if (winner === undefined || !responses) return undefined;
  const [one, other] = responses.sides;
  return {
    ...shared,
    ...responses,
    winner,
    modelFirst: findField(fields, [`model_${one}`, `generator_${one}`]),
    modelSecond: findField(fields, [`model_${other}`, `generator_${other}`]),
  };
}

/** The two response columns; undefined unless there are exactly two that belong together. */
function responseColumns(
  fields: ReadonlyMap<string, string>,
): Pick<Columns, 'first' | 'second' | 'sides'> | undefined {
  const bySuffix = new Map<string, string>();
  for (const [name, field] of fields) {
    const suffix = responseSuffix(name) ?? (/^(?:a|b|left|right)$/.test(name) ? name : undefined);
    if (suffix !== undefined) bySuffix.set(suffix, field);
  }
  if (bySuffix.size !== 2) return undefined;
  const sides = SIDES.find(([one, other]) => bySuffix.has(one) && bySuffix.has(other));
  return sides && { first: bySuffix.get(sides[0])!, second: bySuffix.get(sides[1])!, sides };
}

function readRow(record: SourceRecord, columns: Columns): StatedEntry {
  const notText = [columns.first, columns.second].find((column) => typeof record[column] !== 'string');
  if (notText !== undefined) return unexpected(record, notText, 'text');
  const prompt = readPrompt(record, columns);
  if (!prompt) return unexpected(record, columns.prompt!, 'text or a list of messages');
  const modelFirst = cellText(record, columns.modelFirst) || undefined;
  const modelSecond = cellText(record, columns.modelSecond) || undefined;
  const verdict = columns.winner ? readVerdict(record, columns, modelFirst, modelSecond) : 'first';
  if (!verdict) return unexpected(record, columns.winner!, `${columns.sides.join(', ')}, tie or both_bad`);
  const margin = optionalNumberOf(record, columns.margin);
  if (Number.isNaN(margin)) return unexpected(record, columns.margin!, 'a number');
  const strength = optionalNumberOf(record, columns.strength);
  if (strength !== undefined && ![1, 2, 3].includes(strength)) {
    return unexpected(record, columns.strength!, '1, 2 or 3');
  }
  return {
    kind: 'pair',
    prompt,
    first: { text: record[columns.first] as string, model: modelFirst },
    second: { text: record[columns.second] as string, model: modelSecond },
    verdict,
    targetMargin: margin,
    strength: strength as Strength | undefined,
  };
}

function unexpected(record: SourceRecord, field: string, expected: string): UnreadableEntry {
  return unreadable(`field \`${field}\`: expected ${expected}, got ${describeValue(record[field])}`);
}

function readPrompt(record: SourceRecord, columns: Columns): readonly Message[] | undefined {
  if (columns.prompt === undefined) return [];
  if (columns.input === undefined) return readPromptValue(record[columns.prompt]);
  return instructionPrompt(cellText(record, columns.prompt), cellText(record, columns.input));
}

function readVerdict(
  record: SourceRecord,
  { winner, first, second, sides }: Columns,
  modelFirst: string | undefined,
  modelSecond: string | undefined,
): StatedPair['verdict'] | undefined {
  return verdictOfWord(
    cellText(record, winner),
    [sides[0], first, ...(modelFirst ? [modelFirst] : [])],
    [sides[1], second, ...(modelSecond ? [modelSecond] : [])],
  );
}

/** A cell as text; absent and null are the empty text. */
function cellText(record: SourceRecord, column: string | undefined): string {
  const value = column === undefined ? undefined : record[column];
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Blank and absent are undefined; NaN for what is no number. */
function optionalNumberOf(record: SourceRecord, column: string | undefined): number | undefined {
  const text = cellText(record, column).trim();
  return text === '' ? undefined : Number(text);
}

function compareFields(record: SourceRecord): FieldComparison {
  const fields = fieldsByName(record);
  const found: readonly (readonly [string, boolean])[] = [
    ['prompt', findPromptField(fields) !== undefined],
    ['two responses such as `response_a` and `response_b`', responseColumns(fields) !== undefined],
    ['winner', findField(fields, WINNER_NAMES) !== undefined],
  ];
  return {
    present: found.filter(([, has]) => has).map(([name]) => name),
    missing: found.filter(([, has]) => !has).map(([name]) => name),
  };
}
