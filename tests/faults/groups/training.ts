/**
 * Faults of graphics devices, workers and tabs while a head is trained. Each run must end with the head of an undisturbed
 * run on the device it ended on, to the same bytes, or with a reason; lost counts those that did neither.
 */
import { join } from 'node:path';
import type { CDPSession, Page } from 'playwright';
import { runnerImport } from 'vite';
import type { HeadKind } from '../../../src/core/rewardHead.ts';
import { ACCIDENTS } from '../../helpers/accidents.ts';
import type * as headFingerprints from '../../helpers/headFingerprint.ts';
import { findChromium } from '../../runner/chromium.ts';
import { range, rowOf, type Ending } from '../endings.ts';
import { notTested, type FaultContext, type FaultRow, type Size } from '../group.ts';
import { Lab, ROOT, type LabOptions } from '../lab.ts';
import type { DeviceFault } from '../page/deviceFaults.ts';
import type { TrainingFaults } from '../page/training.ts';

const KINDS: readonly HeadKind[] = ['linear', 'mlp'];
const LINEAR_KERNELS = [
  ...['gradientProduct', 'searchDirection', 'marginProduct', 'lineCurvature', 'newtonStep', 'lineLosses'],
  ...['chooseStep', 'advanceMargins'],
];
const MLP_KERNELS = ['gatherBatch', 'mlpResiduals', 'adamStep', 'mlpRewards'];
/** Of the steps at which a fault may come, every so many. */
const STRIDE: Readonly<Record<Size, number>> = { small: 12, push: 6, nightly: 1 };
const DEVICE_STEPS = { destroyed: 16, 'no memory': 24, 'wrong numbers': 8 } as const;
const KERNEL_STEPS = { small: 24, push: 24, nightly: 600 } as const;
const REPEATS = { small: 1, push: 3, nightly: 20 } as const;
const RUNS_FOR_LEAKS = { small: 3, push: 10, nightly: 300 } as const;
/** The others come while a device is opened and tested. */
const DURING_THE_RUN: ReadonlySet<DeviceFault['kind']> = new Set(['destroyed', 'no memory', 'wrong numbers']);
/** Longer than a worker may stay silent on this page. */
const STOPPED_MS = 4_000;
const SAME = 'the same head';

const LAB: LabOptions = {
  name: 'training',
  async expose(page, browser) {
    await page.exposeFunction('crashGpu', () =>
      browser.send('Browser.crashGpuProcess' as never).catch(() => undefined),
    );
    await page.exposeFunction('stopRenderer', () => stopRenderers(browser));
  },
  prepare: (page) => page.evaluate(() => window.training.prepare()),
};

export async function run(context: FaultContext): Promise<FaultRow[]> {
  if (!findChromium()) return [notTested('faults while training', 'there is no Chromium')];
  const lab = await Lab.open(LAB);
  try {
    return [
      ...(await deviceFaults(lab, context.size)),
      await wrongNumbers(lab, context),
      await dyingWorkers(lab, context),
      await endedWorkers(lab, context),
      await cancels(lab, context),
      await stoppedRenderer(lab),
      ...(await tabs(lab, context.size)),
      await leaks(lab, context.size),
      ...(await repeats(lab, context.size)),
      await crashedGpu(context.size),
    ];
  } finally {
    await lab.close();
  }
}

async function deviceFaults(lab: Lab, size: Size): Promise<FaultRow[]> {
  const page = await lab.page();
  const steps = (count: number): number[] => range(count).filter((at) => at % STRIDE[size] === 0);
  const of = (fault: (at: number) => DeviceFault, count: number): [HeadKind, DeviceFault][] =>
    KINDS.flatMap((kind) => steps(count).map((at): [HeadKind, DeviceFault] => [kind, fault(at)]));
  const kernels = [
    ...LINEAR_KERNELS.map((kernel) => ['linear', kernel] as const),
    ...MLP_KERNELS.map((kernel) => ['mlp', kernel] as const),
  ].filter((_, at) => at % STRIDE[size] === 0);
  const rows: readonly (readonly [string, (readonly [HeadKind, DeviceFault])[]])[] = [
    ['device destroyed at a readback', of((at) => ({ kind: 'destroyed', at }), DEVICE_STEPS.destroyed)],
    ['no memory for a buffer', of((at) => ({ kind: 'no memory', at }), DEVICE_STEPS['no memory'])],
    [
      'device gives zeros',
      of((at) => ({ kind: 'wrong numbers', at, value: 0 }), DEVICE_STEPS['wrong numbers']),
    ],
    [
      'device gives NaN',
      of((at) => ({ kind: 'wrong numbers', at, value: NaN }), DEVICE_STEPS['wrong numbers']),
    ],
    ['program does not compile', kernels.map(([kind, kernel]) => [kind, { kind: 'broken program', kernel }])],
    ['limit too small', KINDS.map((kind) => [kind, { kind: 'small limit', bytes: 4_096 }])],
    [
      'no adapter, adapter refused, device refused',
      [
        ['linear', { kind: 'no adapter' }],
        ['mlp', { kind: 'adapter refuses' }],
        ['linear', { kind: 'no device' }],
      ],
    ],
  ];
  const results: FaultRow[] = [];
  for (const [fault, cases] of rows) {
    const endings: Ending[] = [];
    for (const [kind, broken] of cases) {
      const args = [kind, broken, DURING_THE_RUN.has(broken.kind)] as const;
      endings.push(await page.evaluate((all) => window.training.onBrokenDevice(...all), args));
    }
    results.push(rowOf(fault, endings, SAME));
  }
  return results;
}

async function wrongNumbers(lab: Lab, { size, random }: FaultContext): Promise<FaultRow> {
  const page = await lab.page();
  const endings: Ending[] = [];
  for (const at of range(KERNEL_STEPS[size])) {
    const fault = [
      KINDS[at % 2],
      size === 'nightly' ? at : random.integer(150),
      at % 4 < 2 ? NaN : Infinity,
    ] as const;
    endings.push(await page.evaluate((args) => window.training.withWrongNumber(...args), fault));
  }
  return rowOf('NaN or infinity in a kernel on the processor', endings, SAME);
}

async function dyingWorkers(lab: Lab, { size }: FaultContext): Promise<FaultRow> {
  const page = await lab.page();
  const endings: Ending[] = [];
  const steps = { small: [2], push: [1, 5], nightly: range(12).map((at) => at + 1) }[size];
  for (const [index, accident] of ACCIDENTS.entries()) {
    if (size === 'small' && index % 2 === 0) continue;
    for (const kind of size === 'small' ? KINDS.slice(0, 1) : KINDS) {
      for (const at of steps) {
        const fault = [kind, { accident: `${accident}@${at}`, times: 1 }] as const;
        endings.push(await page.evaluate((args) => window.training.inDyingWorkers(...args), fault));
      }
    }
    if (size === 'small') continue;
    const always = { accident: `${accident}@1`, times: 3 };
    endings.push(await page.evaluate((args) => window.training.inDyingWorkers('linear', args), always));
  }
  return rowOf('worker throws, rejects, closes itself or loops for ever', endings, SAME);
}

/** Long enough for checkpoints. */
const PAIRS_OF_LONG_RUN = 2_000;

async function endedWorkers(lab: Lab, { size, random }: FaultContext): Promise<FaultRow> {
  const page = await lab.page();
  const endings: Ending[] = [];
  for (const _ of range({ small: 1, push: 6, nightly: 40 }[size])) {
    const fault = ['mlp', random.integer(2_000), PAIRS_OF_LONG_RUN] as const;
    endings.push(await page.evaluate((args) => window.training.inEndedWorker(...args), fault));
  }
  return rowOf('worker ended from outside, at any time', endings, SAME);
}

/** How long it took is told and not judged: it depends on the machine. */
async function cancels(lab: Lab, { size, random }: FaultContext): Promise<FaultRow> {
  const page = await lab.page();
  const times: (number | undefined)[] = [];
  for (const at of range({ small: 2, push: 10, nightly: 60 }[size])) {
    const accident = at % 2 ? 'loops for ever@2' : '';
    const fault = [KINDS[at % 2], accident, random.integer(100)] as const;
    times.push(await page.evaluate((args) => window.training.cancelled(...args), fault));
  }
  const taken = times.filter((time) => time !== undefined).sort((one, other) => one - other);
  return {
    fault: 'cancelled, also where the worker loops for ever',
    injected: times.length,
    survived: taken.length,
    lost: 0,
    detail: `${taken[taken.length >> 1]?.toFixed(0)} ms median, ${taken.at(-1)?.toFixed(0)} ms at most`,
  };
}

async function stoppedRenderer(lab: Lab): Promise<FaultRow> {
  const fault = 'renderer stopped and going on (a sleeping machine)';
  if (process.platform === 'win32') return notTested(fault, 'there is no signal that stops a process');
  const page = await lab.page();
  const ending = await page.evaluate((pairs) => window.training.whileStopped(pairs), PAIRS_OF_LONG_RUN);
  const row = rowOf(fault, [ending], SAME);
  return { ...row, lost: row.lost + ending.workers - 1, detail: `${ending.workers - 1} false restarts` };
}

async function tabs(lab: Lab, size: Size): Promise<FaultRow[]> {
  const turns = { small: 20, push: 100, nightly: 1_000 }[size];
  const [one, other] = [await lab.newPage(), await lab.newPage()];
  const both = await Promise.all(
    [one, other].map((page) => page.evaluate((n) => window.training.takeTurns(n), turns)),
  );
  const clashes = both[0].clashes + both[1].clashes;
  await one.evaluate(() => window.training.beginEndless());
  const waiting = other.evaluate(() => window.training.waitForTurn());
  await crash(one);
  const waited = await waiting;
  const refusals: (string | undefined)[] = [];
  // The first of the two that end was the one above.
  for (let time = 0; time < 2; time++) {
    const page = await lab.newPage();
    refusals.push(await page.evaluate(() => window.training.beginEndless()));
    await crash(page);
  }
  await other.evaluate(() => localStorage.clear());
  return [
    { fault: 'two tabs train at once', injected: 2 * turns, survived: 2 * turns - clashes, lost: clashes },
    {
      ...{ fault: 'tab dies while it trains: the next has its turn', injected: 1, survived: 1, lost: 0 },
      detail: `after ${waited.toFixed(0)} ms`,
    },
    {
      ...{ fault: 'page ends in training twice: it does not begin again', injected: 2, lost: 0 },
      survived: (refusals[0] === undefined ? 1 : 0) + (refusals[1]?.includes('ended twice') ? 1 : 0),
    },
  ];
}

async function leaks(lab: Lab, size: Size): Promise<FaultRow> {
  const runs = RUNS_FOR_LEAKS[size];
  const page = await lab.newPage();
  const { buffers, made, heapGrowth } = await page.evaluate((count) => window.training.leaked(count), runs);
  return {
    fault: 'buffers left on the device by runs',
    ...{ injected: runs, survived: buffers === 0 ? runs : 0, lost: buffers },
    detail: `${made} made, ${buffers} left, heap ${(100 * heapGrowth).toFixed(0)} % larger`,
  };
}

async function repeats(lab: Lab, size: Size): Promise<FaultRow[]> {
  const page = await lab.page();
  const inNode = (
    await runnerImport<typeof headFingerprints>(join(ROOT, 'tests/helpers/headFingerprint.ts'), {
      root: ROOT,
      configFile: false,
      logLevel: 'error',
    })
  ).module;
  const rows: FaultRow[] = [];
  for (const [of, expected] of Object.entries(inNode.HEAD_FINGERPRINTS)) {
    let same = 0;
    for (const _ of range(REPEATS[size])) {
      const name = of as keyof typeof inNode.HEAD_FINGERPRINTS;
      const both = [
        await inNode.headFingerprint(name),
        await page.evaluate((one) => window.training.fingerprint(one), name),
      ];
      same += both.every((found) => found === expected) ? 1 : 0;
    }
    const injected = REPEATS[size];
    const fault = `trained again in Node and Chromium: ${of}`;
    rows.push({ fault, injected, survived: same, lost: injected - same, detail: 'the same bytes' });
  }
  return rows;
}

/** Each in a browser of its own: after two crashes it offers no adapter any more. */
async function crashedGpu(size: Size): Promise<FaultRow> {
  const endings: Ending[] = [];
  for (const kind of size === 'small' ? KINDS.slice(1) : KINDS) {
    const lab = await Lab.open(LAB);
    const page = await lab.page();
    endings.push(await page.evaluate((of) => window.training.onCrashingGpu(of), kind));
    await lab.close();
  }
  return rowOf('graphics process crashes at every report', endings, SAME);
}

async function crash(page: Page): Promise<void> {
  const crashed = new Promise((resolve) => page.once('crash', resolve));
  const session = await page.context().newCDPSession(page);
  // The answer never comes.
  void session.send('Page.crash').catch(() => undefined);
  await crashed;
}

/** All renderers of a browser stand still for a while, with their workers. */
async function stopRenderers(session: CDPSession): Promise<void> {
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const renderers = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
  for (const pid of renderers) process.kill(pid, 'SIGSTOP');
  await new Promise((resolve) => setTimeout(resolve, STOPPED_MS));
  for (const pid of renderers) process.kill(pid, 'SIGCONT');
}

declare global {
  interface Window {
    training: TrainingFaults;
  }
}
