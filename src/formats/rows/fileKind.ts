/**
 * What kind of text a file holds, judged by its first lines; the extension decides only where the content leaves
 * it open.
 */
import { PalateError } from '../../core/palateError.ts';
import { wrapsRows } from './jsonElements.ts';
import { guessDelimiter, type Delimiter } from './tableRows.ts';

export type FileKind =
  | { readonly kind: 'json-lines' }
  | { readonly kind: 'json-document' }
  | { readonly kind: 'table'; readonly delimiter: Delimiter };

/** First key of Palate's own backup file, which no other format uses. */
export const BACKUP_FIRST_KEY = 'palateBackup';

/** True for the start of one of Palate's own backup files. */
export function isBackup(head: string): boolean {
  return new RegExp(`^\\s*\\{\\s*"${BACKUP_FIRST_KEY}"`).test(head);
}

/** Lines at the start of a file that are tried as rows of JSON Lines. */
const LINES_TRIED = 50;

/**
 * @param head the first `HEAD_LENGTH` characters, or the whole of a shorter file
 * @param complete whether `head` is the whole file
 * @throws PalateError `bad-file` for an empty file, a Palate backup, or text without rows
 */
export function fileKind(head: string, complete: boolean, name: string): FileKind {
  if (head.trim() === '') throw new PalateError('bad-file', `${name}: the file is empty.`);
  if (isBackup(head)) {
    throw new PalateError('bad-file', `${name}: This is a Palate backup: restore it under Data › Backup.`);
  }
  const extension = extensionOf(name);
  const isLineExtension = extension === 'jsonl' || extension === 'ndjson';
  const { lines, objects } = tryLines(head, complete);
  if (objects > 0 && (2 * objects >= lines || isLineExtension)) return { kind: 'json-lines' };
  const first = head.trimStart()[0];
  if (first === '[') return { kind: 'json-document' };
  if (first === '{') {
    return isLineExtension && !beginsDocument(head) ? { kind: 'json-lines' } : { kind: 'json-document' };
  }
  if (isLineExtension || extension === 'json') return { kind: 'json-lines' };
  const delimiter = guessDelimiter(head);
  if (delimiter) return { kind: 'table', delimiter };
  throw new PalateError(
    'bad-file',
    `${name}: expected JSON, JSON Lines, or a table with a header and separated columns; found plain text.`,
  );
}

function extensionOf(name: string): string {
  return /\.([^.]+)$/.exec(name.toLowerCase().replace(/\.gz$/, ''))?.[1] ?? '';
}

/** How many of the first complete, non-blank lines are by themselves one JSON object that is a row. */
function tryLines(head: string, complete: boolean): { lines: number; objects: number } {
  const all = head.split('\n');
  if (!complete) all.pop();
  const lines = all.filter((line) => line.trim() !== '').slice(0, LINES_TRIED);
  return { lines: lines.length, objects: lines.filter(isRowObject).length };
}

function isRowObject(line: string): boolean {
  if (!line.trimStart().startsWith('{')) return false;
  try {
    const value = JSON.parse(line) as Record<string, unknown>;
    return !Object.entries(value).some(([field, list]) => wrapsRows(field) && isListOfObjects(list));
  } catch {
    return false;
  }
}

function isListOfObjects(value: unknown): boolean {
  return (
    Array.isArray(value) && typeof value[0] === 'object' && value[0] !== null && !Array.isArray(value[0])
  );
}

/** True where the text begins like `{"data": [{`, or with a brace alone on its line. */
function beginsDocument(head: string): boolean {
  if (/^\s*\{\s*\n/.test(head)) return true;
  const field = /^\s*\{\s*"([^"\\]*)"\s*:\s*\[\s*\{/.exec(head)?.[1];
  return field !== undefined && wrapsRows(field);
}
