/**
 * `npm run test:faults -- [--small | --push | --nightly] [--only a,b] [--seed S] [--report FILE]` injects faults into the
 * built app and its parts, and prints one table: what was injected, what survived, what was lost. The exit status is 1
 * when anything was lost or did not end as promised.
 *
 * `--mutants`, or `--mutant NAME`, takes safeguards away instead, one at a time, and runs what must notice
 * (`mutants.ts`); the exit status is 1 when one is not missed.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { createRandom } from '../../src/core/random.ts';
import { findChromium } from '../runner/chromium.ts';
import { endedWell, outcomeOf, tableOf, type FaultGroup, type FaultRow, type Size } from './group.ts';
import { MUTANTS } from './mutants.ts';
import { tryMutant, type MutantResult } from './mutate.ts';
import { ServedApp } from './servedApp.ts';

const GROUPS: Readonly<Record<string, () => Promise<FaultGroup>>> = {
  kills: () => import('./groups/kills.ts'),
  damages: () => import('./groups/damages.ts'),
  interruptions: () => import('./groups/interruptions.ts'),
  quota: () => import('./groups/quota.ts'),
  tabs: () => import('./groups/tabs.ts'),
  storageCalls: () => import('./groups/storageCalls.ts'),
  input: () => import('./groups/input.ts'),
  headFiles: () => import('./groups/headFiles.ts'),
  importing: () => import('./groups/importing.ts'),
  updates: () => import('./groups/updates.ts'),
  containment: () => import('./groups/containment.ts'),
  downloads: () => import('./groups/downloads.ts'),
  privacy: () => import('./groups/privacy.ts'),
  supply: () => import('./groups/supply.ts'),
  training: () => import('./groups/training.ts'),
  workers: () => import('./groups/workers.ts'),
};

const { values } = parseArgs({
  options: {
    small: { type: 'boolean' },
    push: { type: 'boolean' },
    nightly: { type: 'boolean' },
    only: { type: 'string' },
    seed: { type: 'string', default: '1' },
    report: { type: 'string' },
    mutants: { type: 'boolean' },
    mutant: { type: 'string' },
  },
});
const size: Size = values.nightly ? 'nightly' : values.small ? 'small' : 'push';
const seed = Number(values.seed);
const started = performance.now();
const isAboutMutants = values.mutants === true || values.mutant !== undefined;
const isGood = await (isAboutMutants ? runMutants(values.mutant) : runGroups(values.only?.split(',')));
const seconds = ((performance.now() - started) / 1000).toFixed(0);
console.log(`seed ${seed}, size ${isAboutMutants ? 'small' : size}, ${chromiumVersion()}, ${seconds} s`);
// A group that broke off may have left a browser open, which ends with this process.
process.exit(isGood ? 0 : 1);

async function runGroups(names: readonly string[] = Object.keys(GROUPS)): Promise<boolean> {
  refuseUnknown('group', names, Object.keys(GROUPS));
  const app = new ServedApp();
  const rows: FaultRow[] = [];
  for (const name of names) {
    const begun = performance.now();
    rows.push(...(await runGroup(name, app)));
    console.error(`${name}: ${((performance.now() - begun) / 1000).toFixed(0)} s`);
  }
  await app.close();
  console.log(tableOf(rows));
  const outcome = outcomeOf(rows);
  if (values.report) writeFileSync(values.report, JSON.stringify(outcome));
  for (const row of rows.filter((one) => one.notTested === undefined && !endedWell(one))) {
    console.log(`DID NOT END WELL: ${row.fault}`);
  }
  return outcome.failed.length === 0;
}

async function runGroup(name: string, app: ServedApp): Promise<FaultRow[]> {
  try {
    const { run } = await GROUPS[name]();
    return await run({ size, seed, random: createRandom(seed), address: () => app.address() });
  } catch (error) {
    console.error(error);
    const detail = String(error).split('\n')[0];
    return [{ fault: `${name}: the group broke off`, injected: 1, survived: 0, lost: 0, detail }];
  }
}

async function runMutants(only: string | undefined): Promise<boolean> {
  const known = MUTANTS.map(({ name }) => name);
  if (only !== undefined) refuseUnknown('mutant', [only], known);
  const results: MutantResult[] = [];
  for (const mutant of MUTANTS.filter(({ name }) => only === undefined || name === only)) {
    results.push(await tryMutant(mutant, seed));
    console.error(`${mutant.name}: ${results.at(-1)!.noticed ?? 'NOT NOTICED'}`);
  }
  console.log('| mutant | killed by | noticed |\n| --- | --- | --- |');
  for (const { mutant, noticed, problem } of results) {
    console.log(
      `| ${mutant.name} | ${mutant.killedBy} | ${noticed ?? `NO: ${problem ?? 'nothing failed'}`} |`,
    );
  }
  return results.every(({ noticed }) => noticed !== undefined);
}

function refuseUnknown(kind: string, names: readonly string[], known: readonly string[]): void {
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new Error(`There is no ${kind} ${unknown}. There are: ${known.join(', ')}.`);
}

function chromiumVersion(): string {
  const path = findChromium();
  return path
    ? execFileSync(path, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
        .trim()
        .split(/\s+/)
        .slice(0, 2)
        .join(' ')
    : 'no Chromium';
}
