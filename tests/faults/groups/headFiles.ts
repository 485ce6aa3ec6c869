/**
 * Head files and backups from elsewhere, read in this process. Heads that break a known rule must be refused; heads with
 * bytes changed may be taken only where all that a head promises still holds. Nothing is made room for that the file
 * does not hold.
 */
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { errorCode } from '../../../src/core/palateError.ts';
import { headToFile, type PortableHead } from '../../../src/core/headFile.ts';
import { readBackup, restoreBackup, writeBackup } from '../../../src/storage/backup.ts';
import { createMemoryStorage } from '../../../src/storage/memoryStorage.ts';
import { arbitraryProjects, fill } from '../../helpers/arbitraryProjects.ts';
import { mutateBytes } from '../../helpers/mutateBytes.ts';
import { BREAK_NAMES, brokenHead, readWhole, SOUND_HEADS } from '../../helpers/portableHeads.ts';
import { everythingIn } from '../../helpers/storageSamples.ts';
import { formatCount, type FaultContext, type FaultRow } from '../group.ts';

/** Heads of each kind; a fifth as many backups. */
const FILES = { small: 150, push: 1_000, nightly: 5_000 } as const;
const CREATED_AT = 1_700_000_000_000;

export async function run(context: FaultContext): Promise<FaultRow[]> {
  return [brokenHeads(context), changedHeads(context), await backups(context), await damagedBackups(context)];
}

function brokenHeads({ size, random }: FaultContext): FaultRow {
  const tally = new Verdicts('heads that break a rule');
  for (let made = 0; made < FILES[size]; made++) {
    const name = BREAK_NAMES[made % BREAK_NAMES.length];
    const text = brokenHead(SOUND_HEADS[made % SOUND_HEADS.length], name, random);
    if (tally.read(text)) tally.fail(`taken although it has ${name}`);
  }
  return tally.row(`${BREAK_NAMES.length} rules`);
}

function changedHeads({ size, random }: FaultContext): FaultRow {
  const tally = new Verdicts('heads with bytes changed at random');
  let taken = 0;
  for (let made = 0; made < FILES[size]; made++) {
    const sound = SOUND_HEADS[made % SOUND_HEADS.length];
    const bytes = mutateBytes(new TextEncoder().encode(sound), random);
    const head = tally.read(new TextDecoder().decode(bytes));
    if (!head) continue;
    taken++;
    const problem = brokenPromise(head);
    if (problem) tally.fail(problem);
  }
  return tally.row(`${formatCount(taken)} still sound and taken`);
}

/** What a taken head must hold, told without the code that reads it. */
function brokenPromise(portable: PortableHead): string | undefined {
  const { head } = portable;
  const every = (value: unknown): boolean => {
    if (typeof value === 'number') return Number.isFinite(value);
    if (value instanceof Float32Array) return value.every((entry) => Number.isFinite(entry));
    return typeof value !== 'object' || value === null || Object.values(value).every(every);
  };
  if (!every(head)) return 'holds a number that is not finite';
  const layers = head.parameters.kind === 'mlp' ? [head.parameters] : [];
  for (const { hidden, hiddenWeights, hiddenBias, outputWeights } of [...layers, ...(head.members ?? [])]) {
    const fits = hiddenWeights.length === hidden * head.dimension && hiddenBias.length === hidden;
    if (!fits || outputWeights.length !== hidden) return 'weights that do not fit';
  }
  if (head.parameters.kind === 'linear' && head.parameters.weights.length !== head.dimension) {
    return 'weights that do not fit';
  }
  if (!(head.inverseTemperature > 0)) return 'a temperature that is none';
  const { value, low, high } = head.trust.accuracy;
  if (![value, low, high].every((share) => share >= 0 && share <= 1)) return 'an accuracy that is none';
  return headToFile(readWhole(headToFile(portable))) === headToFile(portable) ? undefined : 'reads otherwise';
}

class Verdicts {
  readonly #fault: string;
  #injected = 0;
  #failed = 0;
  #longest = 0;
  #total = 0;
  /** Largest share of the file that was made room for. */
  #room = 0;

  constructor(fault: string) {
    this.#fault = fault;
  }

  /** @returns the head where it is taken */
  read(text: string): PortableHead | undefined {
    this.#injected++;
    const bytes = countBytes();
    const begun = performance.now();
    try {
      return readWhole(text);
    } catch (error) {
      const isRefused = errorCode(error) !== undefined || error instanceof RangeError;
      if (!isRefused) this.fail(`broke off: ${String(error)}`);
      return undefined;
    } finally {
      const took = performance.now() - begun;
      this.#longest = Math.max(this.#longest, took);
      this.#total += took;
      const room = bytes() / Math.max(1, text.length);
      this.#room = Math.max(this.#room, room);
      if (room > 2) this.fail(`made room for ${room.toFixed(1)} times its size`);
    }
  }

  fail(problem: string): void {
    this.#failed++;
    console.error(`${this.#fault}: ${problem}`);
  }

  row(detail: string): FaultRow {
    const injected = this.#injected;
    const mean = (this.#total / injected).toFixed(1);
    return {
      ...{ fault: this.#fault, injected, survived: injected - this.#failed, lost: this.#failed },
      detail:
        `${detail}, verdict in ${mean} ms, longest ${this.#longest.toFixed(0)} ms, ` +
        `room for at most ${this.#room.toFixed(2)} times the file`,
    };
  }
}

/** Counts bytes of buffers made from now on. @returns ends it, and tells how many */
function countBytes(): () => number {
  const names = ['ArrayBuffer', 'Uint8Array', 'Float32Array'] as const;
  const scope = globalThis as unknown as Record<string, new (...given: unknown[]) => object>;
  const real = names.map((name) => scope[name]);
  let bytes = 0;
  names.forEach((name, index) => {
    scope[name] = new Proxy(real[index], {
      construct(target, given: unknown[], asked) {
        const made = Reflect.construct(target, given, asked === scope[name] ? target : asked) as ArrayBuffer;
        if (typeof given[0] === 'number' || Array.isArray(given[0])) bytes += made.byteLength;
        return made;
      },
    });
  });
  return () => {
    names.forEach((name, index) => (scope[name] = real[index]));
    return bytes;
  };
}

async function backups({ size, seed }: FaultContext): Promise<FaultRow> {
  const projects = fc.sample(arbitraryProjects, { seed, numRuns: FILES[size] / 5 });
  let survived = 0;
  for (const one of projects) {
    const storage = createMemoryStorage();
    await fill(storage, one);
    const file = await writeBackup(storage, CREATED_AT);
    const restored = createMemoryStorage();
    await restoreBackup(restored, file);
    const again = await writeBackup(restored, CREATED_AT);
    const isSame = Buffer.from(await file.arrayBuffer()).equals(Buffer.from(await again.arrayBuffer()));
    if (isSame) survived++;
  }
  const injected = projects.length;
  return {
    fault: 'backups restored and written again, equal to the byte',
    injected,
    survived,
    lost: injected - survived,
  };
}

async function damagedBackups({ size, seed, random }: FaultContext): Promise<FaultRow> {
  const projects = fc.sample(arbitraryProjects, { seed: seed + 1, numRuns: FILES[size] / 5 });
  let [survived, same] = [0, 0];
  for (const one of projects) {
    const storage = createMemoryStorage();
    await fill(storage, one);
    const whole = new Uint8Array(await (await writeBackup(storage, CREATED_AT)).arrayBuffer());
    const damaged = new Blob([mutateBytes(whole, random)]);
    const restored = createMemoryStorage();
    try {
      for await (const _ of readBackup(damaged));
      await restoreBackup(restored, damaged);
      // Some bytes of a packed file carry nothing: what it holds must be what was saved.
      same++;
      const isSame = isDeepStrictEqual(await everythingIn(restored), await everythingIn(storage));
      if (isSame) survived++;
      else console.error('a damaged backup was restored as something else');
    } catch (error) {
      const isEmpty = (await restored.listProjects()).length === 0;
      if (errorCode(error) === 'bad-file' && isEmpty) survived++;
      else console.error(`a damaged backup: ${String(error)}`);
    }
  }
  const injected = projects.length;
  const detail = `${formatCount(injected - same)} refused by name, nothing of them kept`;
  return { fault: 'damaged backups', injected, survived, lost: injected - survived, detail };
}
