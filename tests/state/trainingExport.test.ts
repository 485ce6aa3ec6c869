import { expect, test } from 'vitest';
import { pairsFile, winnersFile } from '../../src/state/trainingExport.ts';
import { openTraining, sixComparisons } from './openTraining.ts';

test('the preferences that hold leave as DPO lines, without what was taken back', async () => {
  const { project } = await openTraining(sixComparisons);
  await project.undo();
  const rows = pairsFile(project)
    .text.trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(rows).toHaveLength(5);
  expect(rows[0]).toEqual({
    prompt: sixComparisons[0].prompt,
    chosen: [{ role: 'assistant', content: 'good 0!' }],
    rejected: [{ role: 'assistant', content: 'bad 0' }],
  });
});

test('winners leave as conversations', () => {
  const prompt = [{ role: 'user', content: 'Why?' }] as const;
  expect(winnersFile([{ prompt, text: 'So.' }])).toMatchObject({
    name: 'winners-sft.jsonl',
    text: '{"messages":[{"role":"user","content":"Why?"},{"role":"assistant","content":"So."}]}\n',
  });
});
