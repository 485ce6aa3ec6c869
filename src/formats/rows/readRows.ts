/** The way from a file to its rows: bytes, unpacked, decoded, cut. Never more than a piece and a row in memory. */
import { PalateError } from '../../core/palateError.ts';
import { HEAD_LENGTH, MAX_FILE_BYTES, MAX_ROWS } from '../../core/limits.ts';
import { TextDecoding } from './decodeText.ts';
import { fileKind, type FileKind } from './fileKind.ts';
import { JsonElementReader } from './jsonElements.ts';
import { JsonLineReader } from './jsonLines.ts';
import { LineEnds } from './lineEnds.ts';
import type { RowReader, SourceRow } from './sourceRow.ts';
import { TableReader, type NameColumns } from './tableRows.ts';
import { describeBinary, openBytes, type UnpackedBytes } from './unpackedBytes.ts';

/** Some rows of the file, and how far into the file they reach. */
export interface RowBatch {
  readonly rows: readonly SourceRow[];
  /** Bytes of the file consumed so far, as it lies on disk. */
  readonly bytes: number;
}

/** Rows handed over at once, so that whoever reads them can breathe between batches. */
const BATCH_ROWS = 256;

/**
 * The rows of a JSON Lines, JSON, CSV or TSV file, gzipped or not, in file order.
 * @param nameColumns names the columns of a table without a header
 * @throws PalateError `bad-file` naming the file: empty, binary, damaged gzip, no text with rows, nothing but broken
 *   rows, or beyond a bound of `core/limits.ts`
 */
export async function* readRows(
  file: Blob,
  name: string,
  nameColumns?: NameColumns,
): AsyncGenerator<RowBatch, void, void> {
  if (file.size === 0) throw new PalateError('bad-file', `${name}: the file is empty.`);
  if (file.size > MAX_FILE_BYTES) {
    const gib = MAX_FILE_BYTES / 1024 ** 3;
    throw new PalateError(
      'bad-file',
      `${name}: larger than ${gib} GiB; split the file and import the parts.`,
    );
  }
  const source = await openBytes(file, name);
  const tally = new RowTally(name);
  try {
    for await (const rows of rowsOf(source, name, nameColumns)) {
      tally.add(rows);
      for (let from = 0; from < Math.max(1, rows.length); from += BATCH_ROWS) {
        yield { rows: rows.slice(from, from + BATCH_ROWS), bytes: source.bytesRead() };
      }
    }
    tally.requireRows();
  } finally {
    await source.close();
  }
}

async function* rowsOf(
  source: UnpackedBytes,
  name: string,
  nameColumns: NameColumns | undefined,
): AsyncGenerator<SourceRow[], void, void> {
  const decoding = new TextDecoding();
  const lineEnds = new LineEnds();
  let head = '';
  let reader: RowReader | undefined;
  const open = (complete: boolean): RowReader => {
    head = lineEnds.begin(head);
    return openReader(fileKind(head, complete, name), name, nameColumns);
  };
  let isFirst = true;
  for (let bytes = await source.read(); bytes; bytes = await source.read()) {
    if (isFirst) refuseBinary(bytes, name);
    isFirst = false;
    const text = decoding.push(bytes);
    if (reader) yield reader.push(lineEnds.push(text));
    else {
      head += text;
      if (head.length < HEAD_LENGTH) continue;
      reader = open(false);
      yield reader.push(head);
    }
  }
  const rest = decoding.end();
  if (!reader) {
    head += rest;
    reader = open(true);
    yield reader.push(head);
  } else yield reader.push(lineEnds.push(rest));
  yield reader.push(lineEnds.end());
  yield reader.end();
}

function openReader(kind: FileKind, name: string, nameColumns: NameColumns | undefined): RowReader {
  switch (kind.kind) {
    case 'json-lines':
      return new JsonLineReader();
    case 'json-document':
      return new JsonElementReader(name);
    case 'table':
      return new TableReader(kind.delimiter, nameColumns, name);
  }
}

function refuseBinary(start: Uint8Array, name: string): void {
  const binary = describeBinary(start.subarray(0, 4096));
  if (binary) {
    throw new PalateError(
      'bad-file',
      `${name}: expected text (JSON Lines, JSON, CSV or TSV), got ${binary}.`,
    );
  }
}

/** Counts rows, to refuse a file of too many and one of which none could be read. */
export class RowTally {
  readonly #name: string;
  #rows = 0;
  #records = 0;
  #firstBroken?: Extract<SourceRow, { kind: 'broken' }>;

  constructor(name: string) {
    this.#name = name;
  }

  add(rows: readonly SourceRow[]): void {
    this.#rows += rows.length;
    if (this.#rows > MAX_ROWS) {
      throw new PalateError(
        'bad-file',
        `${this.#name}: more than ${MAX_ROWS} rows; split the file and import the parts.`,
      );
    }
    for (const row of rows) {
      if (row.kind === 'record') this.#records++;
      else this.#firstBroken ??= row;
    }
  }

  requireRows(): void {
    if (this.#records > 0) return;
    const broken = this.#firstBroken;
    const problem = broken
      ? `none of its ${this.#rows} rows can be read. Line ${broken.line}: ${broken.reason}`
      : 'the file has no rows';
    throw new PalateError('bad-file', `${this.#name}: ${problem}.`);
  }
}
