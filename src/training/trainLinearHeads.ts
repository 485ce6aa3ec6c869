/**
 * Many linear Bradley-Terry heads over the same pairs, trained together by batched L-BFGS:
 *
 *   minimise over w_h   Σ_i rowWeights[i, h] · softplus(targetMargin_i − x_i·w_h) + λ_h/2 · |w_h|²
 *
 * Margins are cached, so the line search (one Newton step, four multiples of it compared) costs no matrix product.
 * Eight kernels an iteration, nothing read back but every `readbackEvery` iterations.
 */
import type { Backend, KernelName, ProblemSize, Tensor } from '../compute/backend.ts';
import {
  basisLength,
  chunks,
  GRADIENT_CHUNK,
  HISTORY,
  LINE_CHUNK,
  LINE_SUMS,
  SCALAR,
  SCALARS,
} from '../compute/layout.ts';
import { PalateError } from '../core/palateError.ts';
import { estimateBasis, EXPECTED_SLOPE, preconditionerRank } from './preconditioner.ts';
import { padColumns, padded, unpad } from './padding.ts';

export interface LinearProblem extends ProblemSize {
  /** float32 `[pairs, dimension]`, row-major: chosen − rejected. */
  readonly differences: Float32Array<ArrayBuffer>;
  /** float32 `[pairs, heads]`, row-major. Weight 0 holds the pair out of the head. */
  readonly rowWeights: Float32Array<ArrayBuffer>;
  /** `[heads]`, λ for a loss summed over pairs. */
  readonly lambdas: Float64Array;
  /** float32 `[pairs]`, demanded margins in logits. */
  readonly targetMargins?: Float32Array<ArrayBuffer>;
}

export interface LinearOptions {
  readonly maxIterations: number;
  /** A head is done when |gradient| falls below this share of its first gradient. */
  readonly gradientTolerance: number;
  readonly readbackEvery: number;
  /** Directions of the preconditioner; when left out, what `preconditionerRank` says. */
  readonly rank?: number;
  readonly signal: { readonly aborted: boolean };
  readonly yieldToEvents: () => Promise<void>;
  /** @param losses `[heads]`, Σ weight·loss; @param heldOutLosses `[heads]`, Σ loss over the pairs of weight 0 */
  readonly onProgress: (progress: {
    readonly iteration: number;
    readonly losses: Float64Array;
    readonly heldOutLosses: Float64Array;
  }) => void;
}

export interface LinearSolution {
  /** `[heads, dimension]`, row-major. */
  readonly weights: Float64Array<ArrayBuffer>;
  /** float32 `[pairs, heads]`, row-major: x_i·w_h of every pair, held out or not, logits. */
  readonly margins: Float32Array<ArrayBuffer>;
  readonly iterations: number;
  /** False when `maxIterations` came first. */
  readonly converged: boolean;
}

/** @throws PalateError `cancelled`, `device-lost`, `diverged` */
export async function trainLinearHeads(
  backend: Backend,
  problem: LinearProblem,
  options: LinearOptions,
): Promise<LinearSolution> {
  const { pairs, heads } = problem;
  const dimension = padded(problem.dimension, backend.alignment);
  const differences = padColumns(problem.differences, pairs, problem.dimension, dimension);
  const wanted = options.rank ?? preconditionerRank(problem);
  const plain: ProblemSize = { pairs, dimension, heads };
  const basis = wanted > 0 ? await estimateBasis(backend, differences, plain, wanted) : undefined;
  const size: ProblemSize = basis ? { ...plain, rank: wanted } : plain;
  await backend.prepare(size, KERNELS);
  const tensors = allocate(backend, problem, size, differences, basis);
  try {
    return await iterate(backend, problem, size, tensors, options);
  } finally {
    backend.release(Object.values(tensors));
  }
}

const KERNELS: readonly KernelName[] = [
  'gradientProduct',
  'searchDirection',
  'marginProduct',
  'lineCurvature',
  'newtonStep',
  'lineLosses',
  'chooseStep',
  'advanceMargins',
];

type Tensors = ReturnType<typeof allocate>;

function allocate(
  backend: Backend,
  problem: LinearProblem,
  size: ProblemSize,
  differences: Float32Array<ArrayBuffer>,
  basis: Float64Array | undefined,
) {
  const { pairs, dimension, heads, rank = 0 } = size;
  const weights = columnSums(problem.rowWeights, heads);
  const scalars = new Float64Array(heads * SCALARS);
  for (let head = 0; head < heads; head++) {
    scalars[head * SCALARS + SCALAR.lambda] = problem.lambdas[head];
    scalars[head * SCALARS + SCALAR.roundoff] = backend.unitRoundoff;
    scalars[head * SCALARS + SCALAR.dataCurvature] = EXPECTED_SLOPE * weights[head];
  }
  const state = (label: string, length: number, initial?: Float64Array): Tensor =>
    backend.state(label, length, initial);
  return {
    differences: backend.upload('differences', differences),
    basis: state('basis', basisLength(rank, dimension), basis),
    rowWeights: backend.upload('row weights', problem.rowWeights),
    margins: state('margins', pairs * heads, startingMargins(problem)),
    scalars: state('scalars', heads * SCALARS, scalars),
    residuals: state('residuals', pairs * heads),
    projections: state('projections', pairs * heads),
    partials: state('gradient partials', chunks(pairs, GRADIENT_CHUNK) * heads * dimension),
    sums: state('curvature sums', chunks(pairs, LINE_CHUNK) * heads),
    lineSums: state('line sums', chunks(pairs, LINE_CHUNK) * heads * LINE_SUMS),
    weights: state('weights', heads * dimension),
    gradients: state('gradients', heads * dimension),
    directions: state('directions', heads * dimension),
    steps: state('steps', HISTORY * heads * dimension),
    changes: state('changes', HISTORY * heads * dimension),
  };
}

/** Sums over the rows of `[rows, columns]`. */
function columnSums(matrix: Float32Array, columns: number): Float64Array<ArrayBuffer> {
  const sums = new Float64Array(columns);
  matrix.forEach((value, index) => (sums[index % columns] += value));
  return sums;
}

/** −targetMargin in every column; undefined where nothing is demanded: tensors start at zero. */
function startingMargins({ targetMargins, pairs, heads }: LinearProblem): Float64Array | undefined {
  if (!targetMargins?.some((target) => target !== 0)) return undefined;
  const margins = new Float64Array(pairs * heads);
  targetMargins.forEach((target, pair) => margins.fill(-target, pair * heads, (pair + 1) * heads));
  return margins;
}

async function iterate(
  backend: Backend,
  problem: LinearProblem,
  size: ProblemSize,
  t: Tensors,
  options: LinearOptions,
): Promise<LinearSolution> {
  const { rowWeights, margins, projections, residuals, scalars, directions, weights, sums, lineSums } = t;
  // The step is zero at first: this only turns margins into residuals.
  backend.run('advanceMargins', { rowWeights, projections, scalars, margins, residuals }, size);
  let iteration = 0;
  let converged = false;
  while (iteration < options.maxIterations && !converged) {
    backend.run('gradientProduct', { differences: t.differences, residuals, partials: t.partials }, size);
    const { partials, gradients, steps, changes, basis } = t;
    backend.run(
      'searchDirection',
      { partials, weights, gradients, directions, steps, changes, scalars, basis },
      size,
    );
    backend.run('marginProduct', { differences: t.differences, directions, projections }, size);
    backend.run('lineCurvature', { rowWeights, margins, projections, sums }, size);
    backend.run('newtonStep', { sums, scalars }, size);
    backend.run('lineLosses', { rowWeights, margins, projections, scalars, lineSums }, size);
    backend.run('chooseStep', { lineSums, directions, scalars, weights }, size);
    backend.run('advanceMargins', { rowWeights, projections, scalars, margins, residuals }, size);
    iteration++;
    const due = iteration % options.readbackEvery === 0 || iteration === options.maxIterations;
    if (due) converged = await report(backend, problem, scalars, iteration, options);
    else if (backend.kind === 'cpu') await options.yieldToEvents();
    if (options.signal.aborted) throw new PalateError('cancelled', 'Training was cancelled.');
  }
  return {
    weights: unpad(await backend.read(weights), problem.heads, problem.dimension, size.dimension),
    margins: await plainMargins(backend, problem, margins),
    iterations: iteration,
    converged,
  };
}

/** Reads the scalars of all heads, tells the progress, and answers whether every head is done. */
async function report(
  backend: Backend,
  problem: LinearProblem,
  scalars: Tensor,
  iteration: number,
  options: LinearOptions,
): Promise<boolean> {
  const values = await backend.read(scalars);
  await options.yieldToEvents();
  const of = (head: number, index: number): number => values[head * SCALARS + index];
  const losses = Float64Array.from({ length: problem.heads }, (_, head) => of(head, SCALAR.loss));
  if (!losses.every(Number.isFinite)) {
    throw new PalateError('diverged', 'Training met a loss that is not a finite number. Nothing was kept.');
  }
  const heldOutLosses = Float64Array.from({ length: problem.heads }, (_, head) =>
    of(head, SCALAR.heldOutLoss),
  );
  options.onProgress({ iteration, losses, heldOutLosses });
  const tolerance = options.gradientTolerance ** 2;
  return losses.every(
    (_, head) =>
      of(head, SCALAR.stalled) > 1 ||
      of(head, SCALAR.gradientSquare) <= tolerance * of(head, SCALAR.firstGradientSquare),
  );
}

async function plainMargins(
  backend: Backend,
  problem: LinearProblem,
  margins: Tensor,
): Promise<Float32Array<ArrayBuffer>> {
  const cached = await backend.read(margins);
  const plain = new Float32Array(problem.pairs * problem.heads);
  for (let pair = 0; pair < problem.pairs; pair++) {
    const target = problem.targetMargins?.[pair] ?? 0;
    for (let head = 0; head < problem.heads; head++) {
      plain[pair * problem.heads + head] = cached[pair * problem.heads + head] + target;
    }
  }
  return plain;
}
