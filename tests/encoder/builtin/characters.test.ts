import { describe, expect, it } from 'vitest';
import { lowerCase, normaliseText } from '../../../src/encoder/builtin/characters.ts';
import { findSentences, findWords, type Ranges } from '../../../src/encoder/builtin/tokens.ts';

const pieces = (text: string, { starts, ends }: Ranges): string[] =>
  starts.map((start, i) => text.slice(start, ends[i]));
const wordsOf = (text: string): string[] => pieces(text, findWords(text));
const sentencesOf = (text: string): string[] =>
  pieces(text, findSentences(text)).map((piece) => piece.trim());

describe('lower case', () => {
  it('keeps the offsets of every character there is', () => {
    const moved: number[] = [];
    for (let codePoint = 0; codePoint <= 0x1ffff; codePoint++) {
      const text = normaliseText(String.fromCodePoint(codePoint));
      if (lowerCase(text).length !== text.length) moved.push(codePoint);
    }
    expect(moved).toEqual([]);
  });

  it('makes the dotted capital I an ordinary i', () => {
    expect(lowerCase(normaliseText('İstanbul’da'))).toBe("istanbul'da");
  });
});

describe('words', () => {
  it.each([
    ["don't stop, it’s 'quoted'", ["don't", 'stop', 'it’s', 'quoted']],
    ['1,000.50 euros, v2.', ['1,000.50', 'euros', 'v', '2']],
    ['H₂O and x² and ½', ['H₂O', 'and', 'x²', 'and', '½']],
    ['snake_case __bold__', ['snake', 'case', 'bold']],
    ['東京タワー', ['東', '京', 'タ', 'ワ', 'ー']],
    ['नई दिल्ली', ['नई', 'दिल्ली']],
    ['القاهرة، مصر', ['القاهرة', 'مصر']],
    ['안녕하세요 세계', ['안녕하세요', '세계']],
    ['𝒜bc \ud800 d\udc00e', ['𝒜bc', 'd', 'e']],
    ['👍🏽 ❤️ 1️⃣', ['1']],
    ['', []],
  ])('of %j are %j', (text, words) => {
    expect(wordsOf(text)).toEqual(words);
  });
});

describe('sentences', () => {
  it.each([
    ['It costs 3.5 euros. Really?! "Yes." Good', ['It costs 3.5 euros', 'Really', '"Yes', '" Good']],
    ['One line\n\n  \nanother line', ['One line', 'another line']],
    ['今天下雨。明天呢？好', ['今天下雨', '明天呢', '好']],
    ['यह शहर है। क्या?', ['यह शहर है', 'क्या']],
    ['see e.g.this', ['see e.g.this']],
    ['...', []],
  ])('of %j are %j', (text, sentences) => {
    expect(sentencesOf(text)).toEqual(sentences);
  });
});
