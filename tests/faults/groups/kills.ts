/**
 * Browsers that end in the middle of judging. What the page had called saved is there at the next start, from the
 * database or from the journal beside it.
 */
import { formatCount, notTested, type FaultContext, type FaultRow } from '../group.ts';
import { judgedOn, saysRestored, startJudging } from '../judging.ts';
import { findObstacle } from '../machine.ts';
import { openPairsIn } from '../openPairs.ts';
import { BACKENDS, ENDS, Profile, type Backend, type End } from '../profile.ts';

/** Of each way to end, for each backend. */
const KILLS = { small: 1, push: 2, nightly: 34 } as const;
/** Judging goes on for up to this long before it is ended. */
const LONGEST_MS = { small: 1_500, push: 2_000, nightly: 3_500 } as const;
/** In a profile; a new one takes its place before they are used up. */
const OPEN_PAIRS = 1_500;
const MOST_JUDGED = 1_000;

export async function run(context: FaultContext): Promise<FaultRow[]> {
  const rows: FaultRow[] = [];
  const backends = Object.keys(BACKENDS) as Backend[];
  for (const [place, backend] of backends.entries()) {
    for (const [index, how] of ENDS.entries()) {
      if (context.size === 'small' && index % backends.length !== place) continue;
      const fault = `${how} while judging, ${backend}`;
      const obstacle = findObstacle();
      rows.push(obstacle ? notTested(fault, obstacle) : await killing(fault, backend, how, context));
    }
  }
  return rows;
}

async function killing(fault: string, backend: Backend, how: End, context: FaultContext): Promise<FaultRow> {
  const address = await context.address();
  const injected = KILLS[context.size];
  let [survived, lost, acknowledged, restored, kept] = [0, 0, 0, 0, 0];
  let profile = new Profile(backend);
  let page = await profile.open(address);
  await openPairsIn(page, OPEN_PAIRS);
  await judgedOn(page, 0);
  for (let round = 0; round < injected; round++) {
    const before = kept;
    await startJudging(page, (count) => (kept = count));
    await new Promise((resolve) =>
      setTimeout(resolve, 300 + LONGEST_MS[context.size] * context.random.next()),
    );
    await profile.end(how, page);
    if (!profile.databaseFolder())
      return notTested(fault, `this browser does not keep databases in ${backend}`);
    acknowledged += kept - before;
    page = await profile.open(address);
    const shown = await judgedOn(page, kept);
    lost += Math.max(0, kept - shown);
    survived += shown >= kept ? 1 : 0;
    restored += (await saysRestored(page)) ? 1 : 0;
    kept = shown;
    if (shown > MOST_JUDGED) {
      await profile.close();
      profile.remove();
      profile = new Profile(backend);
      page = await profile.open(address);
      await openPairsIn(page, OPEN_PAIRS);
      kept = await judgedOn(page, 0);
    }
  }
  await profile.close();
  profile.remove();
  if (acknowledged === 0) throw new Error(`${fault}: nothing was called saved before the kills.`);
  const detail = `${formatCount(acknowledged)} judgments called saved, ${restored} starts restored from the journal`;
  return { fault, injected, survived, lost, detail };
}
