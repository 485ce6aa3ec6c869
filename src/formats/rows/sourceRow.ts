/**
 * One row of a file, whatever the file's kind: a record of named fields, or a broken row with the reason. Lines are
 * 1-based and count the physical lines of the unpacked file; a row over several lines has the number of its first.
 */
import { messageOf } from '../../core/palateError.ts';
import { scanJson, shorten, type JsonScan } from '../../core/jsonScan.ts';
import {
  MAX_EXCERPT_LENGTH,
  MAX_FIELDS,
  MAX_JSON_DEPTH,
  MAX_NAMED_LENGTH,
  MAX_ROW_LENGTH,
} from '../../core/limits.ts';

export type SourceRecord = Readonly<Record<string, unknown>>;

export type SourceRow =
  | {
      readonly kind: 'record';
      readonly line: number;
      readonly record: SourceRecord;
      /** The row as it stands in the file. */
      readonly text: string;
      /** What of the row is not as it stands in the file; absent for nearly every row. */
      readonly warning?: string;
    }
  | { readonly kind: 'broken'; readonly line: number; readonly reason: string; readonly excerpt: string };

/** Cuts text, as it arrives in pieces, into rows. */
export interface RowReader {
  /** Takes the next piece of text; returns the rows it completes. */
  push(text: string): SourceRow[];
  /** Tells that the file has ended; returns the rows that were still open. */
  end(): SourceRow[];
}

/**
 * Stands in decoded text for bytes that are not valid UTF-8. A lone surrogate never comes out of valid UTF-8, so
 * it cannot be confused with a replacement character that the file holds in earnest.
 */
export const INVALID_BYTES = '\udc80';
/** The mark alone, not the second half of a character: a skull ends with the same code unit. */
const EVERY_MARK = /\udc80/gu;

export function holdsInvalidBytes(text: string): boolean {
  return text.search(EVERY_MARK) >= 0;
}

export const INVALID_BYTES_REASON = 'holds bytes that are not valid UTF-8; save the file as UTF-8';

export const TOO_LONG_REASON = `longer than ${MAX_ROW_LENGTH / 1024 / 1024} MiB, the longest row that is read`;

/** The start of a row for a person to recognise it by, at most `MAX_EXCERPT_LENGTH` characters. */
export function excerpt(text: string): string {
  const cut = text.slice(0, MAX_EXCERPT_LENGTH).replace(/[\ud800-\udbff]$/, '');
  return cut.trim().replaceAll(EVERY_MARK, '\ufffd');
}

export function brokenRow(line: number, reason: string, text: string): SourceRow {
  return { kind: 'broken', line, reason, excerpt: excerpt(text) };
}

/** Reads one JSON text as a row; anything but an object within the limits is a broken row. */
export function jsonRow(line: number, text: string): SourceRow {
  if (holdsInvalidBytes(text)) return brokenRow(line, INVALID_BYTES_REASON, text);
  const scan = scanJson(text, { depth: MAX_JSON_DEPTH, fields: MAX_FIELDS });
  if (scan.problem !== undefined) return brokenRow(line, scan.problem, text);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return brokenRow(line, `not valid JSON: ${messageOf(error)}`, text);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return brokenRow(line, `expected an object with named fields, got ${describeValue(value)}`, text);
  }
  const warning = warningOf(scan);
  const record = value as SourceRecord;
  return warning === undefined
    ? { kind: 'record', line, record, text }
    : { kind: 'record', line, record, text, warning };
}

function warningOf({ repeated, rounded }: JsonScan): string | undefined {
  const parts: string[] = [];
  if (repeated.length > 0) {
    const names = repeated.slice(0, 3).map((name) => `\`${shorten(name)}\``);
    parts.push(`${names.join(', ')} stands more than once; the last one counts`);
  }
  if (rounded !== undefined) parts.push(`the number ${rounded} is too long and was rounded`);
  return parts.length > 0 ? parts.join('; ') : undefined;
}

/** A value as it is named in a reason: short, and never a whole text. */
export function describeValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object') return 'an object';
  return shorten(JSON.stringify(typeof value === 'string' ? value.slice(0, 2 * MAX_NAMED_LENGTH) : value));
}
