/**
 * A look at JSON text before `JSON.parse` makes values of it: how deep it nests, how many fields an object has, and what
 * parsing would change without a word: a number out of range becomes Infinity, a field that stands twice loses its first
 * value, a whole number of 17 digits is rounded. Text that is no JSON is for `JSON.parse` to refuse.
 */
import {
  QUOTE,
  COMMA,
  MINUS,
  DIGIT_0,
  DIGIT_9,
  OPEN_LIST,
  BACKSLASH,
  CLOSE_LIST,
  OPEN_OBJECT,
  CLOSE_OBJECT,
} from './jsonCharacters.ts';
import { MAX_NAMED_LENGTH } from './limits.ts';

export interface JsonScan {
  /** Why the text must not be parsed. */
  readonly problem?: string;
  /** Names of fields that stand more than once in one object. */
  readonly repeated: readonly string[];
  /** The first whole number that parsing rounds. */
  readonly rounded?: string;
}

export interface JsonLimits {
  /** Objects and lists within each other, the outermost counted. */
  readonly depth: number;
  /** Different fields of one object. */
  readonly fields: number;
}

export function scanJson(text: string, limits: JsonLimits): JsonScan {
  const repeated = new Set<string>();
  let rounded: string | undefined;
  /** Field names seen in the open objects; undefined for an open list. */
  const open: (Set<string> | undefined)[] = [];
  let isNameNext = false;
  const refuse = (problem: string): JsonScan => ({ problem, repeated: [...repeated], rounded });
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      const end = endOfString(text, at);
      const names = open.at(-1);
      if (isNameNext && names) {
        const name = nameOf(text.slice(at + 1, end));
        if (names.has(name)) repeated.add(name);
        else if (names.size === limits.fields) {
          return refuse(`an object with more than ${limits.fields} fields`);
        }
        names.add(name);
        isNameNext = false;
      }
      at = end;
    } else if (code === OPEN_OBJECT || code === OPEN_LIST) {
      if (open.length === limits.depth) return refuse(`nested deeper than ${limits.depth} levels`);
      isNameNext = code === OPEN_OBJECT;
      open.push(isNameNext ? new Set() : undefined);
    } else if (code === CLOSE_OBJECT || code === CLOSE_LIST) {
      open.pop();
      isNameNext = false;
    } else if (code === COMMA) {
      isNameNext = open.at(-1) !== undefined;
    } else if (code === MINUS || (code >= DIGIT_0 && code <= DIGIT_9)) {
      const token = numberAt(text, at);
      if (!Number.isFinite(Number(token)) && !Number.isNaN(Number(token))) {
        return refuse(`the number ${shorten(token)} is too large to be kept`);
      }
      if (isRounded(token)) rounded ??= shorten(token);
      at += token.length - 1;
    }
  }
  return { repeated: [...repeated], rounded };
}

/** Cut to what a reason has room for. */
export function shorten(text: string): string {
  return text.length > MAX_NAMED_LENGTH ? `${text.slice(0, MAX_NAMED_LENGTH)}…` : text;
}

/** Index of the quote that ends the string which starts at `start`; the length of the text where none does. */
export function endOfString(text: string, start: number): number {
  let at = start + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return text.length;
    let first = quote;
    while (first > at && text.charCodeAt(first - 1) === BACKSLASH) first--;
    if ((quote - first) % 2 === 0) return quote;
    at = quote + 1;
  }
}

/** A field name without its escapes: `\u0061` and `a` name one field. */
function nameOf(raw: string): string {
  if (!raw.includes('\\')) return raw;
  try {
    return JSON.parse(`"${raw}"`) as string;
  } catch {
    return raw;
  }
}

const NUMBER = /[-+0-9.eE]+/y;

function numberAt(text: string, at: number): string {
  NUMBER.lastIndex = at;
  return NUMBER.exec(text)![0];
}

/** True for a whole number that no float64 holds. */
function isRounded(token: string): boolean {
  return token.length > 15 && /^-?\d+$/.test(token) && BigInt(Number(token)) !== BigInt(token);
}
