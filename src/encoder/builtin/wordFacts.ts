/**
 * Everything that depends on one word alone: its classes, its shape, and the buckets it is hashed into.
 *
 * Facts are remembered by word, which makes measuring a text a matter of one lookup per distinct word. Only words of
 * at most 12 code units are remembered: longer ones are rare, and engines keep a whole text alive for a longer slice
 * of it.
 */
import { characterKind, DIGIT, IDEOGRAPH } from './characters.ts';
import { COMMON_WORDS, FUNCTION_WORDS } from './commonWords.ts';
import { crc32 } from './crc32.ts';
import { APOLOGY_CLASS, SENSITIVE_CLASSES, WORD_CLASSES } from './wordClasses.ts';

/** Character trigrams are hashed into the first buckets, words into the rest; see `WordFacts.buckets`. */
export const TRIGRAM_BUCKETS = 4096;
export const WORD_BUCKETS = 8192;
export const BUCKETS = TRIGRAM_BUCKETS + WORD_BUCKETS;

/** Class numbers in `WordFacts.classes`: rate classes, then the sensitive ones, then the apology class. */
export const ALL_CLASSES = [...WORD_CLASSES, ...SENSITIVE_CLASSES, APOLOGY_CLASS];

export interface WordFacts {
  /** Lower case, straight apostrophes. */
  readonly word: string;
  /** Length in code points. */
  readonly length: number;
  /** Starts with a digit of any kind. */
  readonly isNumber: boolean;
  readonly isFunctionWord: boolean;
  /** Not a function word, and more than one character or an ideograph. */
  readonly isContent: boolean;
  /** One of the everyday words. */
  readonly isCommon: boolean;
  readonly isLong: boolean;
  readonly endsInLy: boolean;
  readonly endsInIng: boolean;
  readonly endsInEd: boolean;
  /** Ends like an abstract noun (-tion, -ment, -ness …). */
  readonly isNominal: boolean;
  /** Numbers of the word classes it belongs to, ascending. */
  readonly classes: readonly number[];
  /** Bucket of every character trigram of ` word ` (repeats included), then TRIGRAM_BUCKETS + the word's bucket. */
  readonly buckets: Uint16Array;
}

const REMEMBERED_LENGTH = 12;
const REMEMBERED_WORDS = 50_000;
const remembered = new Map<string, WordFacts>();

/** @param word lower case with straight apostrophes, not empty */
export function wordFacts(word: string): WordFacts {
  const known = remembered.get(word);
  if (known) return known;
  const facts = findFacts(word);
  if (word.length <= REMEMBERED_LENGTH) {
    if (remembered.size >= REMEMBERED_WORDS) remembered.clear();
    remembered.set(word, facts);
  }
  return facts;
}

const NOMINAL_ENDINGS = ['tion', 'tions', 'sions', 'ment', 'ments', 'ness', 'ity', 'ance', 'ence'];

function findFacts(word: string): WordFacts {
  const codePoints = Array.from(word, (character) => character.codePointAt(0)!);
  const length = codePoints.length;
  const isFunctionWord = FUNCTION_WORDS.has(word);
  const kind = characterKind(codePoints[0]);
  return {
    word,
    length,
    isNumber: kind === DIGIT || /^\p{No}/u.test(word),
    isFunctionWord,
    isContent: !isFunctionWord && (length > 1 || kind === IDEOGRAPH),
    isCommon: COMMON_WORDS.has(word),
    isLong: length >= 7 && /^\p{L}/u.test(word),
    endsInLy: length > 4 && word.endsWith('ly'),
    endsInIng: length > 4 && word.endsWith('ing'),
    endsInEd: length > 3 && word.endsWith('ed'),
    isNominal: length > 5 && NOMINAL_ENDINGS.some((ending) => word.endsWith(ending)),
    classes: classesOf(word),
    buckets: bucketsOf(codePoints),
  };
}

function bucketsOf(codePoints: readonly number[]): Uint16Array {
  const padded = new Uint32Array(codePoints.length + 2).fill(0x20);
  padded.set(codePoints, 1);
  const buckets = new Uint16Array(codePoints.length + 1);
  for (let start = 0; start < codePoints.length; start++) {
    buckets[start] = crc32(padded, start, start + 3) % TRIGRAM_BUCKETS;
  }
  buckets[codePoints.length] = TRIGRAM_BUCKETS + (crc32(padded, 1, padded.length - 1) % WORD_BUCKETS);
  return buckets;
}

const classesByWord = new Map<string, number[]>();
const classesByPrefix = new Map<string, number[]>();
ALL_CLASSES.forEach(({ words }, index) => {
  for (const entry of words.trim().split(/\s+/)) {
    const isPrefix = entry.endsWith('*');
    const table = isPrefix ? classesByPrefix : classesByWord;
    const key = isPrefix ? entry.slice(0, -1) : entry;
    table.set(key, [...(table.get(key) ?? []), index]);
  }
});
const prefixLengths = [...new Set([...classesByPrefix.keys()].map((prefix) => prefix.length))];

function classesOf(word: string): number[] {
  const classes = new Set(classesByWord.get(word));
  for (const length of prefixLengths) {
    if (length > word.length) continue;
    for (const index of classesByPrefix.get(word.slice(0, length)) ?? []) classes.add(index);
  }
  return [...classes].sort((x, y) => x - y);
}
