/** A token is found whatever was done to the text it stands in. */
import { expect, test } from 'vitest';
import { countForms, createToken } from './tokenForms.ts';

const token = createToken();

function found(text: string): readonly string[] {
  return Object.entries(countForms(token, text))
    .filter(([, count]) => count > 0)
    .map(([name]) => name);
}

test('as it is, and with other letters', () => {
  expect(found(`before ${token} after`)).toEqual(['plain']);
  expect(found(token.toUpperCase())).toEqual(['plain']);
});

test('percent-encoded and in hexadecimal', () => {
  const hex = Buffer.from(`a ${token} b`).toString('hex');
  expect(found(hex.toUpperCase())).toEqual(['hex']);
  expect(found(hex.replace(/../g, '%$&'))).toEqual(['percent']);
});

test.each([0, 1, 2])('in base64, %i bytes into a group of three', (offset) => {
  for (const after of ['', 'a', 'ab', 'abc']) {
    const encoded = Buffer.from('x'.repeat(offset) + token + after).toString('base64');
    expect(found(encoded)).toHaveLength(1);
    expect(found(encoded)[0]).toMatch(/^base64/);
  }
});

test('and not where it is not', () => {
  expect(found(createToken() + Buffer.from(createToken()).toString('base64'))).toEqual([]);
});
