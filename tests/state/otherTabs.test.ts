import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { coalesced, tellingStorage, type TabChannel } from '../../src/state/otherTabs.ts';
import type { AppStorage } from '../../src/storage/appStorage.ts';
import { createMemoryStorage } from '../../src/storage/memoryStorage.ts';
import { openApp, tickingEnvironment } from './openApp.ts';

/** Channels of which each hears what the others tell, a turn later, as between the tabs of a browser. */
function joinedChannels(count: number): TabChannel[] {
  const listeners: ((projectId: string) => void)[][] = Array.from({ length: count }, () => []);
  return listeners.map((own) => ({
    tell: (projectId) =>
      setTimeout(() =>
        listeners
          .filter((other) => other !== own)
          .flat()
          .forEach((hear) => hear(projectId)),
      ),
    listen: (hear) => void own.push(hear),
  }));
}

async function openTab(shelf: AppStorage, otherTabs: TabChannel, start: number) {
  const storage = tellingStorage(shelf, otherTabs);
  const { app } = await openApp({ storage, otherTabs, environment: tickingEnvironment(start) });
  return app;
}

type Tab = Awaited<ReturnType<typeof openTab>>;

async function openTwoTabs(): Promise<[Tab, Tab]> {
  const shelf = createMemoryStorage();
  const [one, other] = joinedChannels(2);
  return [await openTab(shelf, one, 0), await openTab(shelf, other, 1_000_000)];
}

/** Until all that was told was heard and read. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setTimeout(resolve));
}

const ACTS = {
  first: (tab: Tab) => tab.open.compare.judge('first'),
  second: (tab: Tab) => tab.open.compare.judge('second'),
  tie: (tab: Tab) => tab.open.compare.judge('tie'),
  undo: (tab: Tab) => tab.open.compare.undo(),
  redo: (tab: Tab) => tab.open.compare.redo(),
  /** Time to hear of each other. */
  wait: () => settled(),
};

const shownBy = ({ open: { project, compare } }: Tab) => ({
  events: project.events,
  states: project.states,
  counts: project.counts,
  judged: compare.judged,
  canRedo: project.canRedo,
});

describe('two tabs on one project', () => {
  test('end with the same events, states and counts, whatever is done in which order, and lose none', async () => {
    const act = fc.constantFrom(...(Object.keys(ACTS) as (keyof typeof ACTS)[]));
    const steps = fc.array(fc.tuple(fc.nat(1), act), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(steps, async (acts) => {
        const tabs = await openTwoTabs();
        await Promise.all(acts.map(([tab, name]) => ACTS[name](tabs[tab])));
        for (const [tab, name] of acts) await ACTS[name](tabs[tab]);
        await settled();
        expect(shownBy(tabs[0])).toEqual(shownBy(tabs[1]));
        const verdicts = acts.filter(([, name]) => ['first', 'second', 'tie'].includes(name)).length;
        const { events } = tabs[0].open.project;
        // The deck has nine pairs: beyond them there may be nothing to judge.
        const judged = events.filter(({ kind }) => kind === 'judgment').length;
        expect(judged).toBeLessThanOrEqual(2 * verdicts);
        if (2 * verdicts <= 9) expect(judged).toBe(2 * verdicts);
      }),
      { numRuns: 60 },
    );
  });

  test('show the next pair where the other judged the one on screen, else keep it', async () => {
    const [one, other] = await openTwoTabs();
    const shown = other.open.compare.pair!.comparison.id;
    other.open.compare.present(shown);
    await one.open.compare.judge('first');
    await settled();
    const next = other.open.compare.pair!.comparison.id;
    expect(next).not.toBe(shown);
    other.open.compare.present(next);
    await one.open.compare.undo();
    await settled();
    expect(one.open.compare.pair!.comparison.id).toBe(shown);
    expect(other.open.compare.pair!.comparison.id).toBe(next);
  });

  test('take back the latest act that either shows', async () => {
    const [one, other] = await openTwoTabs();
    await one.open.compare.judge('first');
    await settled();
    await other.open.compare.undo();
    await settled();
    expect([one.open.compare.judged, other.open.compare.judged]).toEqual([0, 0]);
    await one.open.compare.redo();
    await settled();
    expect([one.open.compare.judged, other.open.compare.judged]).toEqual([1, 1]);
  });

  test('count the pairs both judged, differently, before they heard of each other', async () => {
    const [one, other] = await openTwoTabs();
    await Promise.all([one.open.compare.judge('first'), other.open.compare.judge('second')]);
    await settled();
    await Promise.all([one.open.compare.judge('tie'), other.open.compare.judge('tie')]);
    await settled();
    for (const { open } of [one, other]) {
      expect(open.project.judgedElsewhere.size).toBe(1);
      expect(open.project.events).toHaveLength(4);
      expect(open.compare.judged).toBe(2);
    }
  });

  test('both count a pair whose verdict was given while the other verdict was being read', async () => {
    const [one, other] = await openTwoTabs();
    await other.open.compare.judge('second');
    const reading = one.open.project.reload();
    await Promise.all([reading, one.open.compare.judge('first')]);
    await settled();
    for (const { open } of [one, other]) {
      expect(open.project.judgedElsewhere.size).toBe(1);
      expect(open.project.events).toHaveLength(2);
    }
  });

  test('do not count a verdict that the other tab changed before it was heard of here', async () => {
    const [one, other] = await openTwoTabs();
    await other.open.compare.judge('second');
    const { comparisonId } = other.open.project.answers[0];
    await settled();
    await other.open.project.judge(comparisonId, {
      ...{ verdict: 'tie', strength: 1, shownFirst: 'a', durationMs: 0 },
    });
    await settled();
    expect([one, other].map(({ open }) => open.project.judgedElsewhere.size)).toEqual([0, 0]);
  });

  test('keep each the setting the other changed', async () => {
    const [one, other] = await openTwoTabs();
    await one.renameProject('Ours');
    await settled();
    await other.open.project.updateSettings({ seed: 5 });
    await settled();
    for (const { open } of [one, other]) {
      expect(open.project.project).toMatchObject({ name: 'Ours', settings: { seed: 5 } });
    }
    expect(other.projects.map(({ name }) => name)).toEqual(['Ours']);
  });

  test('say when the other deleted the project, and open the same one in its place', async () => {
    const [one, other] = await openTwoTabs();
    await one.open.compare.judge('first');
    await one.deleteProject();
    await settled();
    expect(other.keeping.notice).toBe('“My taste” was deleted in another tab. This is “My taste”.');
    expect(other.open.project.project.id).toBe(one.open.project.project.id);
    expect([other.projects.length, one.keeping.notice]).toEqual([1, undefined]);
    await other.open.compare.judge('first');
    await settled();
    expect(one.open.compare.judged).toBe(1);
  });
});

test('a burst of news is answered by two runs: the one under way, and one after it', async () => {
  let runs = 0;
  const run = coalesced(async () => {
    runs++;
    await settled();
    if (runs === 1) throw new Error('The storage did not answer.');
  });
  for (let call = 0; call < 10; call++) run();
  for (let turn = 0; turn < 4; turn++) await settled();
  expect(runs).toBe(2);
  run();
  await settled();
  expect(runs).toBe(3);
});
