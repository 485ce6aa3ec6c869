import { describe, expect, test } from 'vitest';
import { GrowingAnswer, roomForAnswer } from '../../../src/encoder/language/growingAnswer.ts';

/** A token is a byte, as in the tiny model; 0 ends an answer. */
const decode = (bytes: number[]) => new TextDecoder().decode(Uint8Array.from(bytes));

function write(text: string, stopTexts: readonly string[] = []) {
  const answer = new GrowingAnswer(decode, { endIds: [0], stopTexts });
  const seen: string[] = [];
  for (const byte of new TextEncoder().encode(text)) {
    answer.take(byte);
    seen.push(answer.text);
    if (answer.end) break;
  }
  return { answer, seen };
}

describe('an answer that grows', () => {
  test('ends with the token that ends it, which is no part of it', () => {
    const { answer } = write('so\0 on');
    expect([answer.text, answer.tokens, answer.end]).toEqual(['so', 3, 'model']);
  });

  test('ends before a stop text, as soon as that is whole', () => {
    const { answer, seen } = write('Yes. User: and', ['\n', ' User:']);
    expect([answer.text, answer.end]).toEqual(['Yes.', 'stop-text']);
    expect(seen.at(-2)).toBe('Yes. User');
  });

  test('ends before the earliest of several stop texts', () => {
    expect(write('abcd', ['cd', 'bcd']).answer.text).toBe('a');
  });

  test('takes no notice of a stop text that is empty', () => {
    expect(write('ab', ['']).answer).toMatchObject({ text: 'ab', end: undefined });
  });

  test('shows no character before all its bytes are there', () => {
    expect(write('a雨b').seen).toEqual(['a', 'a', 'a', 'a雨', 'a雨b']);
  });
});

describe('room for an answer', () => {
  test.each([
    [10, 512, 24, 24],
    [500, 512, 24, 12],
    [511, 512, 24, 1],
  ])('after %i of %i tokens, where %i are asked for: %i', (prompt, context, most, room) => {
    expect(roomForAnswer(prompt, context, most)).toBe(room);
  });

  test('a prompt that leaves none is refused with both numbers', () => {
    expect(() => roomForAnswer(512, 512, 24)).toThrow('has 512 tokens, and this model holds 512');
  });

  test('a prompt of nothing is refused', () => {
    expect(() => roomForAnswer(0, 512, 24)).toThrow('The prompt is empty');
  });
});
