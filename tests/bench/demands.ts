/** What this version must reach, and whether it did. A range is judged by its worst end. */
import { isSmallJob } from '../../src/compute/smallJob.ts';
import { describe, type Measurement, type Result } from './contest.ts';
import { HIDDEN } from './hiddenProblem.ts';
import { MODEL_SELECTION_HEADS } from './problems.ts';
import { figure, find, type Report } from './report.ts';

export interface Verdict {
  readonly demand: string;
  readonly where: string;
  readonly demanded: string;
  readonly measured: string;
  /** Undefined where a bound leaves it open. */
  readonly met: boolean | undefined;
}

/** Who must be how many times faster than a peer: our WebGPU backend, or the one the app takes. */
const CONTESTS: readonly {
  readonly own: 'WebGPU' | 'the backend taken by itself';
  readonly kind: Result['spec']['kind'];
  readonly peer: string;
  readonly algorithm: string;
  readonly atLeast: number;
  readonly pairs: readonly number[];
}[] = [
  {
    own: 'WebGPU',
    kind: 'model selection',
    peer: 'TensorFlow.js webgpu',
    algorithm: 'same algorithm',
    atLeast: 15,
    pairs: [2000, 10000],
  },
  {
    own: 'WebGPU',
    kind: 'model selection',
    peer: 'jax-js webgpu',
    algorithm: 'Adam',
    atLeast: 15,
    pairs: [10000],
  },
  {
    own: 'the backend taken by itself',
    kind: 'model selection',
    peer: 'TensorFlow.js wasm',
    algorithm: 'same algorithm',
    atLeast: 1,
    pairs: [2000, 10000],
  },
  ...[
    { peer: 'TensorFlow.js webgpu', atLeast: 12 },
    { peer: 'jax-js webgpu', atLeast: 2.5 },
    { peer: 'TensorFlow.js wasm', atLeast: 1.3 },
  ].map((demand) => ({
    own: 'WebGPU' as const,
    kind: 'hidden layer' as const,
    algorithm: 'same steps',
    pairs: [200, 2000, 10000],
    ...demand,
  })),
];

const PRODUCTS: readonly { readonly own: string; readonly peer: string; readonly atLeast: number }[] = [
  { own: 'Palate webgpu', peer: 'TensorFlow.js webgpu', atLeast: 10 },
  { own: 'Palate webgpu', peer: 'jax-js webgpu', atLeast: 2.5 },
  // Meant for one thread each; see `productVerdict`.
  { own: 'Palate simd', peer: 'TensorFlow.js wasm', atLeast: 1.2 },
];

const OWN = ['Palate webgpu', 'Palate simd', 'Palate cpu'];

export function judge(report: Report): Verdict[] {
  return [
    ...PRODUCTS.flatMap(({ own, peer, atLeast }) => productVerdict(report, own, peer, atLeast)),
    ...CONTESTS.flatMap(({ own, kind, peer, algorithm, atLeast, pairs }) =>
      report.results
        .filter(({ spec }) => spec.kind === kind && pairs.includes(spec.pairs))
        .flatMap((result) => {
          const ours = find(result, own === 'WebGPU' ? 'Palate webgpu' : takenByItself(report, result));
          const other = find(result, peer);
          return ours && other
            ? [ratioVerdict(result, ours, other, `${own} vs ${peer}, ${algorithm}`, atLeast)]
            : [];
        }),
    ),
    ...preconditionerVerdicts(report),
    ...choiceVerdict(report),
    ...everydayVerdicts(report),
  ];
}

/** What the preconditioner is worth where the spectrum decays. */
function preconditionerVerdicts({ results }: Report): Verdict[] {
  return results
    .filter(
      ({ spec }) => spec.kind === 'model selection' && spec.spectrum === 'realistic' && spec.pairs >= 2000,
    )
    .flatMap((result) => {
      const [own, plain] = [find(result, 'Palate webgpu'), find(result, 'Palate webgpu plain')];
      return own && plain
        ? [ratioVerdict(result, own, plain, 'WebGPU vs itself without preconditioner', 2)]
        : [];
    });
}

/** TensorFlow.js with more threads than our one leaves it open. */
function productVerdict(report: Report, own: string, peer: string, atLeast: number): Verdict[] {
  const unequal = report.tensorflowThreads > 1 && peer === 'TensorFlow.js wasm';
  return report.products
    .filter(({ gflops }) => own in gflops && peer in gflops)
    .map(({ shape, gflops }) => {
      const ratio = gflops[own] / gflops[peer];
      return {
        demand: `product, ${own} vs ${peer}${unequal ? ` on ${report.tensorflowThreads} threads` : ''}`,
        where: shape,
        demanded: `≥ ${atLeast}×${unequal ? ' on one thread each' : ''}`,
        measured: `${figure(ratio)}×`,
        met: ratio >= atLeast ? true : unequal ? undefined : false,
      };
    });
}

function ratioVerdict(
  { spec }: Result,
  own: Measurement,
  other: Measurement,
  demand: string,
  atLeast: number,
): Verdict {
  const ratio = other.milliseconds / own.milliseconds;
  const notes = `${other.extrapolated ? ' e' : ''}${other.reached ? '' : ', it did not get there'}`;
  return {
    demand,
    where: describe(spec),
    demanded: `≥ ${atLeast}×`,
    measured: `${other.reached ? '' : '> '}${figure(ratio)}×${notes}`,
    met: ratio >= atLeast ? true : other.reached ? false : undefined,
  };
}

/** The contender that the app would be: small jobs go to the processor, large ones where the short test says. */
function takenByItself({ automatic }: Report, { spec }: Result): string {
  const heads = { 'single fit': 1, 'model selection': MODEL_SELECTION_HEADS, 'hidden layer': 2 * HIDDEN }[
    spec.kind
  ];
  const kind = spec.kind === 'hidden layer' ? 'mlp' : 'linear';
  if (isSmallJob({ ...spec, heads }, kind) || automatic.forLargeJobs === 'cpu') return automatic.processor;
  return 'Palate webgpu';
}

/** The backend Palate takes by itself against the best of its own. */
function choiceVerdict(report: Report): Verdict[] {
  const excess = report.results.flatMap((result) => {
    const taken = find(result, takenByItself(report, result));
    const own = OWN.flatMap((name) => find(result, name)?.milliseconds ?? []);
    if (!taken || own.length < 2) return [];
    return [{ ratio: taken.milliseconds / Math.min(...own), name: taken.name, where: describe(result.spec) }];
  });
  if (excess.length === 0) return [];
  const worst = excess.reduce((a, b) => (b.ratio > a.ratio ? b : a));
  return [
    {
      demand: 'backend taken by itself vs the best of ours',
      where: `worst of ${excess.length}: ${worst.where}, ${worst.name}`,
      demanded: '≤ 1.3×',
      measured: `${worst.ratio.toFixed(2)}×`,
      met: worst.ratio <= 1.3,
    },
  ];
}

function everydayVerdicts({ everyday, growth }: Report): Verdict[] {
  return [
    {
      demand: 'one judgment → refreshed head',
      where: '1,000 pairs, 174 features, processor',
      demanded: '≤ 100 ms',
      measured: `${everyday.judgmentMilliseconds.toFixed(0)} ms`,
      met: everyday.judgmentMilliseconds <= 100,
    },
    {
      demand: 'built-in encoder',
      where: 'text of 200 words',
      demanded: '≤ 1 ms',
      measured: `${(everyday.encoderMicroseconds / 1000).toFixed(2)} ms`,
      met: everyday.encoderMicroseconds <= 1000,
    },
    {
      demand: 'reranking, features cached',
      where: '174 features, 8 candidates a prompt',
      demanded: '≥ 100,000/s',
      measured: `${Math.round(everyday.candidatesPerSecond)}/s`,
      met: everyday.candidatesPerSecond >= 100_000,
    },
    ...Object.entries(growth.ratios).map(([name, ratio]) => ({
      demand: `cost at 10× the pairs, ${name}`,
      where: `${growth.from} → ${growth.to} pairs × 384, 10 iterations`,
      demanded: '≤ 11×',
      measured: `${ratio.toFixed(1)}×`,
      met: ratio <= 11,
    })),
  ];
}
