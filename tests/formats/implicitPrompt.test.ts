import { describe, expect, test } from 'vitest';
import { promptText } from '../../src/core/preference.ts';
import { splitImplicitPrompt } from '../../src/formats/implicitPrompt.ts';

describe('an implicit prompt', () => {
  test.each([
    [
      'at a role marker',
      'Q: a?\nAnswer: It is so',
      'Q: a?\nAnswer: It is not so',
      'Q: a?\nAnswer: ',
      'It is so',
    ],
    ['at a template marker', 'x\n### Response:\nYes', 'x\n### Response:\nNo', 'x\n### Response:\n', 'Yes'],
    ['at a line', 'Name it.\nA red one', 'Name it.\nA rough one', 'Name it.\n', 'A red one'],
    ['at a word, never inside it', 'the sky is blue', 'the sky is brown', 'the sky is ', 'blue'],
    ['before a word that one text ends in', 'say yes', 'say yes sir', 'say ', 'yes'],
    ['nowhere when nothing is shared', 'blue', 'brown', '', 'blue'],
    ['nowhere inside a script without spaces', '天空是蓝色', '天空是棕色', '', '天空是蓝色'],
  ])('ends %s', (_, chosen, rejected, prompt, response) => {
    const split = splitImplicitPrompt(chosen, rejected);
    expect(promptText(split.prompt)).toBe(prompt);
    expect(split.chosen).toBe(response);
    expect(chosen.slice(0, prompt.length) + split.rejected).toBe(rejected);
  });

  test('of a marked transcript comes as its turns', () => {
    const start = 'Human: hello there\n\nAssistant:';
    const split = splitImplicitPrompt(`${start} Hi!`, `${start} Go away.`);
    expect(split.prompt).toEqual([{ role: 'user', content: 'hello there' }]);
  });
});
