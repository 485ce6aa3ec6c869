/**
 * Browsers that end in the middle of something larger than a judgment: an import is there as a whole or not at all, and
 * can be done again; training costs no judgment; an older database is afterwards the old one or the new one, never half.
 */
import type { Page } from 'playwright';
import { DATABASE_VERSION } from '../../../src/storage/schema.ts';
import { notTested, type FaultContext, type FaultRow } from '../group.ts';
import { judgedOn, judgeSlowly, storedRecords } from '../judging.ts';
import { findObstacle } from '../machine.ts';
import { preferenceFile } from '../openPairs.ts';
import { BACKENDS, ENDS, Profile, type Backend, type End } from '../profile.ts';

/** Of each kind, on each backend. */
const ROUNDS = { small: 1, push: 1, nightly: 20 } as const;
const IMPORTED = 3_000;
const JUDGED_BEFORE = 3;
const OLD_HEADS = 40;

type Interruption = (profile: Profile, how: End, context: FaultContext) => Promise<Cost>;

interface Cost {
  /** Records that should be there and are not, or are there in part. */
  readonly lost: number;
  readonly isDone: boolean;
}

const INTERRUPTIONS: Readonly<Record<string, Interruption>> = {
  'while a file is imported': interruptImport,
  'while a head is trained': interruptTraining,
  'while an older database is upgraded': interruptUpgrade,
};

export async function run(context: FaultContext): Promise<FaultRow[]> {
  const rows: FaultRow[] = [];
  const backends = Object.keys(BACKENDS) as Backend[];
  for (const [place, backend] of backends.entries()) {
    for (const [index, [name, interrupt]] of Object.entries(INTERRUPTIONS).entries()) {
      if (context.size === 'small' && index % backends.length !== place) continue;
      const fault = `killed ${name}, ${backend}`;
      const obstacle = findObstacle();
      rows.push(
        obstacle ? notTested(fault, obstacle) : await interrupting(fault, backend, interrupt, context),
      );
    }
  }
  return rows;
}

async function interrupting(
  fault: string,
  backend: Backend,
  interrupt: Interruption,
  context: FaultContext,
): Promise<FaultRow> {
  const injected = ROUNDS[context.size];
  let [survived, lost, done] = [0, 0, 0];
  for (let round = 0; round < injected; round++) {
    const profile = new Profile(backend);
    const how = ENDS[context.random.integer(ENDS.length)];
    const cost = await interrupt(profile, how, context);
    const hasBackend = profile.databaseFolder() !== undefined;
    await profile.close();
    profile.remove();
    if (!hasBackend) return notTested(fault, `this browser does not keep databases in ${backend}`);
    survived += cost.lost === 0 ? 1 : 0;
    lost += cost.lost;
    done += cost.isDone ? 1 : 0;
  }
  return { fault, injected, survived, lost, detail: `${done} had taken effect before the end` };
}

async function interruptImport(profile: Profile, how: End, context: FaultContext): Promise<Cost> {
  const address = await context.address();
  const page = await profile.open(address);
  await judgedOn(page, 0);
  await judgeSlowly(page, JUDGED_BEFORE);
  const keep = await openFile(page, address);
  await keep.click();
  await new Promise((resolve) => setTimeout(resolve, 1_000 * context.random.next()));
  await profile.end(how, page);

  const next = await profile.open(address);
  const judged = await judgedOn(next, JUDGED_BEFORE);
  const kept = await importedIn(next);
  const isWhole = kept === 0 || kept === IMPORTED;
  if (kept === 0) {
    await (await openFile(next, address)).click();
    await next.getByText(/3,000/).first().waitFor();
  }
  await next.reload();
  await next.goto(`${address}#/compare`);
  await judgedOn(next, JUDGED_BEFORE);
  const lacking = IMPORTED - (await importedIn(next));
  return {
    lost: Math.max(0, JUDGED_BEFORE - judged) + (isWhole ? 0 : kept) + Math.abs(lacking),
    isDone: kept > 0,
  };
}

/** Opens a file up to its preview. @returns the button that keeps it */
async function openFile(page: Page, address: string) {
  await page.goto(`${address}#/data`);
  await page.locator('input[type=file]').first().setInputFiles(preferenceFile('pairs', IMPORTED));
  return page.getByRole('button', { name: /^Keep/ });
}

async function importedIn(page: Page): Promise<number> {
  const { comparisons } = await storedRecords(page);
  return comparisons.filter(({ source }) => source.kind === 'import').length;
}

async function interruptTraining(profile: Profile, how: End, context: FaultContext): Promise<Cost> {
  const address = await context.address();
  const page = await profile.open(address);
  await judgedOn(page, 0);
  const kept = await judgeSlowly(page, 24);
  await page.goto(`${address}#/model`);
  await page
    .getByRole('button', { name: /^Train/ })
    .first()
    .click();
  await new Promise((resolve) => setTimeout(resolve, 1_000 * context.random.next()));
  await profile.end(how, page);

  const next = await profile.open(address);
  const judged = await judgedOn(next, kept);
  const heads = await next.evaluate(async () => {
    const settled = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve) => (request.onsuccess = () => resolve(request.result)));
    const database = await settled(indexedDB.open('palate'));
    const transaction = database.transaction(['heads', 'encoderStates']);
    const [trained, states] = await Promise.all([
      settled(transaction.objectStore('heads').getAll()),
      settled(transaction.objectStore('encoderStates').getAllKeys()),
    ]);
    database.close();
    const known = new Set(states.map((key) => (key as string[])[1]));
    const isWhole = (entry: { stored: { head: { provenance: { encoderStateId: string } } } }) =>
      known.has(entry.stored.head.provenance.encoderStateId);
    return { all: trained.length, whole: trained.filter(isWhole).length };
  });
  return { lost: Math.max(0, kept - judged) + heads.all - heads.whole, isDone: heads.all > 0 };
}

async function interruptUpgrade(profile: Profile, how: End, context: FaultContext): Promise<Cost> {
  const address = await context.address();
  const bare = new URL('decks/everyday.json', address).href;
  const page = await profile.open(bare);
  await page.evaluate(writeFirstVersion, OLD_HEADS);
  page.goto(address).catch(() => undefined); // It may end on the way.
  await new Promise((resolve) => setTimeout(resolve, 1_200 * context.random.next()));
  await profile.end(how, page);

  const between = await profile.open(bare);
  const found = await between.evaluate(inspectVersion, [OLD_HEADS, DATABASE_VERSION] as const);
  await between.goto(address);
  const judged = await judgedOn(between, 1);
  await between.goto(bare);
  const after = await between.evaluate(inspectVersion, [OLD_HEADS, DATABASE_VERSION] as const);
  const isUpgraded = after.version === DATABASE_VERSION && after.isWhole;
  return {
    lost: (found.isWhole ? 0 : 1) + (isUpgraded ? 0 : 1) + Math.max(0, 1 - judged),
    isDone: found.version === DATABASE_VERSION,
  };
}

/** A database of version 1 with heads that each hold a large state of their encoder. */
async function writeFirstVersion(heads: number): Promise<void> {
  const request = indexedDB.open('palate', 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore('projects', { keyPath: 'id' });
    for (const log of ['comparisons', 'events', 'imports']) {
      request.result.createObjectStore(log, { keyPath: ['projectId', 'record.id'] });
    }
    request.result.createObjectStore('counters');
    request.result.createObjectStore('heads', { keyPath: ['projectId', 'stored.head.id'] });
    request.result.createObjectStore('measurements');
  };
  await new Promise((resolve) => (request.onsuccess = resolve));
  const database = request.result;
  const transaction = database.transaction([...database.objectStoreNames], 'readwrite');
  const settings = { encoderId: 'builtin-1', headKind: 'mlp', backend: 'auto', seed: 7 };
  // The project that is opened is the newer one; the heads are not looked at.
  transaction.objectStore('projects').put({ id: 'p', name: 'Old', createdAt: 2, settings });
  transaction.objectStore('projects').put({ id: 'q', name: 'Older', createdAt: 1, settings });
  const [a, b] = [{ text: 'One answer.' }, { text: 'Another one.' }];
  const comparison = {
    id: 'c',
    prompt: [{ role: 'user', content: 'What?' }],
    a,
    b,
    source: { kind: 'typed' },
  };
  transaction.objectStore('comparisons').put({ projectId: 'p', sequence: 1, record: comparison });
  const judgment = {
    ...{ kind: 'judgment', id: 'e', at: 1, comparisonId: 'c', verdict: 'a', strength: 1 },
    ...{ shownFirst: 'a', durationMs: 1 },
  };
  transaction.objectStore('events').put({ projectId: 'p', sequence: 2, record: judgment });
  transaction.objectStore('counters').put(2, 'sequence');
  for (let index = 0; index < heads; index++) {
    const head = { id: `h${index}`, provenance: { encoderStateId: `s${index}`, trainedAt: index } };
    const encoderState = { numbers: new Float32Array(100_000).fill(index) };
    transaction.objectStore('heads').put({ projectId: 'q', stored: { head, encoderState, poolSize: 2 } });
  }
  await new Promise((resolve) => (transaction.oncomplete = resolve));
  database.close();
}

/** Whether the database is wholly of the version it says: every state in its head (1), or none in a head (the newest). */
async function inspectVersion([heads, newest]: readonly [number, number]): Promise<{
  version: number;
  isWhole: boolean;
}> {
  const settled = <T>(request: IDBRequest<T>) =>
    new Promise<T>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error!);
    });
  const database = await settled(indexedDB.open('palate'));
  const { version } = database;
  const hasStates = database.objectStoreNames.contains('encoderStates');
  const transaction = database.transaction(hasStates ? ['heads', 'encoderStates'] : ['heads']);
  const entries = await settled<{ stored: object }[]>(transaction.objectStore('heads').getAll());
  const states = hasStates ? await settled(transaction.objectStore('encoderStates').count()) : 0;
  database.close();
  const own = entries.filter(({ stored }) => 'encoderState' in stored).length;
  const isOld = version === 1 && !hasStates && own === heads;
  const isNew = version === newest && states === heads && own === 0;
  return { version, isWhole: entries.length === heads && (isOld || isNew) };
}
