import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Message } from '../../src/core/preference.ts';
import type { ReadComparison } from '../../src/formats/importReport.ts';
import { readPreferences } from '../../src/formats/readPreferences.ts';
import { dpoJsonLines, sftJsonLines } from '../../src/formats/trainingFiles.ts';

async function readBack(text: string): Promise<readonly ReadComparison[]> {
  const found: ReadComparison[] = [];
  await readPreferences(new Blob([text]), 'pairs.jsonl', { onBatch: (batch) => void found.push(...batch) });
  return found;
}

const text = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
  .filter((value) => value.trim() !== '');
const pair = fc
  .record({
    prompt: fc.array(fc.record({ role: fc.constant('user' as const), content: text }), {
      minLength: 1,
      maxLength: 1,
    }),
    chosen: text,
    rejected: text,
  })
  .filter(({ chosen, rejected }) => chosen !== rejected);

test('judged pairs are read back as they were, the chosen one preferred', async () => {
  const pairs = fc.uniqueArray(pair, { minLength: 1, maxLength: 4, selector: (one) => JSON.stringify(one) });
  await fc.assert(
    fc.asyncProperty(pairs, async (given) => {
      const found = await readBack(dpoJsonLines(given));
      const seen = found.map(({ prompt, a, b, verdict }) => {
        const [chosen, rejected] = verdict === 'a' ? [a.text, b.text] : [b.text, a.text];
        return { prompt, chosen, rejected };
      });
      expect(seen.length).toBeGreaterThan(0);
      for (const one of seen) expect(given).toContainEqual(one);
    }),
    { numRuns: 40 },
  );
});

test('a pair without a prompt has none in the file', () => {
  expect(dpoJsonLines([{ prompt: [], chosen: 'yes', rejected: 'no' }])).toBe(
    '{"chosen":[{"role":"assistant","content":"yes"}],"rejected":[{"role":"assistant","content":"no"}]}\n',
  );
});

test('a winner is a conversation whose last word is the answer, line breaks and all', () => {
  const prompt: Message[] = [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'Why?\nTell me.' },
  ];
  const [line, end] = sftJsonLines([{ prompt, text: 'Because.\nSo.' }]).split('\n');
  expect(JSON.parse(line)).toEqual({
    messages: [...prompt, { role: 'assistant', content: 'Because.\nSo.' }],
  });
  expect(end).toBe('');
  expect(sftJsonLines([])).toBe('');
});
