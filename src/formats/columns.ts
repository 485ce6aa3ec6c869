/**
 * Columns found by the words people use for them. Names are compared in lower case, with spaces and hyphens as
 * underscores: "Response A", "response-a" and `response_a` are one name.
 */
import type { SourceRecord } from './rows/sourceRow.ts';

const PROMPT_NAMES = ['prompt', 'question', 'instruction', 'input', 'query', 'context'];

/** A name as it is compared. */
export function plainName(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, '_');
}

/** The fields of a record by their compared names; the first of two that read alike wins. */
export function fieldsByName(record: SourceRecord): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const field of Object.keys(record)) {
    const name = plainName(field);
    if (!fields.has(name)) fields.set(name, field);
  }
  return fields;
}

/** The field that carries the first of these names a record has. */
export function findField(fields: ReadonlyMap<string, string>, names: readonly string[]): string | undefined {
  const name = names.find((candidate) => fields.has(candidate));
  return name === undefined ? undefined : fields.get(name);
}

/** The field that holds the prompt. */
export function findPromptField(fields: ReadonlyMap<string, string>): string | undefined {
  return findField(fields, PROMPT_NAMES);
}

/** True when some field is named like a prompt and is not null. */
export function hasPromptColumn(record: SourceRecord): boolean {
  const field = findPromptField(fieldsByName(record));
  return field !== undefined && record[field] !== null;
}

const RESPONSE =
  /^(?:(?:response|answer|text|output|completion|candidate|option|prediction|reply)_?)(\d+|[a-h])$/;

/** Suffix by which a field is one of several numbered or lettered responses: `response_a` → "a", `Output 2` → "2". */
export function responseSuffix(name: string): string | undefined {
  return RESPONSE.exec(plainName(name))?.[1];
}
