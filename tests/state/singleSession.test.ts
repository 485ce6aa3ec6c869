import { expect, test } from 'vitest';
import { openApp } from './openApp.ts';

async function openSingle() {
  const { app, dependencies } = await openApp();
  const { compare, single, project } = app.open;
  await compare.setMode('single');
  return { dependencies, compare, single, project };
}

test('a good and a bad response of a prompt make a pair, and then the next prompt is asked', async () => {
  const { single, project, compare } = await openSingle();
  const first = single.response!;
  await single.judge('up');
  const second = single.response!;
  expect(second.prompt).toEqual(first.prompt);
  expect(second.response.text).not.toBe(first.response.text);
  await single.judge('down');
  expect(project.pairs).toMatchObject([
    { chosen: first.response.text, rejected: second.response.text, weight: 1, isControl: true },
  ]);
  expect(single.response!.prompt).not.toEqual(first.prompt);
  expect(compare.judged).toBe(2);
});

test('every response is asked once, those of settled prompts last', async () => {
  const { single, project } = await openSingle();
  const seen: string[] = [];
  for (; single.response; await single.judge(seen.length % 2 === 1 ? 'up' : 'down')) {
    seen.push(single.response.response.text);
  }
  expect(new Set(seen).size).toBe(9);
  expect(seen).toHaveLength(9);
  expect(new Set(seen.slice(0, 6).map((text) => text.split(' ').at(-1))).size).toBe(3);
  expect(project.counts.thumbs).toBe(9);
});

test('a skipped response has no thumb and is not asked again', async () => {
  const { single, project } = await openSingle();
  const { key } = single.response!;
  await single.judge('skip');
  expect(single.response!.key).not.toBe(key);
  expect(project.counts).toMatchObject({ thumbs: 0, preferences: 0 });
});

test('a thumb taken back shows its response again with what was said; a reload shows the same', async () => {
  const { single, compare, dependencies } = await openSingle();
  const { key } = single.response!;
  await single.judge('down');
  await compare.setMode('pairs');
  await compare.undo();
  expect(compare.mode).toBe('single');
  expect(single.response).toMatchObject({ key, former: 'down' });
  expect(compare.announcement).toBe('Taken back: Not good. 0 judged.');
  const again = await openApp({ ...dependencies });
  expect(again.app.open.single.response).toEqual(single.response);
});
