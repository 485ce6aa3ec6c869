import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ProjectContents } from '../../src/storage/appStorage.ts';
import { JournaledStorage, reconcile, type JournalContext } from '../../src/storage/journaledStorage.ts';
import { openKept } from '../../src/storage/openKept.ts';
import { createMemoryStorage } from '../../src/storage/memoryStorage.ts';
import { arbitraryProjects, fill } from '../helpers/arbitraryProjects.ts';
import { MemoryJournal } from '../helpers/memoryJournal.ts';
import { describeStorageContract } from '../helpers/storageContract.ts';
import { everythingIn, sampleComparison, sampleJudgment, sampleProject } from '../helpers/storageSamples.ts';

function context(problems: (string | undefined)[] = []): JournalContext {
  let [time, ids] = [0, 0];
  return {
    now: () => ++time,
    createId: () => `act-${++ids}`,
    newSettings: sampleProject('new').settings,
    onProblem: (problem) => problems.push(problem),
  };
}

function openJournaled() {
  const [inner, journal] = [createMemoryStorage(), new MemoryJournal()];
  const problems: (string | undefined)[] = [];
  return { inner, journal, problems, storage: new JournaledStorage(inner, journal, context(problems)) };
}

describeStorageContract('The storage with a journal', () => Promise.resolve(openJournaled().storage));

/** Heads follow from the rest and are not in the journal. */
const withoutHeads = (everything: unknown): unknown =>
  (everything as { project: unknown; contents: unknown }[]).map(({ project, contents }) => ({
    project,
    contents,
  }));

/** Numbers that JSON cannot say, infinite or none, are in no judgment that the app makes. */
function withFiniteNumbers({ comparisons, events, imports }: ProjectContents): ProjectContents {
  const finite = (_key: string, value: unknown): unknown =>
    typeof value === 'number' && !Number.isFinite(value) ? 0 : value;
  const text = JSON.stringify({ comparisons, events, imports }, finite);
  return JSON.parse(text) as ProjectContents;
}

describe('a database that was lost', () => {
  test('gets everything back from the journal, whatever it was, and nothing that was deleted', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryProjects, fc.nat(2), async (drawn, deleted) => {
        const projects = drawn.map((project) => ({ ...project, ...withFiniteNumbers(project) }));
        const { storage, journal } = openJournaled();
        await fill(storage, projects);
        const victim = projects[deleted];
        if (victim) await storage.deleteProject(victim.project.id);
        const before = withoutHeads(await everythingIn(storage));
        const empty = createMemoryStorage();
        const restored = await reconcile(empty, journal, context());
        expect(JSON.stringify(withoutHeads(await everythingIn(empty)))).toBe(JSON.stringify(before));
        expect(restored.records).toBe(await storage.countRecords());
      }),
      { numRuns: 60 },
    );
  });

  test('in part gets the missing part, and keeps its own names', async () => {
    const { storage, journal, inner } = openJournaled();
    await storage.putProject(sampleProject('p'));
    await storage.add('p', { comparisons: [sampleComparison('c')], events: [sampleJudgment('1', 'c')] });
    await storage.add('p', { events: [sampleJudgment('2', 'c'), sampleJudgment('3', 'c')] });
    const behind = createMemoryStorage();
    await behind.putProject({ ...sampleProject('p'), name: 'Renamed since' });
    await behind.add('p', { comparisons: [sampleComparison('c')], events: [sampleJudgment('1', 'c')] });
    expect(await reconcile(behind, journal, context())).toEqual({ projects: 0, records: 2, refused: 0 });
    expect((await behind.listProjects())[0].name).toBe('Renamed since');
    expect((await behind.loadProject('p')).events).toEqual((await inner.loadProject('p')).events);
    expect(await reconcile(behind, journal, context())).toEqual({ projects: 0, records: 0, refused: 0 });
  });

  test('gets the name and settings that held, not those of a later addition', async () => {
    const { storage, journal } = openJournaled();
    const project = sampleProject('p');
    await storage.add('p', { project });
    await storage.add('p', { project: { ...project, name: 'Too late' }, events: [sampleJudgment('1', 'c')] });
    const empty = createMemoryStorage();
    await reconcile(empty, journal, context());
    expect(await empty.listProjects()).toEqual([project]);
  });

  test('does not take in what another Palate wrote, and says how much that was', async () => {
    const { storage, journal } = openJournaled();
    await storage.putProject(sampleProject('p'));
    const strange = { ...sampleJudgment('1', 'c'), colour: 'green' };
    await storage.add('p', { events: [strange, sampleJudgment('2', 'c')] });
    const empty = createMemoryStorage();
    expect(await reconcile(empty, journal, context())).toEqual({ projects: 1, records: 1, refused: 1 });
    expect((await empty.loadProject('p')).events).toEqual([sampleJudgment('2', 'c')]);
    expect(await journal.count()).toBe(2);
  });

  test('is given the records of a project whose name was damaged', async () => {
    const { storage, journal } = openJournaled();
    await storage.putProject(sampleProject('p'));
    await storage.add('p', { events: [sampleJudgment('1', 'c')] });
    journal.files[0] = journal.files[0].split('\n').slice(1).join('\n');
    const empty = createMemoryStorage();
    expect(await reconcile(empty, journal, context())).toEqual({ projects: 1, records: 1, refused: 0 });
    expect((await empty.listProjects())[0]).toMatchObject({ id: 'p', name: 'Restored' });
  });
});

describe('a journal', () => {
  test('that fails takes nothing from the database, is told, and catches up later', async () => {
    const { storage, journal, problems, inner } = openJournaled();
    await storage.putProject(sampleProject('p'));
    journal.failure = new Error('The disk is full.');
    await storage.add('p', { events: [sampleJudgment('1', 'c')] });
    await storage.add('p', { events: [sampleJudgment('2', 'c')] });
    journal.failure = undefined;
    await storage.add('p', { events: [sampleJudgment('3', 'c')] });
    expect(problems).toEqual(['The disk is full.', 'The disk is full.', undefined]);
    expect(await inner.countRecords()).toBe(3);
    expect(await journal.count()).toBe(1);
    await reconcile(inner, journal, context());
    expect(await journal.count()).toBe(3);
  });

  test('tells that judgments were kept, for a mark outside both copies', async () => {
    let kept = 0;
    const storage = new JournaledStorage(createMemoryStorage(), new MemoryJournal(), {
      ...context(),
      onKept: () => kept++,
    });
    await storage.putProject(sampleProject('p'));
    await storage.add('p', { comparisons: [sampleComparison('c')] });
    await storage.add('nobody', { events: [sampleJudgment('1', 'c')] }).catch(() => undefined);
    expect(kept).toBe(0);
    await storage.add('p', { events: [sampleJudgment('1', 'c')] });
    expect(kept).toBe(1);
  });

  test('holds nothing that the database refused', async () => {
    const { storage, journal } = openJournaled();
    await expect(storage.add('nobody', { events: [sampleJudgment('1', 'c')] })).rejects.toThrow();
    expect(journal.files[0]).toBe('');
  });

  test('holds nothing of a project that was deleted', async () => {
    const { storage, journal } = openJournaled();
    for (const id of ['p', 'q']) await storage.putProject(sampleProject(id));
    await storage.add('p', { comparisons: [sampleComparison('secret')] });
    await storage.deleteProject('p');
    expect(journal.files.join('')).not.toContain('secret');
    expect((await journal.read()).acts.map((act) => 'projectId' in act && act.projectId)).toEqual(['q']);
  });

  test('is compacted between acts, never within one of many lines', async () => {
    const { storage, journal, inner } = openJournaled();
    await storage.putProject(sampleProject('p'));
    const append = journal.append.bind(journal);
    let compacted: Promise<void> | undefined;
    journal.append = async (lines) => {
      await append(lines);
      compacted ??= storage.compactJournal();
      await Promise.resolve();
    };
    const comparisons = Array.from({ length: 1_200 }, (_, n) => sampleComparison(String(n)));
    await storage.add('p', { comparisons });
    await compacted;
    expect(await journal.count()).toBe(await inner.countRecords());
  });

  test('is written before an act is called kept', async () => {
    const { storage, journal } = openJournaled();
    await storage.putProject(sampleProject('p'));
    const append = journal.append.bind(journal);
    let release = (): void => undefined;
    journal.append = async (lines) => {
      await new Promise<void>((resolve) => (release = resolve));
      return append(lines);
    };
    let isKept = false;
    const kept = storage.add('p', { events: [sampleJudgment('1', 'c')] }).then(() => (isKept = true));
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(isKept).toBe(false);
    release();
    await kept;
  });
});

describe('a database that cannot be opened', () => {
  const forgets = () => ({ storage: createMemoryStorage(), reason: 'Forgets.' });

  test('leaves the work to the journal, from which the next start reads it', async () => {
    const journal = new MemoryJournal();
    const first = await openKept(forgets(), journal, context());
    expect(first.keptIn).toBe('journal');
    await first.storage.putProject(sampleProject('p'));
    await first.storage.add('p', { events: [sampleJudgment('1', 'c')] });
    const next = await openKept(forgets(), journal, context());
    expect(await next.reconcile()).toEqual({ projects: 0, records: 0, refused: 0 });
    expect((await next.storage.loadProject('p')).events).toEqual([sampleJudgment('1', 'c')]);
  });

  test('makes the journal the one to say whether an act is kept, and a second try keeps it once', async () => {
    const journal = new MemoryJournal();
    const { storage } = await openKept(forgets(), journal, context());
    await storage.putProject(sampleProject('p'));
    journal.failure = new Error('The disk is full.');
    await expect(storage.add('p', { events: [sampleJudgment('1', 'c')] })).rejects.toThrow(
      'The disk is full.',
    );
    journal.failure = undefined;
    await storage.add('p', { events: [sampleJudgment('1', 'c'), sampleJudgment('2', 'c')] });
    const next = await openKept(forgets(), journal, context());
    await next.reconcile();
    expect((await next.storage.loadProject('p')).events).toHaveLength(2);
  });

  test('without a journal either is said to forget', async () => {
    const journal = new MemoryJournal();
    journal.count = () => Promise.reject(new Error('no such thing'));
    expect(await openKept(forgets(), journal, context())).toMatchObject({
      keptIn: 'memory',
      reason: 'Forgets.',
    });
  });
});
