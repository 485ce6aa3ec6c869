import { expect, test } from 'vitest';
import { words } from '../../src/core/words.ts';

test.each([
  ['The cat, the CAT!', ['the', 'cat', 'the', 'cat']],
  ['Don’t “quote” me\n—ever', ['don’t', 'quote', 'me', 'ever']],
  ['It is −5, not 5; 3.14 is not 314.', ['it', 'is', '−5', 'not', '5', '3.14', 'is', 'not', '314']],
  ['2 + 2 = 🙂', ['2', '+', '2', '=', '🙂']],
  ['abc漢字 かな', ['abc', '漢', '字', 'か', 'な']],
  ['Cafe\u0301', ['café']],
  ['… !? ', []],
  ['', []],
])('the words of %j are %j', (text, expected) => expect(words(text)).toEqual(expected));
