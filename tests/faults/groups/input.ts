/**
 * Hostile and damaged preference files, read in this process: generated ones whose broken lines are known, ones with
 * bytes changed at random, and a fixed corpus. A file survives when its account is right or it is refused by name; what
 * is lost are good lines left out.
 */
import fc from 'fast-check';
import { errorCode } from '../../../src/core/palateError.ts';
import type { Random } from '../../../src/core/random.ts';
import { readCandidates } from '../../../src/formats/readCandidates.ts';
import { readPreferences } from '../../../src/formats/readPreferences.ts';
import { brokenJsonLines, brokenJsonList, brokenTable, type BrokenFile } from '../../helpers/brokenFiles.ts';
import { HOSTILE_FILES, outcomeOfHostile } from '../../helpers/hostileFiles.ts';
import { misreading } from '../../helpers/misreading.ts';
import { mutateBytes } from '../../helpers/mutateBytes.ts';
import { formatCount, type FaultContext, type FaultRow } from '../group.ts';

/** Imports of each kind. */
const FILES = { small: 125, push: 1_000, nightly: 5_500 } as const;
/** A file that takes so much of the processor's time hangs: on a busy machine the clock tells less. */
const HANGS_MS = 10_000;

const KINDS: Readonly<Record<string, fc.Arbitrary<BrokenFile>>> = {
  'JSON Lines': brokenJsonLines,
  'JSON lists': brokenJsonList,
  tables: brokenTable,
};

export async function run({ size, seed, random }: FaultContext): Promise<FaultRow[]> {
  const rows: FaultRow[] = [];
  for (const [kind, files] of Object.entries(KINDS)) rows.push(await known(kind, files, FILES[size], seed));
  rows.push(await changed(FILES[size], seed, random));
  rows.push(await corpus());
  return rows;
}

async function known(
  kind: string,
  files: fc.Arbitrary<BrokenFile>,
  count: number,
  seed: number,
): Promise<FaultRow> {
  const tally = new Tally(`${kind} with known broken lines`);
  let [broken, good] = [0, 0];
  for (const file of samples(files, count, seed)) {
    broken += file.brokenLines.length;
    good += file.comparisons;
    await tally.add(file.story, () => misreading(file));
  }
  return tally.row(`${formatCount(broken)} broken lines named, ${formatCount(good)} comparisons kept`);
}

/** What is left of the lines is not known: the account must add up, or the file be refused by name. */
async function changed(count: number, seed: number, random: Random): Promise<FaultRow> {
  const tally = new Tally('files with bytes changed at random');
  let refused = 0;
  const files = fc.oneof(...Object.values(KINDS));
  for (const { name, bytes, story } of samples(files, count, seed + 1)) {
    const file = new Blob([mutateBytes(bytes, random)]);
    await tally.add(story, async () => {
      try {
        const report = await readPreferences(file, name, { onBatch: () => undefined });
        const { imported, ties, rejected, duplicates, entries } = report;
        if (imported + ties + rejected.length + duplicates.length !== entries) return 'does not add up';
        await readCandidates(file, name);
        return undefined;
      } catch (error) {
        refused++;
        return errorCode(error) === 'bad-file' ? undefined : String(error);
      }
    });
  }
  return tally.row(`${formatCount(refused)} refused by name`);
}

async function corpus(): Promise<FaultRow> {
  const tally = new Tally('files of the fixed corpus');
  for (const file of HOSTILE_FILES) await tally.add(file.name, () => outcomeOfHostile(file));
  return tally.row('');
}

/** Made a hundred at a time, so that memory holds no more. */
function* samples<T>(arbitrary: fc.Arbitrary<T>, count: number, seed: number): Generator<T> {
  for (let made = 0; made < count; made += 100) {
    yield* fc.sample(arbitrary, { seed: seed * 100_003 + made, numRuns: Math.min(100, count - made) });
  }
}

class Tally {
  readonly #fault: string;
  #injected = 0;
  #survived = 0;
  #longest = 0;

  constructor(fault: string) {
    this.#fault = fault;
  }

  /** @param read tells what went wrong */
  async add(story: string, read: () => Promise<string | undefined>): Promise<void> {
    const begun = process.cpuUsage();
    const problem = await read();
    const { user, system } = process.cpuUsage(begun);
    const took = (user + system) / 1000;
    this.#longest = Math.max(this.#longest, took);
    this.#injected++;
    if (problem === undefined && took < HANGS_MS) this.#survived++;
    else
      console.error(`${this.#fault}: ${story}: ${problem ?? `took ${took.toFixed(0)} ms of the processor`}`);
  }

  row(detail: string): FaultRow {
    const [injected, survived] = [this.#injected, this.#survived];
    const longest = `longest ${this.#longest.toFixed(0)} ms of the processor`;
    return {
      ...{ fault: this.#fault, injected, survived, lost: injected - survived },
      detail: detail === '' ? longest : `${detail}, ${longest}`,
    };
  }
}
