/** What of a device's answers is taken for broken. */
import { expect, test } from 'vitest';
import { logitsProblem } from '../../src/core/logitsTest.ts';

const GOOD = Float32Array.of(1, -4, 7, 0);
const OTHER = Float32Array.of(2, -4, 6, 0);

test('different answers to different prompts pass', () => {
  expect(logitsProblem(GOOD, OTHER)).toBeUndefined();
});

test.each([
  ['zeros', new Float32Array(4), new Float32Array(4), 'every word is as likely'],
  ['zeros for one of the two', GOOD, new Float32Array(4), 'every word is as likely'],
  ['not a number', GOOD, Float32Array.of(1, NaN, 7, 0), 'are not numbers'],
  ['more than a number holds', Float32Array.of(1, Infinity, 7, 0), OTHER, 'are not numbers'],
  ['the same for both', GOOD, GOOD, 'answers different prompts alike'],
  ['the same but for noise', GOOD, GOOD.map((one) => one + 1e-4), 'answers different prompts alike'],
  ['none', new Float32Array(0), new Float32Array(0), 'every word is as likely'],
])('%s', (_, first, second, problem) => {
  expect(logitsProblem(first, second)).toContain(problem);
});
