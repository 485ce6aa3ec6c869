/** Everything that was measured, and its tables in Markdown. */
import type { Measurement, Result } from './contest.ts';
import type { Verdict } from './demands.ts';
import type { ReadingSpeed } from './page/models.ts';

/** GFLOP/s by contender. */
export interface ProductSpeed {
  readonly shape: string;
  readonly gflops: Readonly<Record<string, number>>;
}

/** Of the tiny models on one device. */
export interface ModelSpeed {
  readonly device: 'wasm' | 'webgpu';
  readonly reading: ReadingSpeed;
  readonly tokensPerSecond: number;
}

export interface Report {
  readonly adapter: string;
  /** `load`: mean number of threads wanting a core over the last five minutes. */
  readonly machine: { readonly cores: number; readonly load: number };
  /** Threads of TensorFlow.js on WebAssembly; ours is one. */
  readonly tensorflowThreads: number;
  /** What Palate takes by itself: the contender on the processor for small jobs, this kind for large ones. */
  readonly automatic: {
    readonly processor: string;
    readonly forLargeJobs: 'webgpu' | 'cpu';
    readonly reason: string;
  };
  readonly results: readonly Result[];
  readonly products: readonly ProductSpeed[];
  /** Our backends: time at ten times the pairs over the time, iterations fixed. */
  readonly growth: {
    readonly from: number;
    readonly to: number;
    readonly ratios: Readonly<Record<string, number>>;
  };
  readonly models: readonly ModelSpeed[];
  readonly everyday: {
    readonly encoderMicroseconds: number;
    readonly candidatesPerSecond: number;
    readonly judgmentMilliseconds: number;
    readonly judgmentInAppMilliseconds: number;
  };
}

const REFERENCE = 'Palate webgpu';

export function toMarkdown(report: Report, verdicts: readonly Verdict[], seconds: number): string {
  const { everyday, growth, machine } = report;
  return [
    `Adapter: ${report.adapter}. Choice by itself, large jobs: ${report.automatic.forLargeJobs}. ${report.automatic.reason}`,
    ...(['model selection', 'single fit', 'hidden layer'] as const).map((kind) => resultTable(report, kind)),
    'Milliseconds from typed arrays to weights, median of three taking turns (one run where it took over 20 s); ' +
      `in brackets the multiple of ${REFERENCE}; then iterations to within 0.1 % of the optimum. ` +
      'A hidden layer is 384 → 64 → 1, Adam on batches of 256; there the steps follow. ' +
      'e: extrapolated from two short runs. >: objective not reached in this many iterations, a lower bound; for a hidden layer, a loss more than 1 % from ours.',
    productTable(report.products),
    table(
      ['Every day', 'measured'],
      [
        ['built-in encoder, text of 200 words', `${everyday.encoderMicroseconds.toFixed(0)} µs`],
        ['reranking, features cached', `${Math.round(everyday.candidatesPerSecond)} candidates/s`],
        [
          'one judgment → refreshed head at 1,000 pairs (processor)',
          `${everyday.judgmentMilliseconds.toFixed(0)} ms`,
        ],
        [
          'one judgment → refreshed sentence in the app at 1,000 imported pairs',
          `${everyday.judgmentInAppMilliseconds.toFixed(0)} ms`,
        ],
        ...Object.entries(growth.ratios).map(([name, ratio]) => [
          `${name}: cost of ${growth.to} pairs over ${growth.from}`,
          `${ratio.toFixed(1)}×`,
        ]),
      ],
    ),
    modelTable(report.models),
    table(
      ['Demand', 'where', 'demanded', 'measured', 'met'],
      verdicts.map((v) => [
        v.demand,
        v.where,
        v.demanded,
        v.measured,
        v.met === undefined ? 'open' : v.met ? 'yes' : 'NO',
      ]),
    ),
    `Took ${(seconds / 60).toFixed(1)} minutes; load average ${machine.load.toFixed(1)} on ${machine.cores} cores.`,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function resultTable({ results }: Report, kind: string): string {
  const own = results.filter((result) => result.spec.kind === kind);
  if (own.length === 0) return '';
  const names = [...new Set(own.flatMap((result) => result.measurements.map(({ name }) => name)))];
  return table(
    [kind, ...own.map(({ spec }) => `${spec.spectrum} ${spec.pairs}×${spec.dimension}`)],
    names.map((name) => [
      name,
      ...own.map((result) => cell(find(result, name), find(result, REFERENCE)?.milliseconds)),
    ]),
  );
}

function cell(measurement: Measurement | undefined, reference: number | undefined): string {
  if (!measurement) return '–';
  const { milliseconds, reached, extrapolated, iterations } = measurement;
  const bound = reached ? '' : '> ';
  const ratio = reference === undefined ? '' : ` (${figure(milliseconds / reference)})`;
  return `${bound}${milliseconds.toFixed(0)}${extrapolated ? ' e' : ''}${ratio} · ${iterations}`;
}

function productTable(products: readonly ProductSpeed[]): string {
  const names = Object.keys(products[0]?.gflops ?? {});
  return table(
    ['Product alone, GFLOP/s', ...products.map(({ shape }) => shape)],
    names.map((name) => [name, ...products.map(({ gflops }) => figure(gflops[name]))]),
  );
}

/** The columns add up to what a text takes, but for features, which are made of its vector later. */
function modelTable(models: readonly ModelSpeed[]): string {
  const microseconds = (value: number): string => `${figure(value)} µs`;
  return table(
    ['Tiny models', 'texts read/s', 'tokenise', 'run', 'pool', 'features', 'tokens written/s'],
    models.map(({ device, reading, tokensPerSecond }) => [
      device,
      figure(reading.textsPerSecond),
      ...[reading.tokenise, reading.run, reading.pool, reading.features].map(microseconds),
      figure(tokensPerSecond),
    ]),
  );
}

export function find(result: Result, name: string): Measurement | undefined {
  return result.measurements.find((measurement) => measurement.name === name);
}

/** Two digits that count. */
export function figure(value: number): string {
  return value >= 10 ? value.toFixed(0) : value >= 1 ? value.toFixed(1) : value.toFixed(2);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
