/**
 * What every preference format offers: whether a row is of its kind, and what the row states. A format is one file
 * that exports one `PreferenceFormat`; `detect.ts` holds the list.
 */
import * as v from 'valibot';
import type { Message, Response, Strength } from '../core/preference.ts';
import { describeValue, type SourceRecord } from './rows/sourceRow.ts';

/** Two responses and which is better, in the order of the file. */
export interface StatedPair {
  readonly kind: 'pair';
  readonly prompt: readonly Message[];
  readonly first: Response;
  readonly second: Response;
  readonly verdict: 'first' | 'second' | 'tie' | 'both-bad';
  readonly strength?: Strength;
  /** A margin the file demands of the pair, in logits. */
  readonly targetMargin?: number;
  /** Which pair of the row this is, where a row states several: begins the reason if it is rejected. */
  readonly name?: string;
}

/** One response called good or bad by itself; pairs are made of these later. */
export interface LabelledResponse {
  readonly kind: 'labelled';
  readonly prompt: readonly Message[];
  readonly response: Response;
  readonly good: boolean;
}

/** A row of this format that cannot be used. */
export interface UnreadableEntry {
  readonly kind: 'unreadable';
  readonly reason: string;
}

export type StatedEntry = StatedPair | LabelledResponse | UnreadableEntry;

export interface PreferenceFormat {
  /** Stored with every comparison; never changes. */
  readonly id: string;
  /** For people. */
  readonly title: string;
  /** True when the row has this format's fields; their values are checked by `read`. */
  matches(record: SourceRecord): boolean;
  /** What the row states, at least one entry. Never throws. */
  read(record: SourceRecord): readonly StatedEntry[];
  /** The required fields this row has and those it lacks, to name the closest format for a row that fits none. */
  compareFields(record: SourceRecord): FieldComparison;
}

export interface FieldComparison {
  readonly present: readonly string[];
  readonly missing: readonly string[];
}

interface FormatDefinition<Schema extends v.GenericSchema> {
  readonly id: string;
  readonly title: string;
  readonly fields: readonly string[];
  readonly schema: Schema;
  readonly matches: (record: SourceRecord) => boolean;
  readonly read: (row: v.InferOutput<Schema>) => readonly StatedEntry[];
}

/** A format whose rows are checked by a schema before `read` sees them; a failed check names the field. */
export function defineFormat<Schema extends v.GenericSchema>(
  definition: FormatDefinition<Schema>,
): PreferenceFormat {
  const { id, title, fields, schema, matches, read } = definition;
  return {
    id,
    title,
    matches,
    read(record) {
      const result = v.safeParse(schema, record, { abortEarly: true });
      return result.success ? read(result.output) : [unreadable(fieldReason(result.issues[0]))];
    },
    compareFields: (record) => ({
      present: fields.filter((field) => field in record),
      missing: fields.filter((field) => !(field in record)),
    }),
  };
}

/** True when the record has all of these fields. */
export function hasFields(record: SourceRecord, ...fields: readonly string[]): boolean {
  return fields.every((field) => field in record);
}

export function unreadable(reason: string): UnreadableEntry {
  return { kind: 'unreadable', reason };
}

/** The pair of a format that stores the better response first. */
export function chosenOverRejected(
  prompt: readonly Message[],
  chosen: string,
  rejected: string,
  rest: Partial<Pick<StatedPair, 'verdict' | 'targetMargin'>> = {},
): StatedPair {
  return {
    kind: 'pair',
    prompt,
    first: { text: chosen },
    second: { text: rejected },
    verdict: 'first',
    ...rest,
  };
}

/**
 * A failed check in words that name the field. The schemas' messages say what is expected ("text"), so the reason
 * reads: field `chosen`: expected text, got 5.
 */
function fieldReason(issue: v.BaseIssue<unknown>): string {
  const path = (issue.path ?? []).map((item) => String(item.key)).join('.');
  if (issue.type === 'object' && issue.received === 'undefined') return `field \`${path}\` is missing`;
  return `field \`${path}\`: expected ${issue.message}, got ${describeValue(issue.input)}`;
}
