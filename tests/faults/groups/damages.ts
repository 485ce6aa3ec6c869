/**
 * Databases that are damaged while no browser runs, as a kill in the middle of writing or a failing disk leaves them.
 * Everything comes back from the journal, at the first start after it and at the second, where some damage shows only
 * then.
 */
import type { Page } from 'playwright';
import { notTested, type FaultContext, type FaultRow } from '../group.ts';
import { judgedOn, judgeSlowly, saysRestored } from '../judging.ts';
import { findObstacle } from '../machine.ts';
import { BACKENDS, Profile, type Backend } from '../profile.ts';
import { DAMAGES, type Damage } from '../databaseDamages.ts';

const ROUNDS = { small: 1, push: 1, nightly: 20 } as const;
/** Of each backend. */
const KINDS = { small: 2, push: 6, nightly: Infinity } as const;
const JUDGED_BEFORE = 8;

export async function run(context: FaultContext): Promise<FaultRow[]> {
  const rows: FaultRow[] = [];
  for (const backend of Object.keys(BACKENDS) as Backend[]) {
    for (const damage of DAMAGES[backend].slice(0, KINDS[context.size])) {
      const fault = `${damage.name}, ${backend}`;
      const obstacle = findObstacle();
      rows.push(obstacle ? notTested(fault, obstacle) : await damaging(fault, backend, damage, context));
    }
  }
  return rows;
}

async function damaging(
  fault: string,
  backend: Backend,
  damage: Damage,
  context: FaultContext,
): Promise<FaultRow> {
  const injected = ROUNDS[context.size];
  let [survived, lost, acknowledged, restored] = [0, 0, 0, 0];
  for (let round = 0; round < injected; round++) {
    const profile = new Profile(backend);
    let kept = await judgeAndEnd(profile, damage, await context.address());
    const folder = profile.databaseFolder();
    if (!folder) return notTested(fault, `this browser does not keep databases in ${backend}`);
    damage.inflict(folder, context.random);
    let missing = 0;
    for (let start = 0; start < 2; start++) {
      const page = await profile.open(await context.address());
      missing += Math.max(0, kept - (await judgedOn(page, kept)));
      restored += (await saysRestored(page)) ? 1 : 0;
      kept = await judgeSlowly(page, 1);
      await profile.close();
    }
    profile.remove();
    survived += missing === 0 ? 1 : 0;
    lost += missing;
    acknowledged += kept;
  }
  const detail = `${acknowledged} judgments called saved, ${restored} starts restored from the journal`;
  return { fault, injected, survived, lost, detail };
}

/** @returns how many judgments were called saved */
async function judgeAndEnd(profile: Profile, damage: Damage, address: string): Promise<number> {
  const page = await profile.open(address);
  await judgedOn(page, 0);
  const kept = await judgeSlowly(page, JUDGED_BEFORE);
  if (damage.needsTables) await fillDatabase(page);
  if (damage.afterKill) await profile.end('browser killed', page);
  else await profile.close();
  return kept;
}

/** LevelDB moves what it has into tables after four megabytes; all databases of an origin share them. */
async function fillDatabase(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open('filler', 1);
      request.onupgradeneeded = () => request.result.createObjectStore('bytes');
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error!);
    });
    const transaction = database.transaction('bytes', 'readwrite');
    for (let key = 0; key < 100; key++) {
      transaction.objectStore('bytes').put(crypto.getRandomValues(new Uint8Array(60_000)), key);
    }
    await new Promise((resolve) => (transaction.oncomplete = resolve));
    database.close();
  });
}
