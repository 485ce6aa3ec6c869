/**
 * The benchmark: `npm run bench -- [--quick] [--only REGEX] [--json] [--gpu] [--one-thread]`.
 *
 *   --quick   2,000 × 384 alone
 *   --only    problems whose description matches, such as "single fit 2000"
 *   --json    one object on standard output in place of the tables
 *   --gpu     the machine's graphics adapter; otherwise the software adapter, as in the tests
 *   --one-thread   no memory shared between threads: the peers on WebAssembly use one core, as ours do
 *
 * Progress goes to standard error.
 */
import { availableParallelism, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { openBenchPage, type BenchPage } from './browser.ts';
import { Contest, describe, median, type Entrant } from './contest.ts';
import { judge } from './demands.ts';
import { judgmentInAppMilliseconds } from './inApp.ts';
import { runHiddenContest } from './hiddenContest.ts';
import type { ProblemSpec } from './page/page.ts';
import { toMarkdown, type ProductSpeed, type Report } from './report.ts';

const SIZES = [
  [200, 384],
  [2000, 384],
  [10000, 384],
  [10000, 768],
] as const;

const log = (line: string): void => void process.stderr.write(`${line}\n`);

const { values: flags } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
    gpu: { type: 'boolean', default: false },
    'one-thread': { type: 'boolean', default: false },
  },
});
const started = performance.now();
const page = await openBenchPage(flags.gpu, !flags['one-thread']);
try {
  const report = await measure(page);
  const verdicts = judge(report);
  const seconds = (performance.now() - started) / 1000;
  const output = flags.json
    ? JSON.stringify({ ...report, verdicts, seconds })
    : toMarkdown(report, verdicts, seconds);
  process.stdout.write(`${output}\n`);
} finally {
  await page.close();
}

async function measure(page: BenchPage): Promise<Report> {
  const { adapter, automatic, contenders, missing, isolated, tensorflowThreads } = await page.call('prepare');
  log(`Adapter: ${adapter}; ${automatic.reason}`);
  if (!isolated) log('The page is not cross-origin isolated: peers run without threads.');
  for (const line of missing) log(`Left out: ${line}`);
  // What goes without a preconditioner differs in model selection alone.
  const different = contenders.filter(({ name }) => !name.endsWith('plain'));
  const everyday = {
    ...(await page.call('everyday')),
    judgmentInAppMilliseconds: await judgmentInAppMilliseconds(),
  };
  const models = [await page.call('modelSpeed', 'wasm')];
  // The software adapter takes seconds for every new length of a text, which is nobody's speed.
  if (flags.gpu) models.push(await page.call('modelSpeed', 'webgpu'));
  log(`models: ${JSON.stringify(models)}`);
  const products = await measureProducts(page, different);
  const growth = await measureGrowth(page, different);
  const selection = new Contest(page, contenders, log);
  const fits = new Contest(page, different, log);
  const results = [];
  for (const spec of chosenProblems()) {
    if (spec.kind === 'hidden layer') results.push(await runHiddenContest(page, different, spec, log));
    else results.push(await (spec.kind === 'model selection' ? selection : fits).run(spec));
  }
  const machine = { cores: availableParallelism(), load: loadavg()[1] };
  return { adapter, machine, tensorflowThreads, automatic, results, products, growth, models, everyday };
}

function chosenProblems(): ProblemSpec[] {
  const pattern = new RegExp(flags.only, 'u');
  return (
    (['model selection', 'single fit', 'hidden layer'] as const)
      .flatMap((kind) =>
        SIZES.flatMap(([pairs, dimension]) =>
          (['isotropic', 'realistic'] as const).map((spectrum) => ({ kind, pairs, dimension, spectrum })),
        ),
      )
      // A hidden layer is trained on normal features, and at one dimension.
      .filter(({ kind, dimension, spectrum }) => {
        return kind !== 'hidden layer' || (dimension === 384 && spectrum === 'isotropic');
      })
      .filter((spec) => !flags.quick || (spec.pairs === 2000 && spec.dimension === 384))
      .filter((spec) => pattern.test(describe(spec)))
  );
}

async function measureProducts(page: BenchPage, contenders: readonly Entrant[]): Promise<ProductSpeed[]> {
  const speeds: ProductSpeed[] = [];
  for (const [rows, columns, inner] of [
    [10240, 40, 384],
    [512, 512, 512],
  ]) {
    const repeats = new Map<string, number>();
    const found = new Map<string, number[]>(contenders.map(({ name }) => [name, []]));
    for (const { name } of contenders) {
      await page.call('product', name, rows, columns, inner, 1);
      const gflops = await page.call('product', name, rows, columns, inner, 1);
      const milliseconds = (2 * rows * columns * inner) / gflops / 1e6;
      repeats.set(name, Math.min(20, Math.ceil(1000 / milliseconds)));
    }
    for (let round = 0; round < 3; round++) {
      for (const [name, rates] of found) {
        rates.push(await page.call('product', name, rows, columns, inner, repeats.get(name)!));
      }
    }
    const gflops = Object.fromEntries([...found].map(([name, rates]) => [name, median(rates)]));
    speeds.push({ shape: `${rows}×${columns}×${inner}`, gflops });
    log(`product ${rows}×${columns}×${inner}: ${JSON.stringify(gflops)}`);
  }
  return speeds;
}

/** Ten iterations of model selection at some pairs and at ten times as many, on all our backends. */
async function measureGrowth(page: BenchPage, contenders: readonly Entrant[]): Promise<Report['growth']> {
  const [from, to] = flags.quick ? [200, 2000] : [1000, 10000];
  const own = contenders.filter(({ name }) => name.startsWith('Palate'));
  const times = new Map<string, number[]>(own.map(({ name }) => [name, []]));
  for (const pairs of [from, to]) {
    await page.call('load', { kind: 'model selection', pairs, dimension: 384, spectrum: 'isotropic' }, false);
    for (const { name } of own) {
      await page.call('time', name, 1);
      const runs = [];
      for (let round = 0; round < 3; round++) runs.push((await page.call('time', name, 10)).milliseconds);
      times.get(name)!.push(median(runs));
    }
  }
  const ratios = Object.fromEntries([...times].map(([name, [small, large]]) => [name, large / small]));
  return { from, to, ratios };
}
