import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mergeCandidates } from '../../src/core/mergedCandidates.ts';

const word = fc.string({ unit: fc.constantFrom(...'abcde'), minLength: 1, maxLength: 4 });
const text = fc.array(word, { minLength: 1, maxLength: 12 }).map((all) => all.join(' '));
const separators = fc.array(fc.constantFrom(' ', '\n', ', ', '. ', ' — ', '! '), {
  minLength: 12,
  maxLength: 12,
});

describe('candidates that say the same', () => {
  test('are told apart from those that do not, under the first of each', () => {
    const texts = ['Yes.', 'No.', 'yes', 'Perhaps', '  NO!  '];
    expect(mergeCandidates(texts)).toEqual([[0, 2], [1, 4], [3]]);
  });

  test('may differ in case, blanks and punctuation', () => {
    fc.assert(
      fc.property(text, separators, (one, between) => {
        const parts = one.toUpperCase().split(' ');
        const other = parts.map((part, at) => part + between[at]).join('');
        expect(mergeCandidates([one, other])).toEqual([[0, 1]]);
      }),
    );
  });

  test('may differ in a word where they are long, and not where they are short', () => {
    const merged = (count: number) => {
      const all = Array.from({ length: count }, (_, at) => `w${at}`);
      return mergeCandidates([all.join(' '), all.with(5, 'other').join(' ')]).length === 1;
    };
    expect([merged(36), merged(37)]).toEqual([false, true]);
  });

  test('have their words in the same order', () => {
    expect(mergeCandidates(['dog bites man', 'man bites dog'])).toHaveLength(2);
  });

  test.each([
    ['The answer is 5.', 'The answer is -5.'],
    ['3.14', '314'],
    ['🙂', '🙃'],
    ['…', '?'],
    ['', '…'],
    ['猫が好き', '犬が好き'],
  ])('are not %j and %j', (one, other) => expect(mergeCandidates([one, other])).toHaveLength(2));
});

describe('merging', () => {
  const texts = fc.array(text, { maxLength: 8 });

  test('leaves no candidate out and puts none into two groups', () => {
    fc.assert(
      fc.property(texts, (all) => {
        const places = mergeCandidates(all).flat();
        expect([...places].sort((a, b) => a - b)).toEqual([...all.keys()]);
      }),
    );
  });

  test('moves nothing when another candidate comes', () => {
    fc.assert(
      fc.property(texts, text, (all, last) => {
        const before = mergeCandidates(all);
        const after = mergeCandidates([...all, last]);
        const without = after.map((group) => group.filter((place) => place < all.length));
        expect(without.filter((group) => group.length > 0)).toEqual(before);
      }),
    );
  });

  test('is the same from either side', () => {
    fc.assert(
      fc.property(text, text, (one, other) => {
        expect(mergeCandidates([one, other]).length).toBe(mergeCandidates([other, one]).length);
      }),
    );
  });
});
