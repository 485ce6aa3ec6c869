import { expect, test } from 'vitest';
import { PAGE_ROWS } from '../../src/state/comparisonTable.svelte.ts';
import { openApp } from './openApp.ts';

async function openTable(rows: number) {
  const { app } = await openApp();
  const { importing, project, table, compare } = app.open;
  const lines = Array.from({ length: rows }, (_, index) =>
    JSON.stringify({ prompt: `Question ${index}?`, chosen: `Good ${index}`, rejected: `Bad ${index}` }),
  );
  await importing.open([{ name: 'rows.jsonl', content: new Blob([lines.join('\n')]) }]);
  await importing.keep();
  return { project, table, compare };
}

test('rows come newest first, a page at a time, the winner before the loser', async () => {
  const { table } = await openTable(PAGE_ROWS + 10);
  expect(table.pages).toBe(2);
  expect(table.rows).toHaveLength(PAGE_ROWS);
  expect(table.rows[0]).toMatchObject({ prompt: 'Question 59?', upper: 'Good 59', lower: 'Bad 59' });
  table.turnTo(99);
  expect(table.page).toBe(1);
  expect(table.rows).toHaveLength(10);
});

test('filters by verdict, source, words and notes', async () => {
  const { project, table, compare } = await openTable(5);
  await compare.judge('tie');
  await project.setNote(project.comparisons[0].id, 'Strange wording');
  const counts = (change: Parameters<typeof table.filter>[0]): number => {
    table.clearFilters();
    table.filter(change);
    return table.count;
  };
  expect(counts({})).toBe(6);
  expect(counts({ verdict: 'tie' })).toBe(1);
  expect(counts({ verdict: 'preference' })).toBe(5);
  expect(counts({ source: 'deck' })).toBe(1);
  expect(counts({ source: project.imports[0].id })).toBe(5);
  expect(counts({ text: 'GOOD 3' })).toBe(1);
  expect(counts({ text: 'strange' })).toBe(1);
  expect(counts({ hasNote: true })).toBe(1);
  expect(counts({ deleted: true })).toBe(0);
});

test('deletes and restores what is selected, and one undo takes either back', async () => {
  const { project, table } = await openTable(5);
  table.filter({ text: 'good' });
  table.selectAll(true);
  table.select(table.rows[0].comparison.id, false);
  expect(await table.deleteOrRestore()).toBe(4);
  expect(table.count).toBe(1);
  expect(table.selected.size).toBe(0);
  await project.undo();
  expect(table.count).toBe(5);
  await project.redo();
  table.filter({ deleted: true });
  table.select(table.rows[0].comparison.id, true);
  expect(await table.deleteOrRestore()).toBe(1);
  expect(project.counts).toMatchObject({ deleted: 3, preferences: 2 });
});
