/**
 * One problem, all contenders. First everybody's iterations to the objective are counted, off the clock; then runs of
 * exactly that many iterations are timed from typed arrays to weights, contenders taking turns.
 */
import type { BenchPage } from './browser.ts';
import { TARGET_GAP } from './contender.ts';
import type { ProblemSpec } from './page/page.ts';

/** A run longer than this is not repeated; a slow peer's is extrapolated. */
const LONG_RUN = 20_000;
const ROUNDS = 3;
const MAXIMUM = 600;
/** Adam is looked at every so many iterations. */
const ADAM_STRIDE = 5;
/** Seconds of counting before a contender is given up. */
const PATIENCE = { own: 600, lbfgs: 90, adam: 15, adamAgain: 120, rate: 20 };

export interface Entrant {
  readonly name: string;
  readonly rates?: readonly number[];
}

export interface Measurement {
  readonly name: string;
  readonly milliseconds: number;
  readonly iterations: number;
  readonly runs: number;
  /** The time comes from the slope of two short runs. */
  readonly extrapolated: boolean;
  /** False: not within the objective after these iterations, the time is a lower bound. */
  readonly reached: boolean;
  /** Worst relative excess over the optimum among the heads; absent where no whole run was made. */
  readonly gap?: number;
  readonly rate?: number;
}

export interface Result {
  readonly spec: ProblemSpec;
  readonly measurements: readonly Measurement[];
}

interface Count {
  readonly iterations: number;
  readonly reached: boolean;
  readonly gap: number;
  readonly milliseconds: number;
  readonly rate?: number;
  readonly extrapolated?: boolean;
}

/** A count that was given up, carried on at its own speed to the number that the same program needed elsewhere. */
function stretched(given: Count, needed: Count): Count {
  if (needed.iterations <= given.iterations) return given;
  const { iterations, reached, gap } = needed;
  const milliseconds = (given.milliseconds * iterations) / given.iterations;
  return { ...given, iterations, reached, gap, milliseconds, extrapolated: true };
}

export class Contest {
  readonly #page: BenchPage;
  readonly #entrants: readonly Entrant[];
  readonly #log: (line: string) => void;
  readonly #rates = new Map<string, number>();
  /** First iteration and slope per contender and shape: they do not depend on the data. */
  readonly #slopes = new Map<string, { first: number; each: number }>();

  constructor(page: BenchPage, entrants: readonly Entrant[], log: (line: string) => void) {
    this.#page = page;
    this.#entrants = entrants;
    this.#log = log;
  }

  async run(spec: ProblemSpec): Promise<Result> {
    const started = performance.now();
    this.#log(describe(spec));
    const rate = await this.#rateFor(spec);
    await this.#page.call('load', spec, true);
    this.#log(`  optimum found after ${seconds(performance.now() - started)}`);
    const counts = await this.#countAll(rate);
    const done: Measurement[] = [];
    const timed: Entrant[] = [];
    for (const entrant of this.#entrants) {
      const count = counts.get(entrant.name);
      if (!count) continue;
      const early = await this.#withoutRepeats(entrant, count, spec);
      if (early) done.push(early);
      else timed.push(entrant);
    }
    done.push(...(await this.#interleaved(timed, counts)));
    const order = this.#entrants.map((entrant) => entrant.name);
    const measurements = done.sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
    for (const m of measurements)
      this.#log(`  ${m.name}: ${Math.round(m.milliseconds)} ms, ${m.iterations} it`);
    this.#log(`  done in ${seconds(performance.now() - started)}`);
    return { spec, measurements };
  }

  /** Adam's best rate on this kind and spectrum, tried on at most 2,000 × 384. */
  async #rateFor(spec: ProblemSpec): Promise<number | undefined> {
    const adam = this.#entrants.find((entrant) => entrant.rates && !isGpuPeer(entrant));
    if (!adam?.rates) return undefined;
    const small = { ...spec, pairs: Math.min(spec.pairs, 2000), dimension: Math.min(spec.dimension, 384) };
    const key = describe(small);
    const known = this.#rates.get(key);
    if (known !== undefined) return known;
    await this.#page.call('load', small, true);
    let best = { rate: adam.rates[0], iterations: MAXIMUM + 1, gap: Infinity };
    for (const rate of adam.rates) {
      const maximum = Math.min(MAXIMUM, best.iterations);
      const count = await this.#page.call('count', adam.name, {
        maximum,
        from: 1,
        every: ADAM_STRIDE,
        seconds: PATIENCE.rate,
        rate,
      });
      const better = count.reached ? count.iterations < best.iterations : best.iterations > MAXIMUM;
      if (better && (count.reached || count.gap < best.gap)) {
        best = { rate, iterations: count.reached ? count.iterations : MAXIMUM + 1, gap: count.gap };
      }
    }
    this.#log(`  ${adam.name}: learning rate ${best.rate}`);
    this.#rates.set(key, best.rate);
    return best.rate;
  }

  /** A peer's programs on webgpu and on wasm are one: whichever counted, the count is the same. */
  async #countAll(rate: number | undefined): Promise<Map<string, Count>> {
    const counts = new Map<string, Count>();
    let own = 1;
    for (const entrant of this.#entrants) {
      const adam = entrant.rates !== undefined;
      const wasm = entrant.name.replace('webgpu', 'wasm');
      const twin = isGpuPeer(entrant) ? counts.get(wasm) : undefined;
      if (twin && (twin.reached || !adam)) {
        counts.set(entrant.name, twin);
        continue;
      }
      const patience = twin ? PATIENCE.adamAgain : adam ? PATIENCE.adam : PATIENCE.lbfgs;
      const count = await this.#page.call('count', entrant.name, {
        maximum: MAXIMUM,
        // The same algorithm needs about the same number: looking starts two iterations earlier.
        from: adam ? 1 : Math.max(1, own - 2),
        every: adam ? ADAM_STRIDE : 1,
        seconds: isOwn(entrant) ? PATIENCE.own : patience,
        rate: adam ? rate : undefined,
      });
      if (entrant.name === 'Palate cpu') own = count.iterations;
      counts.set(entrant.name, { ...count, rate: adam ? rate : undefined });
      if (twin) counts.set(wasm, stretched(twin, count));
    }
    return counts;
  }

  /** The measurement of a contender too slow for repetitions; undefined for the others. */
  async #withoutRepeats(entrant: Entrant, count: Count, spec: ProblemSpec): Promise<Measurement | undefined> {
    const { iterations, reached, rate } = count;
    const common = { name: entrant.name, iterations, reached, rate, runs: 1 };
    if (isGpuPeer(entrant)) {
      const { first, each } = await this.#slope(entrant, rate, spec);
      const milliseconds = first + each * (iterations - 1);
      return milliseconds > LONG_RUN ? { ...common, milliseconds, extrapolated: true } : undefined;
    }
    if (count.milliseconds <= LONG_RUN && reached && !count.extrapolated) return undefined;
    const { milliseconds, gap, extrapolated = false } = count;
    return { ...common, milliseconds, extrapolated, gap: extrapolated ? undefined : gap };
  }

  async #slope(
    { name }: Entrant,
    rate: number | undefined,
    spec: ProblemSpec,
  ): Promise<{ first: number; each: number }> {
    const key = `${name} ${spec.kind} ${spec.pairs} ${spec.dimension}`;
    const known = this.#slopes.get(key);
    if (known) return known;
    const time = async (iterations: number): Promise<number> =>
      (await this.#page.call('time', name, iterations, rate)).milliseconds;
    let first = await time(1);
    // The first run compiles; where it is slow anyway that is a small part.
    if (first < 8000) first = Math.min(first, await time(1));
    const long = first < 1000 ? 6 : first < 5000 ? 3 : 2;
    const slope = { first, each: Math.max(0, (await time(long)) - first) / (long - 1) };
    this.#slopes.set(key, slope);
    return slope;
  }

  async #interleaved(entrants: readonly Entrant[], counts: Map<string, Count>): Promise<Measurement[]> {
    const times = new Map<string, number[]>(entrants.map(({ name }) => [name, []]));
    const gaps = new Map<string, number | undefined>();
    for (let round = 0; round < ROUNDS; round++) {
      for (const { name } of entrants) {
        const { iterations, rate } = counts.get(name)!;
        const { milliseconds, gap } = await this.#page.call('time', name, iterations, rate);
        times.get(name)!.push(milliseconds);
        gaps.set(name, gap);
      }
    }
    return entrants.map(({ name }) => ({
      name,
      milliseconds: median(times.get(name)!),
      iterations: counts.get(name)!.iterations,
      // A count taken over from a twin may fall short here.
      reached: (gaps.get(name) ?? Infinity) <= TARGET_GAP,
      rate: counts.get(name)!.rate,
      runs: ROUNDS,
      extrapolated: false,
      gap: gaps.get(name),
    }));
  }
}

export function describe({ kind, pairs, dimension, spectrum }: ProblemSpec): string {
  return `${kind} ${pairs}×${dimension} ${spectrum}`;
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

const isOwn = ({ name }: Entrant): boolean => name.startsWith('Palate');
const isGpuPeer = (entrant: Entrant): boolean => !isOwn(entrant) && entrant.name.endsWith('webgpu');
const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;
