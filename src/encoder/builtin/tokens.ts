/**
 * Words and sentences of a text in any script, as offsets into it.
 *
 * A word is one ideograph, or letters with their marks and inner apostrophes ("don't"), or a number with inner
 * points and commas ("1,000.5"). A sentence ends at line breaks, at 。！？؟।۔ and at . ! ? where a space, a closing
 * quote or bracket or the end follows (so not inside "3.5" or "e.g"). Both scans look at every character once.
 */
import {
  characterKind,
  DIGIT,
  IDEOGRAPH,
  kindAt,
  LETTER,
  MARK,
  SPACE,
  SYMBOL,
  widthAt,
} from './characters.ts';

/** Half-open ranges `[starts[i], ends[i])` in UTF-16 code units, ascending. */
export interface Ranges {
  readonly starts: number[];
  readonly ends: number[];
}

const APOSTROPHE = 0x27;
const CURLY_APOSTROPHE = 0x2019;
const POINT = 0x2e;
const COMMA = 0x2c;
const NEWLINE = 0x0a;

export function findWords(text: string): Ranges {
  const starts: number[] = [];
  const ends: number[] = [];
  for (let index = 0; index < text.length;) {
    const kind = kindAt(text, index);
    let end = index + widthAt(text, index);
    if (kind === LETTER || kind === DIGIT || kind === IDEOGRAPH) {
      if (kind === LETTER) end = endOfWord(text, end);
      if (kind === DIGIT) end = endOfNumber(text, end);
      starts.push(index);
      ends.push(end);
    }
    index = end;
  }
  return { starts, ends };
}

function endOfWord(text: string, from: number): number {
  for (let end = from; end < text.length;) {
    const kind = kindAt(text, end);
    if (kind === LETTER || kind === MARK) end += widthAt(text, end);
    else if (kind === SYMBOL && isApostrophe(text.charCodeAt(end)) && isKindAt(text, end + 1, LETTER)) end++;
    else return end;
  }
  return text.length;
}

function isApostrophe(unit: number): boolean {
  return unit === APOSTROPHE || unit === CURLY_APOSTROPHE;
}

function endOfNumber(text: string, from: number): number {
  for (let end = from; end < text.length;) {
    const unit = text.charCodeAt(end);
    if (kindAt(text, end) === DIGIT) end += widthAt(text, end);
    else if ((unit === POINT || unit === COMMA) && isKindAt(text, end + 1, DIGIT)) end++;
    else return end;
  }
  return text.length;
}

function isKindAt(text: string, index: number, kind: number): boolean {
  return index < text.length && kindAt(text, index) === kind;
}

/** Terminators of scripts that put no space after them, or none that could be mistaken for a decimal point. */
const STRONG_TERMINATORS = '。！？؟।۔';
const TERMINATORS = new Set([...'.!?', ...STRONG_TERMINATORS].map((c) => c.charCodeAt(0)));
const STRONG = new Set([...STRONG_TERMINATORS].map((c) => c.charCodeAt(0)));
const CLOSERS = new Set([...'"\')]”’'].map((c) => c.charCodeAt(0)));

export function isTerminator(codeUnit: number): boolean {
  return TERMINATORS.has(codeUnit);
}

/** Sentences without their terminators; pieces of white space alone are left out. */
export function findSentences(text: string): Ranges {
  const sentences: Ranges = { starts: [], ends: [] };
  let start = 0;
  for (let index = 0; index < text.length;) {
    const unit = text.charCodeAt(index);
    if (unit !== NEWLINE && !mayTerminate(unit)) {
      index++;
      continue;
    }
    const end = unit === NEWLINE ? index + 1 : endOfTerminators(text, index);
    if (unit === NEWLINE || endsSentence(text, index, end)) {
      addUnlessBlank(sentences, text, start, index);
      start = end;
    }
    index = end;
  }
  addUnlessBlank(sentences, text, start, text.length);
  return sentences;
}

/** A cheap first look: the three ASCII terminators, or anything beyond Latin-1 that the set knows. */
function mayTerminate(unit: number): boolean {
  if (unit < 0x100) return unit === POINT || unit === 0x21 || unit === 0x3f;
  return TERMINATORS.has(unit);
}

function endOfTerminators(text: string, from: number): number {
  let end = from + 1;
  while (end < text.length && TERMINATORS.has(text.charCodeAt(end))) end++;
  return end;
}

function endsSentence(text: string, from: number, end: number): boolean {
  if (end === text.length) return true;
  const next = text.charCodeAt(end);
  if (CLOSERS.has(next) || characterKind(next) === SPACE) return true;
  for (let index = from; index < end; index++) if (STRONG.has(text.charCodeAt(index))) return true;
  return false;
}

function addUnlessBlank(ranges: Ranges, text: string, start: number, end: number): void {
  for (let index = start; index < end; index++) {
    if (characterKind(text.charCodeAt(index)) !== SPACE) {
      ranges.starts.push(start);
      ranges.ends.push(end);
      return;
    }
  }
}
