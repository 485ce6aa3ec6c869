/**
 * Workers that die or fall silent in the middle of their work: the encoder, the importer, the journal (the trainer has a
 * group of its own). A call must end as an undisturbed one, or with a reason where it may not be made twice or three
 * workers died over it; and what the journal called saved stands there once.
 */
import type { Page } from 'playwright';
import { ACCIDENTS } from '../../helpers/accidents.ts';
import { findChromium } from '../../runner/chromium.ts';
import { range, rowOf, type Ending } from '../endings.ts';
import { formatCount, notTested, type FaultContext, type FaultRow, type Size } from '../group.ts';
import { Lab } from '../lab.ts';
import type { Moment, ServiceName, WorkerFault } from '../page/workerFault.ts';
import type { WorkerFaults } from '../page/workers.ts';

type Place = Pick<WorkerFault, 'method' | 'call' | 'moment'>;

const at = (method: WorkerFault['method'], call: number, ...moments: Moment[]): Place[] =>
  moments.map((moment) => ({ method, call, moment }));

const ENCODER: readonly Place[] = at('encode', 1, 'during', 'before', 'answering', 'idle');
const IMPORTER: readonly Place[] = [
  ...at('readPreferences', 1, 'during', 'before', 'answering', 'idle'),
  ...at('readCandidates', 1, 'during', 'before', 'answering', 'idle'),
];
const JOURNAL: readonly Place[] = [
  ...at('append', 3, 'during', 'before', 'answering', 'idle', 'half written'),
  ...at('compact', 1, 'during', 'removing', 'answering'),
  ...at('count', 1, 'before', 'answering'),
  ...at('read', 1, 'before', 'answering'),
];
/** Of all accidents at all places, every so many: no multiple of two, so that all accidents have their turn. */
const STRIDE: Readonly<Record<Size, number>> = { small: 13, push: 7, nightly: 1 };
const ENDED: Readonly<Record<Size, number>> = { small: 0, push: 2, nightly: 30 };
const MEANS = 'throws, rejects, closes itself or loops for ever';
const SAME = 'the same result';

/** What came of the faults of one service. */
interface Tried {
  readonly row: FaultRow;
  readonly ended: readonly Ending[];
  /** Milliseconds that a cancel took; undefined where the call ended otherwise. */
  readonly cancels: readonly (number | undefined)[];
}

export async function run({ size, random }: FaultContext): Promise<FaultRow[]> {
  if (!findChromium()) return [notTested('faults of workers', 'there is no Chromium')];
  const lab = await Lab.open({ name: 'workers' });
  try {
    const page = await lab.page();
    const shares = range(ENDED[size]).map(() => random.next());
    // A silent worker is waited for, and the waits of one service may be those of another.
    const tried = await Promise.all([
      inService(page, 'encoder', ENCODER, size, shares),
      inService(page, 'importer', IMPORTER, size, shares),
      inService(page, 'journal', JOURNAL, size, shares),
    ]);
    const ended = tried.flatMap((one) => one.ended);
    const more =
      size === 'small'
        ? []
        : [
            rowOf('encoder, importer or journal ended from outside, at any time', ended, SAME),
            cancelRow(tried.flatMap((one) => one.cancels)),
          ];
    return [...tried.map(({ row }) => row), ...more, await inTheEnd(page)];
  } finally {
    await lab.close();
  }
}

async function inService(
  page: Page,
  service: ServiceName,
  places: readonly Place[],
  size: Size,
  shares: readonly number[],
): Promise<Tried> {
  const fault = `${service} ${MEANS}`;
  const endings: Ending[] = [];
  for (const one of faultsAt(places, size)) {
    const ending = await page.evaluate((args) => window.workers.inService(...args), [service, one] as const);
    if (ending.kind === 'neither') console.error(`${fault}: ${JSON.stringify(one)}`);
    endings.push(ending);
  }
  const ended: Ending[] = [];
  for (const share of shares) {
    ended.push(
      await page.evaluate((args) => window.workers.inEndedWorker(...args), [service, share] as const),
    );
  }
  const cancels: (number | undefined)[] = [];
  // Nobody cancels the journal.
  if (size !== 'small' && service !== 'journal') {
    const looping: WorkerFault = { ...places[0], accident: 'loops for ever', times: 1 };
    cancels.push(
      await page.evaluate((args) => window.workers.cancelled(...args), [service, looping] as const),
    );
  }
  return { row: rowOf(fault, endings, SAME), ended, cancels };
}

/** @returns accidents at places, then workers that die while they load, and three that die one after the other */
function faultsAt(places: readonly Place[], size: Size): WorkerFault[] {
  const all = places.flatMap((place) =>
    ACCIDENTS.map((accident): WorkerFault => ({ ...place, accident, times: 1 })),
  );
  const chosen = all.filter((_, index) => index % STRIDE[size] === 0);
  if (size === 'small') return chosen;
  const more: readonly Omit<WorkerFault, 'method' | 'call'>[] = [
    { moment: 'loading', accident: 'closes itself', times: 1 },
    { moment: 'before', accident: 'rejects', times: 3 },
    { moment: 'loading', accident: 'throws', times: 1 },
    { moment: 'before', accident: 'closes itself', times: 3 },
  ];
  const { method } = places[0];
  const used = more.slice(0, size === 'push' ? 2 : undefined);
  return [...chosen, ...used.map((one) => ({ ...one, method, call: 1 }))];
}

/** How long it took is told and not judged: it depends on the machine. */
function cancelRow(times: readonly (number | undefined)[]): FaultRow {
  const taken = times.filter((time) => time !== undefined);
  return {
    fault: 'encoder or importer cancelled while it loops for ever',
    injected: times.length,
    survived: taken.length,
    lost: 0,
    detail: `after ${Math.max(...taken).toFixed(0)} ms at most`,
  };
}

async function inTheEnd(page: Page): Promise<FaultRow> {
  const { saved, notOnce } = await page.evaluate(() => window.workers.inTheEnd());
  return {
    fault: 'acts that the dying journals called saved, in its files in the end',
    injected: saved,
    survived: saved - notOnce,
    lost: notOnce,
    detail: `${formatCount(saved)} stand there once`,
  };
}

declare global {
  interface Window {
    workers: WorkerFaults;
  }
}
