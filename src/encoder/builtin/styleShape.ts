/** Style groups "amount" (how much) and "shape" (how sentences run, how the text begins and ends). */
import { log, log1p } from '../../core/elementary.ts';
import { codePointCount } from './characters.ts';
import { standardDeviation, type StyleGroup } from './styleGroup.ts';
import type { TextView } from './textView.ts';
import { isTerminator } from './tokens.ts';

export const AMOUNT: StyleGroup = {
  group: 'amount',
  labels: [
    'words (log)',
    'sentences (log)',
    'paragraphs (log)',
    'words (up to 1,000)',
    'distinct words (log)',
    'distinct content words (log)',
    'distinct rare words (log)',
    'entropy of words',
    'very short',
  ],
  measure(view) {
    const { types, counts } = view.words;
    let content = 0;
    let rare = 0;
    let entropy = 0;
    types.forEach((type, index) => {
      if (type.isContent) content++;
      if (type.isContent && !type.isCommon && !type.isNumber) rare++;
      const share = counts[index] / view.wordCount;
      entropy -= share * log(share);
    });
    return [
      log1p(view.wordCount),
      log1p(view.sentences.length),
      log1p(view.paragraphs),
      Math.min(view.wordCount, 1000) / 200,
      log1p(types.length),
      log1p(content),
      log1p(rare),
      entropy,
      Number(view.codePoints < 40),
    ];
  },
};

export const SHAPE: StyleGroup = {
  group: 'shape',
  labels: [
    'sentence length (log)',
    'spread of sentence lengths',
    'spread of line lengths',
    'ends with a full stop',
    'cut off at the end',
    'ends with a question',
    'starts with "I"',
    'unclosed bracket or code fence',
  ],
  measure(view) {
    const sentenceLengths = view.sentences.map((s) => s.endWord - s.firstWord).filter((length) => length > 0);
    const lastUnit = view.text.slice(-1);
    const first = view.words.types[0]?.word;
    return [
      log1p(view.wordCount / Math.max(view.sentences.length, 1)),
      log1p(standardDeviation(sentenceLengths)),
      log1p(standardDeviation(view.lines.map((line) => codePointCount(line)))),
      Number(endsWithTerminator(view.text)),
      Number(isCutOff(view)),
      Number(lastUnit !== '' && '?？؟'.includes(lastUnit)),
      Number(first === 'i' || first === "i'm"),
      unclosed(view.text),
    ];
  },
};

/** A sentence terminator, then nothing but closing quotes, brackets and emphasis. */
function endsWithTerminator(text: string): boolean {
  let last = text.length - 1;
  while (last >= 0 && '"\'”’)]*`'.includes(text[last])) last--;
  return last >= 0 && isTerminator(text.charCodeAt(last));
}

/** Ends in a comma, colon, semicolon or hyphen, or, in a text of more than 25 words, in a letter. */
function isCutOff({ text, wordCount }: TextView): boolean {
  const last = /[^]$/u.exec(text.slice(-2))?.[0];
  if (last === undefined) return false;
  return ',:;-，：；、،'.includes(last) || (wordCount > 25 && /\p{L}/u.test(last));
}

/** 1 for an odd number of code fences, plus 1 for unequal numbers of opening and closing brackets. */
function unclosed(text: string): number {
  let balance = 0;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit === 0x28 || unit === 0xff08) balance++;
    else if (unit === 0x29 || unit === 0xff09) balance--;
  }
  return Number(codeFences(text) % 2 === 1) + Number(balance !== 0);
}

/** Number of ``` in the text, not overlapping. */
export function codeFences(text: string): number {
  let fences = 0;
  for (let at = text.indexOf('```'); at >= 0; at = text.indexOf('```', at + 3)) fences++;
  return fences;
}
