/**
 * One row of a candidates file. A wide row holds a prompt and several responses: in a list (`responses`,
 * `candidates`, `completions`, `outputs`, each of texts or of objects with a text), in OpenAI's `choices`, or in
 * numbered columns. A long row holds a prompt and one response; rows of one prompt belong together.
 */
import * as v from 'valibot';
import { promptText } from '../core/preference.ts';
import { fieldsByName, findField, findPromptField, responseSuffix } from './columns.ts';
import { instructionPrompt, messages, readPromptValue } from './fields.ts';
import { describeValue, type SourceRecord } from './rows/sourceRow.ts';
import { responseText } from './transcript.ts';

export interface Candidate {
  readonly text: string;
  readonly model?: string;
}

export type CandidateRow =
  | {
      readonly kind: 'wide';
      readonly shape: string;
      readonly prompt: string;
      readonly candidates: readonly Candidate[];
    }
  | { readonly kind: 'long'; readonly shape: string; readonly prompt: string; readonly candidate: Candidate }
  | { readonly kind: 'none'; readonly reason: string };

const LIST_NAMES = ['responses', 'candidates', 'completions', 'outputs'];
const SINGLE_NAMES = ['response', 'output', 'completion', 'answer', 'candidate', 'text'];
const TEXT_FIELDS = ['text', 'content', 'response', 'output', 'completion', 'answer'];
const MODEL_NAMES = ['model', 'generator', 'model_name', 'system'];

/** What a row holds for reranking; `none` with the reason when it is not a candidates row. Never throws. */
export function readCandidateRow(record: SourceRecord): CandidateRow {
  const fields = fieldsByName(record);
  const list = findField(fields, LIST_NAMES);
  if (list !== undefined && Array.isArray(record[list])) {
    return wideRow(record, fields, 'Lists of responses', record[list]);
  }
  if (Array.isArray(record.choices)) return wideRow(record, fields, 'OpenAI choices', record.choices);
  const columns = Object.keys(record).filter((field) => responseSuffix(field) !== undefined);
  if (columns.length >= 2) return columnsRow(record, fields, columns);
  const single = findField(fields, SINGLE_NAMES);
  if (single !== undefined) return longRow(record, fields, single);
  return none(
    'expected a prompt with `responses`, `candidates`, `completions`, `outputs`, `choices`, ' +
      'columns such as `response_1` and `response_2`, or one `response` a row',
  );
}

function none(reason: string): CandidateRow {
  return { kind: 'none', reason };
}

function wideRow(
  record: SourceRecord,
  fields: ReadonlyMap<string, string>,
  shape: string,
  items: readonly unknown[],
): CandidateRow {
  const prompt = promptOf(record, fields);
  if (typeof prompt !== 'string') return none(prompt.reason);
  if (items.length < 2) return none(`a ranking needs two candidates or more, this row has ${items.length}`);
  const candidates: Candidate[] = [];
  for (const [index, item] of items.entries()) {
    const candidate = readCandidate(item);
    if (!candidate) {
      return none(
        `candidate ${index + 1}: expected text or an object with a text, got ${describeValue(item)}`,
      );
    }
    if (candidate.text.trim() === '') return none(`candidate ${index + 1} is empty`);
    candidates.push(candidate);
  }
  return { kind: 'wide', shape, prompt, candidates };
}

/** Blank cells at the end are candidates that this row does not have. */
function columnsRow(
  record: SourceRecord,
  fields: ReadonlyMap<string, string>,
  columns: readonly string[],
): CandidateRow {
  const cells = columns.map((column) => record[column]);
  while (cells.length > 0 && (cells.at(-1) === null || String(cells.at(-1)).trim() === '')) cells.pop();
  return wideRow(record, fields, 'Columns of responses', cells);
}

function longRow(record: SourceRecord, fields: ReadonlyMap<string, string>, single: string): CandidateRow {
  const prompt = promptOf(record, fields);
  if (typeof prompt !== 'string') return none(prompt.reason);
  const candidate = readCandidate(record[single]);
  if (!candidate) return none(`field \`${single}\`: expected text, got ${describeValue(record[single])}`);
  if (candidate.text.trim() === '') return none(`field \`${single}\` is empty`);
  const model = modelOf(record);
  const isAlpacaEval = 'instruction' in record && 'output' in record;
  return {
    kind: 'long',
    shape: isAlpacaEval ? 'AlpacaEval outputs' : 'One response a row',
    prompt,
    candidate: model === undefined ? candidate : { ...candidate, model },
  };
}

function promptOf(
  record: SourceRecord,
  fields: ReadonlyMap<string, string>,
): string | { readonly reason: string } {
  const field = findPromptField(fields) ?? fields.get('messages');
  if (field === undefined) return { reason: 'field `prompt` is missing' };
  const prompt = readPromptValue(record[field]);
  if (!prompt) {
    const got = describeValue(record[field]);
    return { reason: `field \`${field}\`: expected text or a list of messages, got ${got}` };
  }
  if (field === 'instruction' && typeof record.input === 'string') {
    return promptText(instructionPrompt(String(record.instruction), record.input));
  }
  return promptText(prompt);
}

/** A text, messages, an object with a text, or an OpenAI choice. */
function readCandidate(item: unknown): Candidate | undefined {
  if (typeof item === 'string') return { text: item };
  if (Array.isArray(item)) return fromMessages(item);
  if (typeof item !== 'object' || item === null) return undefined;
  const fields = item as SourceRecord;
  if (typeof fields.message === 'object' && fields.message !== null) {
    return fromMessages([{ role: 'assistant', ...fields.message }]);
  }
  const field = TEXT_FIELDS.find((name) => typeof fields[name] === 'string');
  if (field === undefined) return undefined;
  const text = fields[field] as string;
  const model = modelOf(fields);
  return model === undefined ? { text } : { text, model };
}

function fromMessages(list: readonly unknown[]): Candidate | undefined {
  const result = v.safeParse(messages, list);
  return result.success ? { text: responseText(result.output) } : undefined;
}

function modelOf(record: SourceRecord): string | undefined {
  const field = MODEL_NAMES.find((name) => typeof record[name] === 'string' && record[name] !== '');
  return field === undefined ? undefined : (record[field] as string);
}
