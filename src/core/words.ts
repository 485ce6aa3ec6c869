/**
 * What two wordings are compared by: words and numbers, regardless of case, spacing and punctuation. Symbols count, and
 * so does the sign of a number, because a text may be about nothing else. Scripts that leave no spaces between words are
 * taken by the character.
 */
const UNSPACED = ['Han', 'Hiragana', 'Katakana', 'Thai', 'Lao', 'Khmer', 'Myanmar']
  .map((script) => `\\p{Script=${script}}`)
  .join('');
const NUMBER = '[-\u2212]?\\p{Nd}+(?:[.,]\\p{Nd}+)*';
const LETTERS = `(?:(?![${UNSPACED}])[\\p{L}\\p{M}\\p{N}])+`;
const WORD = new RegExp(`[${UNSPACED}]\\p{M}*|${NUMBER}|${LETTERS}(?:['\u2019]${LETTERS})*|\\p{S}`, 'gu');

export function words(text: string): readonly string[] {
  return text.normalize('NFC').toLowerCase().match(WORD) ?? [];
}
