/**
 * A JSON document, read element by element without ever holding the whole of it: the objects of a top-level list,
 * the objects of the lists inside a wrapping object such as `{"data": […]}`, or one top-level object as one row.
 *
 * A small scanner follows brackets and strings to find where an element ends; `JSON.parse` then judges the element.
 * A broken element may swallow its successors (a missing bracket or quote); then it is given up at the next line that
 * starts an object at the indentation the element itself started at, and reading goes on from there.
 */
import {
  NEWLINE,
  QUOTE,
  COMMA,
  OPEN_LIST,
  BACKSLASH,
  CLOSE_LIST,
  OPEN_OBJECT,
  CLOSE_OBJECT,
} from '../../core/jsonCharacters.ts';
import { MAX_EXCERPT_LENGTH, MAX_INDENT, MAX_REREAD, MAX_ROW_LENGTH } from '../../core/limits.ts';
import { PalateError } from '../../core/palateError.ts';
import { brokenRow, jsonRow, TOO_LONG_REASON, type RowReader, type SourceRow } from './sourceRow.ts';

/**
 * Fields in which one row of a known format holds a list of objects: a top-level object with such a field is a row.
 * A list of objects under any other name makes its object a wrapper around rows.
 */
const LIST_FIELDS_OF_ROWS: ReadonlySet<string> = new Set([
  'prompt',
  'messages',
  'conversations',
  'chosen',
  'rejected',
  'completion',
  'preferred_output',
  'non_preferred_output',
  'responses',
  'candidates',
  'completions',
  'outputs',
  'choices',
  'annotations',
]);

/** True where `{"name": [{` wraps rows. */
export function wrapsRows(fieldName: string): boolean {
  return !LIST_FIELDS_OF_ROWS.has(fieldName);
}

interface OpenElement {
  /** Index in the buffer; 0 once its start was dropped. */
  start: number;
  readonly line: number;
  /** White space before it on its line; undefined when something else stands there. */
  readonly indent?: string;
  /** `tail`: the rest of a wrapping object behind one of its lists; not a row. */
  readonly kind: 'value' | 'tail';
  /** Too long to be kept; only its end is looked for. */
  tooLong: boolean;
  excerpt: string;
}

export class JsonElementReader implements RowReader {
  #buffer = '';
  #position = 0;
  #line = 1;
  /** Text since the last newline while between elements, to know the indentation of the next one. */
  #linePrefix = '';
  #element?: OpenElement;
  #depth = 0;
  #inString = false;
  #escaped = false;
  #inList = false;
  #inWrapper = false;
  /** Last string at depth 1 of a top-level object: the name of the field whose value comes next. */
  #fieldName = '';
  #fieldStart = 0;
  /** A list has just opened in a top-level object; an object as its first element makes it a list of rows. */
  #maybeRows = false;
  #rows: SourceRow[] = [];
  /** Behind a broken element on its line there is more of it: the rest of the line is dropped. */
  #skipsLine = false;
  /** Characters read a second time, behind elements that were given up. */
  #reread = 0;
  readonly #name: string;

  /** @param name of the file, for messages */
  constructor(name: string) {
    this.#name = name;
  }

  /** @throws PalateError `bad-file` where so many elements never end that the file would be read over and over */
  push(text: string): SourceRow[] {
    this.#dropConsumed();
    this.#buffer += text;
    this.#scan();
    return this.#takeRows();
  }

  end(): SourceRow[] {
    let isCut = false;
    while (this.#element?.kind === 'value') {
      const element = this.#element;
      isCut = this.#depth > 0 || this.#inString;
      if (!isCut) this.#finish(this.#buffer.length);
      else if (element.tooLong) this.#close(tooLongRow(element), this.#buffer.length);
      else this.#giveUp(this.#buffer.slice(element.start), 'the file ends inside this element');
      this.#scan();
    }
    if (this.#inList && !isCut) {
      this.#rows.push(brokenRow(this.#line, 'the list is not closed: the file may be cut off', ''));
    }
    return this.#takeRows();
  }

  #takeRows(): SourceRow[] {
    const rows = this.#rows;
    this.#rows = [];
    return rows;
  }

  /** Forgets text that no open element needs. */
  #dropConsumed(): void {
    const element = this.#element;
    const inName = this.#inString && this.#depth === 1 && !this.#inList;
    const keepsText = element?.kind === 'value' && !element.tooLong;
    const from = keepsText
      ? element.start
      : inName
        ? Math.min(this.#fieldStart, this.#position)
        : this.#position;
    this.#buffer = this.#buffer.slice(from);
    this.#position -= from;
    this.#fieldStart -= from;
    if (element) element.start = Math.max(0, element.start - from);
  }

  #scan(): void {
    while (this.#position < this.#buffer.length) {
      if (this.#element) this.#scanElement(this.#element);
      else this.#scanBetween();
    }
  }

  /** One character between elements. */
  #scanBetween(): void {
    const code = this.#buffer.charCodeAt(this.#position);
    if (code === NEWLINE) {
      this.#line++;
      this.#linePrefix = '';
      this.#skipsLine = false;
      this.#position++;
    } else if (this.#skipsLine) this.#position++;
    else if (code <= 32 || code === COMMA) this.#skip();
    else if (code === OPEN_LIST && !this.#inList) {
      this.#inList = true;
      this.#skip();
    } else if (code === CLOSE_LIST && this.#inList) {
      this.#inList = false;
      this.#skip();
      if (this.#inWrapper) {
        this.#open('tail');
        this.#depth = 1;
      }
    } else this.#open('value');
  }

  #skip(): void {
    const character = this.#buffer[this.#position++];
    if (this.#linePrefix.length <= MAX_INDENT) this.#linePrefix += character;
  }

  #open(kind: OpenElement['kind']): void {
    const isFar = this.#linePrefix.length > MAX_INDENT;
    const indent = isFar ? undefined : /^([ \t]*)[[,]?[ \t]*$/.exec(this.#linePrefix)?.[1];
    const start = this.#position;
    this.#element = { start, line: this.#line, indent, kind, tooLong: false, excerpt: '' };
    this.#depth = 0;
    this.#inString = false;
    this.#escaped = false;
    this.#maybeRows = false;
  }

  /** Follows the open element to its end or to the end of the buffer. */
  #scanElement(element: OpenElement): void {
    const buffer = this.#buffer;
    for (; this.#position < buffer.length; this.#position++) {
      const code = buffer.charCodeAt(this.#position);
      if (code === NEWLINE) this.#line++;
      if (this.#inString) this.#scanString(code);
      else if (this.#depth === 0 && this.#position > element.start && endsScalar(code)) {
        if (code === NEWLINE) this.#line--;
        return this.#finish(this.#position);
      } else if (code > 32) {
        if (this.#maybeRows && code === OPEN_OBJECT) return this.#enterWrapper();
        this.#maybeRows = false;
        this.#scanStructure(code);
      }
      if (this.#depth === 0 && !this.#inString && isCloser(code)) return this.#finish(this.#position + 1);
    }
    if (!element.tooLong && element.kind === 'value' && buffer.length - element.start > MAX_ROW_LENGTH) {
      this.#giveUp(buffer.slice(element.start), TOO_LONG_REASON);
    }
  }

  #scanString(code: number): void {
    if (this.#escaped) this.#escaped = false;
    else if (code === BACKSLASH) this.#escaped = true;
    else if (code === QUOTE) {
      this.#inString = false;
      if (this.#depth === 1 && !this.#inList) {
        this.#fieldName = this.#buffer.slice(this.#fieldStart, this.#position);
      }
    }
  }

  #scanStructure(code: number): void {
    if (code === QUOTE) {
      this.#inString = true;
      if (this.#depth === 1) this.#fieldStart = this.#position + 1;
    } else if (code === OPEN_OBJECT || code === OPEN_LIST) {
      this.#depth++;
      this.#maybeRows =
        code === OPEN_LIST && this.#depth === 2 && !this.#inList && wrapsRows(this.#fieldName);
    } else if (code === CLOSE_OBJECT || code === CLOSE_LIST) {
      this.#depth = Math.max(0, this.#depth - 1);
    }
  }

  /** The top-level object turned out to hold rows: its list is read like a top-level list. */
  #enterWrapper(): void {
    this.#element = undefined;
    this.#inList = true;
    this.#inWrapper = true;
    this.#maybeRows = false;
    const before = this.#buffer.slice(Math.max(0, this.#position - MAX_INDENT), this.#position);
    this.#linePrefix = before.slice(before.lastIndexOf('\n') + 1).replace(/^.*\[/, '');
  }

  #finish(end: number): void {
    const element = this.#element!;
    if (element.kind === 'tail') {
      this.#inWrapper = false;
      return this.#close(undefined, end);
    }
    if (element.tooLong) return this.#close(tooLongRow(element), end);
    const text = this.#buffer.slice(element.start, end);
    const row =
      text.length > MAX_ROW_LENGTH
        ? brokenRow(element.line, TOO_LONG_REASON, text)
        : jsonRow(element.line, text);
    if (row.kind === 'broken' && text.includes('\n')) this.#giveUp(text, row.reason, end);
    else {
      this.#close(row, end);
      const isAlone = element.indent !== undefined && row.kind === 'broken';
      this.#skipsLine = isAlone && !ELEMENT_END.test(this.#buffer.slice(end, end + MAX_INDENT));
    }
  }

  #close(row: SourceRow | undefined, end: number): void {
    if (row) this.#rows.push(row);
    this.#element = undefined;
    this.#inString = false;
    this.#position = end;
    this.#linePrefix = '}';
  }

  /**
   * Rejects the open element. Where a line within it looks like the start of the next element, reading resumes
   * there; otherwise all of `text` is lost.
   * @param end where the element ends; undefined when its end is not known yet
   */
  #giveUp(text: string, reason: string, end?: number): void {
    const element = this.#element!;
    const resume = nextElementStart(text, element.indent);
    if (resume >= 0) {
      this.#reread += text.length - resume;
      if (this.#reread > MAX_REREAD) throw this.#tooBroken(element.line);
      this.#close(brokenRow(element.line, reason, text.slice(0, resume)), element.start + resume);
      this.#line = element.line + countNewlines(text.slice(0, resume));
      this.#linePrefix = element.indent ?? '';
    } else if (end !== undefined) {
      this.#close(brokenRow(element.line, reason, text), end);
    } else if (reason === TOO_LONG_REASON) {
      element.tooLong = true;
      element.excerpt = text.slice(0, MAX_EXCERPT_LENGTH);
    } else {
      this.#close(brokenRow(element.line, reason, text), this.#buffer.length);
    }
  }

  #tooBroken(line: number): PalateError {
    return new PalateError(
      'bad-file',
      `${this.#name}: too many elements of its list never end, the last one tried on line ${line}. ` +
        'Write one object a line (JSON Lines) and import that; nothing was imported.',
    );
  }
}

function tooLongRow({ line, excerpt }: OpenElement): SourceRow {
  return brokenRow(line, TOO_LONG_REASON, excerpt);
}

/** What may follow an element that begins its line: nothing, or the end of the list and of what holds it. */
const ELEMENT_END = /^[ \t]*(?:,?|\][ \t]*\}?)[ \t\r]*(?:\n|$)/;

/**
 * Index of an element's start on a later line at this indentation: of an object, or of a value that stands where an
 * object should; −1 without one.
 */
function nextElementStart(text: string, indent: string | undefined): number {
  if (indent === undefined) return -1;
  const match = new RegExp(`\\n${indent}(?:,[ \\t]*)?(?=\\{|-?\\d|null|true|false)`).exec(text);
  return match ? match.index + match[0].length : -1;
}

function countNewlines(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++;
  return count;
}

/** True for characters that end a number, a word or stray text between elements. */
function endsScalar(code: number): boolean {
  return code <= 32 || code === COMMA || code === CLOSE_LIST;
}

function isCloser(code: number): boolean {
  return code === CLOSE_OBJECT || code === CLOSE_LIST || code === QUOTE;
}
