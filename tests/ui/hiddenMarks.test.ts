import fc from 'fast-check';
import { expect, test } from 'vitest';
import { visibleParts } from '../../src/ui/common/hiddenMarks.ts';

test('the parts of any text are the text', () =>
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const parts = visibleParts(text).map((part) => part.text);
      expect(parts.join('')).toBe(text);
    }),
  ));

test.each([
  ['a\u202eb', ['RLO']],
  ['\u200b\u2066\ufeff', ['ZWSP', 'LRI', 'BOM']],
  ['\u0000\ud800', ['0000', 'D800']],
  ['\u{e0041}', ['E0041']],
  ['line\n\ttab \r\n', []],
  ['👩‍👧 می‌خواهم 😀', []],
])('%j shows the marks %j', (text, marks) =>
  expect(visibleParts(text).flatMap(({ mark }) => mark ?? [])).toEqual(marks),
);
