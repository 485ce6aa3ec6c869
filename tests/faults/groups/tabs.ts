/**
 * Several tabs that judge the same pairs at once: every verdict of every tab is kept, all tabs come to show the same,
 * and every pair that two of them judged differently is listed in both. `--seed` repeats what each tab gives, not when.
 */
import type { Page } from 'playwright';
import type { Random } from '../../../src/core/random.ts';
import { formatCount, notTested, sum, type FaultContext, type FaultRow } from '../group.ts';
import { countOn, judgedOn, storedRecords, type StoredEvent } from '../judging.ts';
import { findObstacle } from '../machine.ts';
import { openPairsIn } from '../openPairs.ts';
import { Profile } from '../profile.ts';

interface Round {
  readonly tabs: number;
  readonly verdicts: number;
}

const ROUNDS: Readonly<Record<FaultContext['size'], readonly Round[]>> = {
  small: [{ tabs: 2, verdicts: 30 }],
  push: [
    { tabs: 2, verdicts: 200 },
    { tabs: 3, verdicts: 60 },
  ],
  nightly: [
    ...Array.from({ length: 10 }, () => ({ tabs: 2, verdicts: 1_000 })),
    ...Array.from({ length: 10 }, () => ({ tabs: 3, verdicts: 500 })),
  ],
};

export async function run(context: FaultContext): Promise<FaultRow[]> {
  const rows: FaultRow[] = [];
  for (const round of ROUNDS[context.size]) {
    const fault = `${round.tabs} tabs judge at once`;
    const obstacle = findObstacle();
    rows.push(obstacle ? notTested(fault, obstacle) : await judgingAtOnce(fault, round, context));
  }
  return rows;
}

async function judgingAtOnce(
  fault: string,
  { tabs, verdicts }: Round,
  context: FaultContext,
): Promise<FaultRow> {
  const address = await context.address();
  const profile = new Profile('LevelDB');
  const first = await profile.open(address);
  await openPairsIn(first, tabs * verdicts + 50);
  const pages = [first];
  while (pages.length < tabs) pages.push(await profile.openTab(address));
  await Promise.all(pages.map((page) => judgedOn(page, 0)));

  const plans = pages.map(() => planOf(verdicts, context.random));
  await Promise.all(pages.map((page, index) => judgeAsPlanned(page, plans[index])));
  const storedAt = await whenStored(first, tabs * verdicts);
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  const changes = await Promise.all(pages.map((page) => page.evaluate<number>('globalThis.lastChange')));
  const convergenceMs = Math.max(0, Math.max(...changes) - storedAt);

  const { events } = await storedRecords(first);
  const kept = new Set(events.filter(({ kind }) => kind === 'judgment').map(({ id }) => id)).size;
  const lost = tabs * verdicts - kept;
  const shown = await Promise.all(pages.map(countOn));
  const isSame = new Set(shown).size === 1;
  const made = countConflicts(events);
  const listed = await Promise.all(pages.map(conflictsListed));
  // Each tab lists what concerns it; a conflict concerns two at least.
  const isListed = listed.every((count) => count <= made) && sum(listed) >= 2 * made;
  await Promise.all(pages.map((page) => page.reload()));
  const afterwards = await Promise.all(pages.map((page) => judgedOn(page, shown[0])));
  const staysSame = afterwards.every((count) => count === shown[0]);
  await profile.close();
  profile.remove();
  const detail =
    `${formatCount(kept)} of ${formatCount(tabs * verdicts)} kept, all tabs show ${[...new Set(shown)].join(' and ')}, ` +
    `${convergenceMs} ms after the last was kept; ${made} conflicts, listed ${listed.join(' and ')}`;
  return {
    fault,
    injected: tabs * verdicts,
    survived: isSame && staysSame && isListed ? kept : 0,
    lost,
    detail,
  };
}

type Plan = readonly (readonly ('ArrowLeft' | 'ArrowRight')[])[];

/** So many verdicts, one to three at a time. */
function planOf(verdicts: number, random: Random): Plan {
  const plan: ('ArrowLeft' | 'ArrowRight')[][] = [];
  for (let left = verdicts; left > 0; left -= plan.at(-1)!.length) {
    const count = Math.min(left, 1 + random.integer(3));
    plan.push(Array.from({ length: count }, () => (random.next() < 0.5 ? 'ArrowLeft' : 'ArrowRight')));
  }
  return plan;
}

/** Gives the next few when the page says "Saved"; some may still be on their way then. */
function judgeAsPlanned(page: Page, plan: Plan): Promise<void> {
  return page.evaluate(async (parts) => {
    const told = globalThis as unknown as { lastChange: number };
    const shown = document.querySelector('[data-testid=judged]')!;
    const state = document.querySelector('.saved')!;
    new MutationObserver(() => (told.lastChange = Date.now())).observe(shown, {
      characterData: true,
      subtree: true,
      childList: true,
    });
    const isKept = () => /^\s*Saved/.test(state.textContent);
    for (const codes of parts) {
      for (const code of codes) window.dispatchEvent(new KeyboardEvent('keydown', { code }));
      do await new Promise((resolve) => setTimeout(resolve));
      while (!isKept());
    }
  }, plan);
}

/** @returns when the database held so many events, or the time after half a minute without */
function whenStored(page: Page, count: number): Promise<number> {
  return page.evaluate(async (expected) => {
    const settled = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error!);
      });
    const database = await settled(indexedDB.open('palate'));
    const deadline = Date.now() + 30_000;
    while ((await settled(database.transaction('events').objectStore('events').count())) < expected) {
      if (Date.now() > deadline) break;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    database.close();
    return Date.now();
  }, count);
}

/** Pairs on which different verdicts were given; one that was asked twice on purpose is none. */
function countConflicts(events: readonly StoredEvent[]): number {
  const verdicts = new Map<string, Set<string>>();
  for (const { kind, comparisonId, verdict, isRepeat } of events) {
    if (kind !== 'judgment' || isRepeat) continue;
    const given = verdicts.get(comparisonId!) ?? new Set();
    verdicts.set(comparisonId!, given.add(verdict!));
  }
  return [...verdicts.values()].filter((given) => given.size > 1).length;
}

async function conflictsListed(page: Page): Promise<number> {
  const note = page.getByTestId('elsewhere');
  if (!(await note.isVisible())) return 0;
  return Number(/[\d,]+/.exec((await note.textContent())!)![0].replaceAll(',', ''));
}
