import { expect, test } from 'vitest';
import { openApp } from './openApp.ts';

async function openEdit() {
  const { app, dependencies } = await openApp();
  const { compare, winnerEdit, project } = app.open;
  return { app, dependencies, compare, winnerEdit, project };
}

test('an edit of the winner just chosen is better than it, and it is better than the loser', async () => {
  const { compare, winnerEdit, project } = await openEdit();
  expect(winnerEdit.subject).toBeUndefined();
  const { comparison, first } = compare.pair!;
  await compare.judge('first');
  const subject = winnerEdit.subject!;
  expect(subject).toEqual({ comparison, winner: first });
  await winnerEdit.save(subject, '  Better still.  ');
  const [winner, loser] = [comparison[first].text, comparison[first === 'a' ? 'b' : 'a'].text];
  expect(
    project.pairs.map(({ chosen, rejected, weight, isControl }) => [chosen, rejected, weight, isControl]),
  ).toEqual([
    [winner, loser, 1, true],
    ['Better still.', winner, 1, false],
    ['Better still.', loser, 1, false],
  ]);
});

test('an edit is never asked, and is gone from the texts and the table once it is taken back', async () => {
  const { app, compare, winnerEdit, project } = await openEdit();
  await compare.judge('first');
  await winnerEdit.save(winnerEdit.subject!, 'Better still.');
  await compare.undo();
  expect(project.pairs).toHaveLength(1);
  expect([project.counts.unjudged, app.open.table.count]).toEqual([0, 1]);
  const asked: string[] = [];
  for (; compare.pair; await compare.judge('tie')) {
    const { a, b } = compare.pair.comparison;
    asked.push(a.text, b.text);
  }
  expect(asked).not.toContain('Better still.');
  expect(compare.judged).toBe(9);
});

test('what is no edit is refused with the reason', async () => {
  const { compare, winnerEdit } = await openEdit();
  await compare.judge('first');
  const subject = winnerEdit.subject!;
  const { comparison, winner } = subject;
  expect(winnerEdit.problemOf(subject, ' ')).toBe('The edited text is empty.');
  expect(winnerEdit.problemOf(subject, `${comparison[winner].text} `)).toBe('This is the winner as it was.');
  const loser = comparison[winner === 'a' ? 'b' : 'a'].text;
  expect(winnerEdit.problemOf(subject, loser)).toBe('This is the other response.');
  expect(winnerEdit.problemOf(subject, 'Another')).toBeUndefined();
});

test('a pair that is opened again is the one to edit, if it has a winner', async () => {
  const { app, compare, winnerEdit } = await openEdit();
  const ids: string[] = [];
  for (const verdict of ['first', 'tie', 'second'] as const) {
    ids.push(compare.pair!.comparison.id);
    await compare.judge(verdict);
  }
  expect(winnerEdit.subject!.comparison.id).toBe(ids[2]);
  app.router.go('compare', ids[0]);
  expect(winnerEdit.subject!.comparison.id).toBe(ids[0]);
  app.router.go('compare', ids[1]);
  expect(winnerEdit.subject!.comparison.id).toBe(ids[2]);
});
