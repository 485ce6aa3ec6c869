/**
 * One hidden layer, all contenders, the same number of steps. Whole runs are timed taking turns; of a contender whose
 * run would be long, one epoch and two are timed and the rest is extrapolated. The losses reached are held against ours
 * after as many epochs: who ends elsewhere did not do the same work.
 */
import type { BenchPage } from './browser.ts';
import { describe, median, type Entrant, type Measurement, type Result } from './contest.ts';
import { hiddenSchedule } from './hiddenProblem.ts';
import type { ProblemSpec } from './page/page.ts';

/** Longest run that is made as a whole, milliseconds. */
const LONG_RUN = 20_000;
const ROUNDS = 3;
/** Largest relative difference of the final losses. */
const LOSS_GAP = 0.01;
const REFERENCE = 'Palate cpu';

export async function runHiddenContest(
  page: BenchPage,
  entrants: readonly Entrant[],
  spec: ProblemSpec,
  log: (line: string) => void,
): Promise<Result> {
  log(describe(spec));
  const { batches, epochs } = hiddenSchedule(spec.pairs);
  await page.call('loadHidden', spec.pairs, spec.dimension);
  const time = (name: string, count: number) => page.call('timeHidden', name, count);
  const losses = new Map<number, number>();
  for (const count of [2, epochs]) losses.set(count, (await time(REFERENCE, count)).loss);
  const measure = (name: string, runs: readonly { milliseconds: number; loss: number }[], count: number) => {
    const own = losses.get(count)!;
    const gap = Math.abs(runs[0].loss - own) / own;
    log(`  ${name}: loss ${runs[0].loss.toFixed(5)} after ${count} epochs, ours ${own.toFixed(5)}`);
    const milliseconds = median(runs.map((run) => run.milliseconds));
    return {
      name,
      milliseconds,
      gap,
      reached: gap <= LOSS_GAP,
      runs: runs.length,
      iterations: epochs * batches,
    };
  };
  const done = new Map<string, Measurement>();
  const timed: string[] = [];
  for (const { name } of entrants) {
    // The first run compiles.
    await time(name, 1);
    const [one, two] = [await time(name, 1), await time(name, 2)];
    const each = Math.max(0, two.milliseconds - one.milliseconds);
    const milliseconds = one.milliseconds + each * (epochs - 1);
    if (milliseconds <= LONG_RUN) timed.push(name);
    else done.set(name, { ...measure(name, [two], 2), milliseconds, extrapolated: true });
  }
  const runs = new Map(timed.map((name) => [name, [] as { milliseconds: number; loss: number }[]]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const name of timed) runs.get(name)!.push(await time(name, epochs));
  }
  for (const name of timed)
    done.set(name, { ...measure(name, runs.get(name)!, epochs), extrapolated: false });
  const measurements = entrants.map(({ name }) => done.get(name)!);
  for (const m of measurements) log(`  ${m.name}: ${Math.round(m.milliseconds)} ms, ${m.iterations} steps`);
  return { spec, measurements };
}
