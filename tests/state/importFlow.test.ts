import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { createMemoryStorage } from '../../src/storage/memoryStorage.ts';
import type { NamedFile } from '../../src/state/importFlow.svelte.ts';
import { openApp } from './openApp.ts';

const row = (index: number): string =>
  JSON.stringify({ prompt: `Question ${index}?`, chosen: `Good ${index}`, rejected: `Bad ${index}` });

function fileOf(name: string, rows: readonly string[]): NamedFile {
  return { name, content: new Blob([rows.join('\n')]) };
}

async function openImport(storage = createMemoryStorage()) {
  const { app } = await openApp({ storage });
  const { importing, project } = app.open;
  const preview = () => (importing.status.kind === 'preview' ? importing.status.preview : undefined);
  return { app, storage, importing, project, preview };
}

const fiveRows = fileOf('five.jsonl', [0, 1, 2, 3, 4].map(row));

describe('a file', () => {
  // The end of a gzip file: four bytes of its checksum, four of its length.
  test.each([
    ['checksum', 8],
    ['length', 4],
  ])('packed with a wrong %s is told as damaged, and none of its rows is kept', async (_, fromEnd) => {
    const { importing, project } = await openImport();
    const packed = Uint8Array.from(gzipSync(Array.from({ length: 3_000 }, (_, n) => row(n)).join('\n')));
    packed[packed.length - fromEnd] ^= 1;
    await importing.open([{ name: 'mine.jsonl.gz', content: new Blob([packed]) }]);
    expect(importing.outcomes).toMatchObject([
      {
        kind: 'failed',
        message: expect.stringContaining('mine.jsonl.gz: its gzip data is damaged') as string,
      },
    ]);
    await importing.keep();
    expect(project.comparisons).toHaveLength(0);
  });

  test('is previewed with examples from its start, middle and end, and nothing is kept before that', async () => {
    const { importing, project, preview } = await openImport();
    await importing.open([fiveRows]);
    expect(preview()!.report).toMatchObject({ rows: 5, entries: 5, imported: 5, ties: 0 });
    expect(preview()!.examples.map(({ line }) => line)).toEqual([1, 3, 5]);
    expect(project.comparisons).toHaveLength(0);
  });

  test('is kept as comparisons, judgments without a duration and a record of the import', async () => {
    const { importing, project } = await openImport();
    await importing.open([fiveRows]);
    await importing.keep();
    expect(project.pairs.map(({ chosen }) => chosen)).toEqual([
      'Good 0',
      'Good 1',
      'Good 2',
      'Good 3',
      'Good 4',
    ]);
    expect(project.events.every((event) => event.kind === 'judgment' && event.durationMs === undefined)).toBe(
      true,
    );
    expect(project.canUndo).toBe(false);
    expect(project.imports).toMatchObject([{ file: 'five.jsonl', rows: 5, imported: 5, rejected: 0 }]);
    expect(project.comparisons[2].source).toMatchObject({ kind: 'import', file: 'five.jsonl', line: 3 });
    expect(importing.outcomes).toMatchObject([{ kind: 'kept', file: 'five.jsonl' }]);
  });

  test('swapped, keeps the other one as the winner of every pair', async () => {
    const { importing, project, preview } = await openImport();
    await importing.open([fiveRows]);
    const [before] = preview()!.examples;
    importing.swap();
    const [after] = preview()!.examples;
    expect(after[after.verdict as 'a' | 'b'].text).toBe(before[before.verdict === 'a' ? 'b' : 'a'].text);
    await importing.keep();
    expect(project.pairs.map(({ chosen }) => chosen)).toEqual(['Bad 0', 'Bad 1', 'Bad 2', 'Bad 3', 'Bad 4']);
  });

  test('swapped twice is as it was', async () => {
    const { importing, project } = await openImport();
    await importing.open([fiveRows]);
    importing.swap();
    importing.swap();
    await importing.keep();
    expect(project.pairs[0].chosen).toBe('Good 0');
  });

  test('discarded leaves nothing behind', async () => {
    const { importing, project, storage } = await openImport();
    await importing.open([fiveRows]);
    await importing.discard();
    expect(importing.status.kind).toBe('idle');
    expect(await storage.loadProject(project.project.id)).toEqual({
      comparisons: [],
      events: [],
      imports: [],
    });
  });

  test('read a second time is all duplicates, but what was deleted comes in again', async () => {
    const { importing, project, preview } = await openImport();
    await importing.open([fiveRows]);
    await importing.keep();
    await project.delete(project.comparisons.slice(0, 2).map(({ id }) => id));
    await importing.open([fiveRows]);
    expect(preview()!.report).toMatchObject({ imported: 2 });
    expect(preview()!.report.duplicates).toHaveLength(3);
    await importing.keep();
    expect(project.comparisons).toHaveLength(5);
    expect(project.counts).toMatchObject({ preferences: 5, deleted: 0 });
  });

  test('offers its rejected rows as a table', async () => {
    const { importing } = await openImport();
    await importing.open([fileOf('bad.jsonl', [row(0), '{"chosen": 7}'])]);
    expect(importing.exportRejected()!.name).toBe('bad.jsonl.rejected.csv');
    expect(importing.exportRejected()!.text).toContain('"bad.jsonl",2,');
  });
});

test('several files wait for each other; one that cannot be read does not stop the rest', async () => {
  const { importing, preview } = await openImport();
  const other = fileOf('other.jsonl', [row(7)]);
  await importing.open([fileOf('empty.jsonl', []), fiveRows, other]);
  expect(preview()!.report.file).toBe('five.jsonl');
  expect(importing.waiting).toEqual([other]);
  await importing.keep();
  expect(preview()!.report.file).toBe('other.jsonl');
  await importing.discard();
  expect(importing.outcomes.map(({ kind }) => kind)).toEqual(['failed', 'kept', 'discarded']);
});

test('cancelling while a file is read keeps nothing', async () => {
  const { importing, project } = await openImport();
  const rows = Array.from({ length: 20_000 }, (_, index) => row(index));
  const reading = importing.open([fileOf('long.jsonl', rows)]);
  await importing.cancel();
  await reading;
  expect(importing.outcomes).toEqual([{ kind: 'cancelled', file: 'long.jsonl' }]);
  expect(project.comparisons).toHaveLength(0);
});

test('a file that cannot be stored changes nothing and says why', async () => {
  const { importing, project, storage } = await openImport();
  await importing.open([fiveRows]);
  storage.close();
  await importing.keep();
  expect(importing.outcomes).toMatchObject([{ kind: 'failed', file: 'five.jsonl' }]);
  expect(project.comparisons).toHaveLength(0);
});
