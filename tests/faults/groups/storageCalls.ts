/**
 * The storage while its database fails: one session is run again and again, and each time another call to IndexedDB
 * fails, in each of six ways. What was acknowledged is there afterwards, what was refused is not, nothing is there in
 * part, and every promise settles.
 */
import type { FaultContext, FaultRow } from '../group.ts';
import { FAILURES, FailingIndexedDb, type Failure } from '../failingIndexedDb.ts';
import { openIdbStorage } from '../../../src/storage/idbStorage.ts';
import type { AppStorage, ProjectAddition } from '../../../src/storage/appStorage.ts';
import { sampleComparison, sampleHead, sampleJudgment, sampleProject } from '../../helpers/storageSamples.ts';

/** Every so many calls one fails. */
const STEP = { small: 7, push: 1, nightly: 1 } as const;
const SESSIONS = { small: 1, push: 1, nightly: 20 } as const;
/** Nothing here takes a tenth of it. */
const SETTLED_MS = 2_000;

interface Tally {
  injected: number;
  survived: number;
  lost: number;
  acknowledged: number;
  refused: number;
  unsettled: number;
}

export async function run(context: FaultContext): Promise<FaultRow[]> {
  const rows: FaultRow[] = [];
  let databases = 0;
  for (const failure of FAILURES) {
    const tally: Tally = { injected: 0, survived: 0, lost: 0, acknowledged: 0, refused: 0, unsettled: 0 };
    for (let session = 0; session < SESSIONS[context.size]; session++) {
      const batches = Array.from({ length: 4 }, () => 1 + context.random.integer(4));
      const calls = await countCalls(`calls-${databases++}`, batches);
      for (let at = context.random.integer(STEP[context.size]); at < calls; at += STEP[context.size]) {
        await failAt(`calls-${databases++}`, at, failure, batches, tally);
      }
    }
    const { injected, survived, lost, acknowledged, refused, unsettled } = tally;
    const detail = `${acknowledged} acts acknowledged, ${refused} refused, ${unsettled} promises unsettled`;
    rows.push({ fault: `IndexedDB: ${failure}, at every call`, injected, survived, lost, detail });
  }
  return rows;
}

async function countCalls(name: string, batches: readonly number[]): Promise<number> {
  const database = new FailingIndexedDb();
  await new Session().run(name, batches);
  database.heal();
  return database.calls;
}

async function failAt(
  name: string,
  at: number,
  failure: Failure,
  batches: readonly number[],
  tally: Tally,
): Promise<void> {
  const database = new FailingIndexedDb();
  database.fail(at, failure);
  const session = new Session();
  await session.run(name, batches);
  database.heal();
  if (!database.hasFailed) return;
  const missing = await session.missing(name);
  tally.injected++;
  tally.survived += missing === 0 && session.unsettled === 0 ? 1 : 0;
  tally.lost += missing;
  tally.acknowledged += session.acknowledged.size;
  tally.refused += session.refused.size;
  tally.unsettled += session.unsettled;
}

/** What a person may do to a project, several acts at a time. */
class Session {
  readonly acknowledged = new Set<string>();
  readonly refused = new Set<string>();
  unsettled = 0;

  async run(name: string, batches: readonly number[]): Promise<void> {
    let storage: AppStorage | undefined;
    await this.#settle('open', async () => (storage = await openIdbStorage({ name })));
    if (!storage) return;
    const shelf = storage;
    await this.#settle('project', () => shelf.putProject(sampleProject('p')));
    for (const [batch, size] of batches.entries()) {
      const ids = Array.from({ length: size }, (_, index) => `${batch}-${index}`);
      const added = ids.map((id) => this.#settle(id, () => shelf.add('p', additionOf(id))));
      await this.#settle('load', () => shelf.loadProject('p'));
      await Promise.all(added);
      await this.#settle('head', () => shelf.putHead('p', sampleHead('h', Float32Array.of(1, 2))));
    }
    await this.#settle('close', async () => shelf.close());
  }

  /** Acts that were acknowledged and are not there, or are there in part, or were refused and are there. */
  async missing(name: string): Promise<number> {
    const storage = await openIdbStorage({ name });
    const { comparisons, events } = await storage.loadProject('p');
    const projects = await storage.listProjects();
    storage.close();
    const [shown, judged] = [comparisons, events].map((records) => records.map(({ id }) => id));
    const isWrong = (id: string): boolean => {
      const copies = [shown, judged].map((ids) => ids.filter((other) => other === id).length);
      const wanted = this.acknowledged.has(id) ? 1 : 0;
      return copies.some((count) => count !== wanted);
    };
    const acts = [...this.acknowledged, ...this.refused].filter((id) => id.includes('-'));
    const isProjectThere = projects.length === (this.acknowledged.has('project') ? 1 : 0);
    return acts.filter(isWrong).length + (isProjectThere ? 0 : 1);
  }

  /** Once a promise does not settle, those behind it cannot either. */
  async #settle(id: string, act: () => Promise<unknown>): Promise<void> {
    if (this.unsettled > 0) return;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => (timer = setTimeout(() => resolve('late'), SETTLED_MS)));
    try {
      if ((await Promise.race([act(), late])) === 'late') this.unsettled++;
      else this.acknowledged.add(id);
    } catch {
      this.refused.add(id);
    } finally {
      clearTimeout(timer);
    }
  }
}

function additionOf(id: string): ProjectAddition {
  return { comparisons: [sampleComparison(id)], events: [sampleJudgment(id, id)] };
}
