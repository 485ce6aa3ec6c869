/**
 * One text, cut up once: the form in which all style features read it.
 *
 * Words are kept as `typeOfWord` (index into the distinct words) so that counting, sets and trigrams are arithmetic on
 * small integers.
 */
import { codePointCount, lowerCase, nonAsciiCount, normaliseText } from './characters.ts';
import { findSentences, findWords } from './tokens.ts';
import { wordFacts, type WordFacts } from './wordFacts.ts';

export interface Words {
  /** Offsets of every word in the text. */
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  /** The distinct words in order of first appearance, and how often each occurs. */
  readonly types: readonly WordFacts[];
  readonly counts: readonly number[];
  /** For every word the index of its type. */
  readonly typeOfWord: readonly number[];
}

export interface Sentence {
  readonly start: number;
  readonly end: number;
  /** Its words are `[firstWord, endWord)`; may be empty. */
  readonly firstWord: number;
  readonly endWord: number;
}

export interface TextView {
  /** Normalised and trimmed. */
  readonly text: string;
  /** Lower case with straight apostrophes; same offsets as `text`. */
  readonly lower: string;
  readonly codePoints: number;
  readonly nonAscii: number;
  readonly words: Words;
  readonly wordCount: number;
  readonly sentences: readonly Sentence[];
  /** Lines that are not blank. */
  readonly lines: readonly string[];
  /** Runs of such lines between blank ones. */
  readonly paragraphs: number;
}

export function viewText(response: string): TextView {
  const text = normaliseText(response).trim();
  const lower = lowerCase(text);
  const words = readWords(lower);
  return {
    text,
    lower,
    codePoints: codePointCount(text),
    nonAscii: nonAsciiCount(text),
    words,
    wordCount: words.starts.length,
    sentences: readSentences(text, words),
    ...readLines(text),
  };
}

/** @param lower output of `lowerCase` */
export function readWords(lower: string): Words {
  const { starts, ends } = findWords(lower);
  const indexOfType = new Map<string, number>();
  const types: WordFacts[] = [];
  const counts: number[] = [];
  const typeOfWord: number[] = [];
  for (let i = 0; i < starts.length; i++) {
    const word = lower.slice(starts[i], ends[i]);
    let type = indexOfType.get(word);
    if (type === undefined) {
      type = types.length;
      indexOfType.set(word, type);
      types.push(wordFacts(word));
      counts.push(0);
    }
    counts[type]++;
    typeOfWord.push(type);
  }
  return { starts, ends, types, counts, typeOfWord };
}

function readSentences(text: string, words: Words): Sentence[] {
  const { starts, ends } = findSentences(text);
  const sentences: Sentence[] = [];
  let word = 0;
  for (let i = 0; i < starts.length; i++) {
    while (word < words.starts.length && words.starts[word] < starts[i]) word++;
    const firstWord = word;
    while (word < words.starts.length && words.starts[word] < ends[i]) word++;
    sentences.push({ start: starts[i], end: ends[i], firstWord, endWord: word });
  }
  return sentences;
}

function readLines(text: string): { lines: string[]; paragraphs: number } {
  const lines: string[] = [];
  let paragraphs = 0;
  let afterBlank = true;
  for (const line of text.split('\n')) {
    const isBlank = line.trim() === '';
    if (!isBlank) {
      lines.push(line);
      if (afterBlank) paragraphs++;
    }
    afterBlank = isBlank;
  }
  return { lines, paragraphs };
}
