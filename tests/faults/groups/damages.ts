/**
 * Databases that are damaged while no browser runs, as a kill in the middle of writing or a failing disk leaves them.
 * Everything comes back from the journal, at the first start after it and at the second, where some damage shows only
 * then.
 */
import { appendFileSync, readdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { notTested, type FaultContext, type FaultRow } from '../group.ts';
import { judgedOn, judgeSlowly, saysRestored } from '../judging.ts';
import { findObstacle } from '../machine.ts';
import { Profile, type Backend } from '../profile.ts';

const JUDGED_BEFORE = 12;

const LEVELDB_DAMAGES: Readonly<Record<string, (folder: string) => void>> = {
  // The head of a record without its body: what a kill between two writes leaves.
  'log torn': (folder) => appendFileSync(newestLog(folder), Buffer.from([1, 2, 3, 4, 0x40, 2, 1])),
  'bit flipped in the log': (folder) => {
    const bytes = readFileSync(newestLog(folder));
    bytes[bytes.length >> 1] ^= 0xff;
    writeFileSync(newestLog(folder), bytes);
  },
  'MANIFEST overwritten': (folder) => {
    const name = readdirSync(folder).find((entry) => entry.startsWith('MANIFEST'))!;
    writeFileSync(join(folder, name), 'garbage');
  },
  'CURRENT removed': (folder) => unlinkSync(join(folder, 'CURRENT')),
  'log removed': (folder) => unlinkSync(newestLog(folder)),
};

export async function run(context: FaultContext): Promise<FaultRow[]> {
  const rows: FaultRow[] = [];
  for (const [name, damage] of Object.entries(LEVELDB_DAMAGES)) {
    const fault = `${name}, LevelDB`;
    const obstacle = findObstacle();
    rows.push(obstacle ? notTested(fault, obstacle) : await damaging(fault, 'LevelDB', damage, context));
  }
  return rows;
}

async function damaging(
  fault: string,
  backend: Backend,
  damage: (folder: string) => void,
  context: FaultContext,
): Promise<FaultRow> {
  const address = await context.address();
  const profile = new Profile(backend);
  const first = await profile.open(address);
  await judgedOn(first, 0);
  let kept = await judgeSlowly(first, JUDGED_BEFORE);
  await profile.close();
  const folder = profile.databaseFolder();
  if (!folder) return notTested(fault, `this browser does not keep databases in ${backend}`);
  damage(folder);
  let [lost, restored] = [0, 0];
  for (let start = 0; start < 2; start++) {
    const page = await profile.open(address);
    lost += Math.max(0, kept - (await judgedOn(page, kept)));
    restored += (await saysRestored(page)) ? 1 : 0;
    kept = await judgeSlowly(page, 1);
    await profile.close();
  }
  profile.remove();
  const detail = `${kept} judgments called saved, ${restored} starts restored from the journal`;
  return { fault, injected: 1, survived: lost === 0 ? 1 : 0, lost, detail };
}

function newestLog(folder: string): string {
  const logs = readdirSync(folder).filter((name) => name.endsWith('.log'));
  return join(folder, logs.sort().at(-1)!);
}
