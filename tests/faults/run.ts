/**
 * `npm run test:faults -- [--kills N] [--seed S] [--mutant no-journal]`: ends browsers in the middle of judging and damages their databases,
 * on the built app, and prints one table: what was injected, what survived, what of that which was called saved is lost.
 * With a mutant, which takes a safeguard away, something must be lost: then it was the safeguard that held.
 */
import { appendFileSync, readdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Page } from 'playwright';
import { build, preview } from 'vite';
import { createRandom } from '../../src/core/random.ts';
import { MUTANTS, Profile } from './profile.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    mutant: { type: 'string' },
  },
});
const mutant = MUTANTS.find((name) => name === values.mutant);
if (values.mutant !== undefined && !mutant) {
  throw new Error(`There is no mutant ${values.mutant}; there is ${MUTANTS.join(', ')}.`);
}
const kills = Number(values.kills);
const random = createRandom(Number(values.seed));

const BACKENDS = { LevelDB: [], SQLite: ['--enable-features=IdbSqliteBackingStore'] } as const;
/** Judged before a database is damaged. */
const JUDGED_BEFORE = 12;

interface Outcome {
  readonly fault: string;
  readonly injected: number;
  readonly survived: number;
  readonly acknowledged: number;
  readonly lost: number;
  /** Starts that said something was restored from the journal. */
  readonly restored: number;
}

await build({ logLevel: 'error' });
const server = await preview({ preview: { port: 0 }, logLevel: 'error' });
const address = server.resolvedUrls!.local[0];
const outcomes: Outcome[] = [];
for (const [backend, flags] of Object.entries(BACKENDS)) {
  for (const what of ['browser', 'renderer'] as const) {
    outcomes.push(await killing(`${what} killed, ${backend}`, flags, what));
  }
}
for (const [name, damage] of Object.entries(damages())) {
  outcomes.push(await damaging(`${name}, LevelDB`, damage));
}
await server.close();
print(outcomes);
const isLost = outcomes.some(({ lost }) => lost > 0);
process.stdout.write(
  `seed ${values.seed}${mutant ? `, mutant ${mutant}: ${isLost ? 'noticed' : 'NOT NOTICED'}` : ''}\n`,
);
process.exitCode = isLost === (mutant !== undefined) ? 0 : 1;

/** Judges as fast as verdicts are kept, until the browser is ended somewhere in between. */
async function killing(
  fault: string,
  flags: readonly string[],
  what: 'browser' | 'renderer',
): Promise<Outcome> {
  const profile = new Profile(flags, mutant);
  let [kept, survived, acknowledged, lost, restored] = [0, 0, 0, 0, 0];
  for (let round = 0; round < kills; round++) {
    const page = await profile.open(address);
    const start = await judgedOn(page, kept);
    const isRestored = await saysRestored(page);
    if (start < kept) lost += kept - start;
    else if (round > 0) survived++;
    restored += isRestored ? 1 : 0;
    let last = start;
    const judging = judgeUntilEnded(page, (count) => (last = count));
    await new Promise((resolve) => setTimeout(resolve, 300 + 1_200 * random.next()));
    await profile.kill(what);
    await judging;
    acknowledged += last - start;
    kept = last;
  }
  const page = await profile.open(address);
  const end = await judgedOn(page, kept);
  if (end < kept) lost += kept - end;
  else survived++;
  restored += (await saysRestored(page)) ? 1 : 0;
  await profile.close();
  profile.remove();
  return { fault, injected: kills, survived, acknowledged, lost, restored };
}

async function damaging(fault: string, damage: (folder: string) => void): Promise<Outcome> {
  const profile = new Profile([], mutant);
  const first = await profile.open(address);
  await judgedOn(first, 0);
  for (let count = 1; count <= JUDGED_BEFORE; count++) {
    await first.keyboard.press('1');
    await judgedOn(first, count);
  }
  await profile.close();
  damage(profile.databaseFolder());
  let [lost, restored, kept] = [0, 0, JUDGED_BEFORE];
  // Some damage shows only at the second start after it.
  for (let start = 0; start < 2; start++) {
    const page = await profile.open(address);
    const count = await judgedOn(page, kept);
    lost += Math.max(0, kept - count);
    restored += (await saysRestored(page)) ? 1 : 0;
    await page.keyboard.press('2');
    kept = await judgedOn(page, count + 1);
    await profile.close();
  }
  profile.remove();
  const survived = lost === 0 ? 1 : 0;
  return { fault, injected: 1, survived, acknowledged: kept, lost, restored };
}

function damages(): Record<string, (folder: string) => void> {
  const newestLog = (folder: string): string =>
    join(
      folder,
      readdirSync(folder)
        .filter((name) => name.endsWith('.log'))
        .sort()
        .at(-1)!,
    );
  return {
    // The head of a record without its body: what a kill between two writes leaves.
    'torn log': (folder) => appendFileSync(newestLog(folder), Buffer.from([1, 2, 3, 4, 0x40, 2, 1])),
    'bit flipped': (folder) => {
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
}

async function judgeUntilEnded(page: Page, onKept: (count: number) => void): Promise<void> {
  try {
    for (;;) {
      const before = await countOn(page);
      await page.keyboard.press(random.next() < 0.5 ? '1' : '2');
      while ((await countOn(page)) === before) await new Promise((resolve) => setTimeout(resolve, 2));
      onKept(await countOn(page));
    }
  } catch {
    return; // The page is gone: that is what was waited for.
  }
}

async function countOn(page: Page): Promise<number> {
  return Number((await page.getByTestId('judged').textContent())!.replaceAll(',', ''));
}

/** The count once the page shows at least this many, or what it shows after a while. */
async function judgedOn(page: Page, atLeast: number): Promise<number> {
  await page.getByTestId('judged').waitFor({ timeout: 20_000 });
  for (let wait = 0; wait < 60 && (await countOn(page)) < atLeast; wait++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return countOn(page);
}

async function saysRestored(page: Page): Promise<boolean> {
  return page.getByText(/restored from the journal/).isVisible();
}

function print(rows: readonly Outcome[]): void {
  const lines = rows.map(({ fault, injected, survived, acknowledged, lost, restored }) =>
    [fault, injected, survived, acknowledged, lost, restored].join(' | '),
  );
  process.stdout.write(
    [
      'fault | injected | survived | judgments called saved | lost | restored from the journal',
      '--- | --- | --- | --- | --- | ---',
      ...lines,
    ]
      .map((line) => `| ${line} |\n`)
      .join(''),
  );
}
