import { expect, test } from 'vitest';
import { promptText } from '../../src/core/preference.ts';

test('a single question is its own prompt text; a conversation becomes a transcript', () => {
  expect(promptText([{ role: 'user', content: 'Why?' }])).toBe('Why?');
  expect(
    promptText([
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: 'Hello' },
      { role: 'user', content: 'Why?' },
    ]),
  ).toBe('\n\nHuman: Hi\n\nAssistant: Hello\n\nHuman: Why?');
});
