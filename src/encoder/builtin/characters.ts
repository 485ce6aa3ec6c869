/**
 * What kind a character is, for any script, and the cleaning every text gets before it is measured.
 *
 * Kinds of the 65,536 code units of the basic plane are found by Unicode property and remembered in a table, so that
 * a scan costs one array read per character. Characters of other planes are looked up by code point.
 */

/** Neither word nor space: punctuation, symbols, emoji, control characters, lone surrogates. */
export const SYMBOL = 1;
/** Letters, and numerals that are not decimal digits (½, ², Ⅷ), which stay inside words such as "m²". */
export const LETTER = 2;
/** Decimal digits of any script. */
export const DIGIT = 3;
/** Characters of scripts written without spaces (Han, kana, Thai): each is a word of its own. */
export const IDEOGRAPH = 4;
export const SPACE = 5;
/** Combining marks: they continue a word and never start one. */
export const MARK = 6;
export const UNDERSCORE = 7;

const UNKNOWN = 0;
const kindOfUnit = new Uint8Array(65536);

/** The kind of a code point; surrogate code units on their own are symbols. */
export function characterKind(codePoint: number): number {
  if (codePoint > 0xffff) return findKind(codePoint);
  const known = kindOfUnit[codePoint];
  if (known !== UNKNOWN) return known;
  return (kindOfUnit[codePoint] = findKind(codePoint));
}

/** Below the surrogates a code unit is a character; the check first, because it makes scans several times faster. */
const FIRST_SURROGATE = 0xd800;

/** The kind of the character that begins at `index`, a surrogate pair being one character. */
export function kindAt(text: string, index: number): number {
  const unit = text.charCodeAt(index);
  return unit < FIRST_SURROGATE ? characterKind(unit) : kindOfPairAt(text, index);
}

function kindOfPairAt(text: string, index: number): number {
  return characterKind(text.codePointAt(index)!);
}

/** Code units of the character that begins at `index`: 2 for a surrogate pair, otherwise 1. */
export function widthAt(text: string, index: number): number {
  return text.charCodeAt(index) < FIRST_SURROGATE ? 1 : widthOfPairAt(text, index);
}

function widthOfPairAt(text: string, index: number): number {
  return text.codePointAt(index)! > 0xffff ? 2 : 1;
}

function findKind(codePoint: number): number {
  if (codePoint === 0x5f) return UNDERSCORE;
  if (isWrittenWithoutSpaces(codePoint)) return IDEOGRAPH;
  const character = String.fromCodePoint(codePoint);
  if (/[\p{L}\p{Nl}\p{No}]/u.test(character)) return LETTER;
  if (/\p{Nd}/u.test(character)) return DIGIT;
  if (/\p{M}/u.test(character)) return MARK;
  return /\s/u.test(character) ? SPACE : SYMBOL;
}

function isWrittenWithoutSpaces(codePoint: number): boolean {
  return (
    (codePoint >= 0x3040 && codePoint <= 0x30ff) || // hiragana, katakana
    (codePoint >= 0x3400 && codePoint <= 0x4dbf) || // Han extension A
    (codePoint >= 0x4e00 && codePoint <= 0x9fff) || // Han
    (codePoint >= 0xf900 && codePoint <= 0xfaff) || // Han compatibility
    (codePoint >= 0x0e00 && codePoint <= 0x0e7f) // Thai
  );
}

/** True where a word boundary could not be: letters, digits, marks, ideographs, underscore. */
export function isWordCharacter(codePoint: number): boolean {
  const kind = characterKind(codePoint);
  return kind !== SYMBOL && kind !== SPACE;
}

/**
 * The form all measuring starts from: composed characters (NFC), `\n` line ends, and the dotted capital İ as I, the
 * one letter whose lower case has another length: text and lower-cased text thus share their offsets.
 */
export function normaliseText(text: string): string {
  const composed = needsComposing(text) ? text.normalize('NFC') : text;
  return composed.replace(/\r\n?/g, '\n').replaceAll('\u0130', 'I');
}

/**
 * Everything below U+0300 is composed already. Thirty marks in a row are more than any language writes (Unicode
 * Standard Annex 15, stream-safe text), and engines take quadratic time to order them: such a text stays as it is.
 */
function needsComposing(text: string): boolean {
  return /[\u0300-\uffff]/.test(text) && !/\p{M}{31}/u.test(text);
}

/** Lower case with straight apostrophes, as long as the (normalised) text itself. */
export function lowerCase(text: string): string {
  return text.toLowerCase().replaceAll('’', "'");
}

/** Number of code points. */
export function codePointCount(text: string): number {
  let count = 0;
  for (let index = 0; index < text.length; index++) {
    count++;
    index += widthAt(text, index) - 1;
  }
  return count;
}

/** Number of code points beyond ASCII. */
export function nonAsciiCount(text: string): number {
  let count = 0;
  for (let index = 0; index < text.length; index++) {
    if (text.charCodeAt(index) < 0x80) continue;
    count++;
    index += widthAt(text, index) - 1;
  }
  return count;
}
