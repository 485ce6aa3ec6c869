/**
 * The words in which tables state a verdict. A word whose meaning is not certain has none: a 0 beside columns named
 * a and b (or 1 and 2) may mean a tie or the first response, depending on who wrote the file.
 */
import { plainName } from './columns.ts';
import type { StatedPair } from './preferenceFormat.ts';

const TIE_WORDS = ['tie', 'tied', 'draw', 'equal', 'same', 'both', '1.5', '='];
const BOTH_BAD_WORDS = ['both_bad', 'bothbad', 'tie_(bothbad)', 'both_are_bad'];
const FIRST_WORDS = ['a', 'left', 'first'];
const SECOND_WORDS = ['b', 'right', 'second'];

/**
 * The verdict a word states; undefined for a word that states none for certain.
 * @param first the suffix that numbers or letters the first response, then further names of it (column, model)
 * @param second the same of the second response
 */
export function verdictOfWord(
  word: string,
  first: readonly string[],
  second: readonly string[],
): StatedPair['verdict'] | undefined {
  const plain = plainName(word);
  if (plain === '') return undefined;
  if (TIE_WORDS.includes(plain)) return 'tie';
  if (BOTH_BAD_WORDS.includes(plain)) return 'both-bad';
  const isZeroBased = first[0] === '0';
  const namesFirst = [...FIRST_WORDS, isZeroBased ? '0' : '1', ...namesOfSide(first)].includes(plain);
  const namesSecond = [...SECOND_WORDS, isZeroBased ? '1' : '2', ...namesOfSide(second)].includes(plain);
  if (namesFirst === namesSecond) return undefined;
  return namesFirst ? 'first' : 'second';
}

function namesOfSide([suffix, ...names]: readonly string[]): string[] {
  return [suffix, `model_${suffix}`, `response_${suffix}`, ...names.map(plainName)];
}
