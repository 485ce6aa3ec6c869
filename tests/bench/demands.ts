/** What this version must reach, and whether it did. A range is judged by its worst end. */
import { describe, type Result } from './contest.ts';
import { figure, find, type Report } from './report.ts';

export interface Verdict {
  readonly demand: string;
  readonly where: string;
  readonly demanded: string;
  readonly measured: string;
  /** Undefined where a bound leaves it open. */
  readonly met: boolean | undefined;
}

/** How many times faster than a peer our WebGPU backend must select a model. */
const MODEL_SELECTION: readonly {
  readonly peer: string;
  readonly algorithm: string;
  readonly atLeast: number;
  readonly pairs: readonly number[];
}[] = [
  { peer: 'TensorFlow.js webgpu', algorithm: 'same algorithm', atLeast: 15, pairs: [2000, 10000] },
  { peer: 'jax-js webgpu', algorithm: 'Adam', atLeast: 15, pairs: [10000] },
  { peer: 'TensorFlow.js wasm', algorithm: 'same algorithm', atLeast: 1, pairs: [10000] },
];

const PRODUCTS: readonly { readonly peer: string; readonly atLeast: number }[] = [
  { peer: 'TensorFlow.js webgpu', atLeast: 10 },
  { peer: 'jax-js webgpu', atLeast: 2.5 },
];

const OWN = 'Palate webgpu';

export function judge(report: Report): Verdict[] {
  return [
    ...PRODUCTS.flatMap(({ peer, atLeast }) => productVerdict(report, peer, atLeast)),
    ...MODEL_SELECTION.flatMap(({ peer, algorithm, atLeast, pairs }) => {
      const chosen = report.results.filter(
        ({ spec }) => spec.kind === 'model selection' && pairs.includes(spec.pairs),
      );
      return ratioVerdicts(chosen, peer, algorithm, atLeast);
    }),
    ...choiceVerdict(report),
    ...everydayVerdicts(report),
  ];
}

function productVerdict({ products }: Report, peer: string, atLeast: number): Verdict[] {
  return products
    .filter(({ gflops }) => OWN in gflops && peer in gflops)
    .map(({ shape, gflops }) => ({
      demand: `product on WebGPU vs ${peer}`,
      where: shape,
      demanded: `≥ ${atLeast}×`,
      measured: `${figure(gflops[OWN] / gflops[peer])}×`,
      met: gflops[OWN] / gflops[peer] >= atLeast,
    }));
}

function ratioVerdicts(
  results: readonly Result[],
  peer: string,
  algorithm: string,
  atLeast: number,
): Verdict[] {
  return results.flatMap((result) => {
    const [own, other] = [find(result, OWN), find(result, peer)];
    if (!own || !other) return [];
    const ratio = other.milliseconds / own.milliseconds;
    const notes = `${other.extrapolated ? ' e' : ''}${other.reached ? '' : ', it did not get there'}`;
    return [
      {
        demand: `WebGPU vs ${peer}, ${algorithm}`,
        where: describe(result.spec),
        demanded: `≥ ${atLeast}×`,
        measured: `${other.reached ? '' : '> '}${figure(ratio)}×${notes}`,
        met: ratio >= atLeast ? true : other.reached ? false : undefined,
      },
    ];
  });
}

/** The backend Palate takes by itself against the better of its two. */
function choiceVerdict({ results, automatic }: Report): Verdict[] {
  const excess = results.flatMap((result) => {
    const [gpu, cpu] = [find(result, OWN), find(result, 'Palate cpu')];
    if (!gpu || !cpu) return [];
    const taken = automatic.kind === 'cpu' ? cpu : gpu;
    const ratio = taken.milliseconds / Math.min(gpu.milliseconds, cpu.milliseconds);
    return [{ ratio, where: describe(result.spec) }];
  });
  if (excess.length === 0) return [];
  const worst = excess.reduce((a, b) => (b.ratio > a.ratio ? b : a));
  return [
    {
      demand: `backend taken by itself (${automatic.kind}) vs the better one`,
      where: `worst of ${excess.length}: ${worst.where}`,
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
      where: '1,000 pairs, 174 features, cpu',
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
