/**
 * Many linear Bradley-Terry heads over the same pairs, trained together by batched L-BFGS:
 *
 *   minimise over w_h   Σ_i rowWeights[i, h] · softplus(targetMargin_i − x_i·w_h) + λ_h/2 · |w_h|²
 *
 * Margins are cached, so the line search (one Newton step, four multiples of it compared) costs no matrix product.
 * Eight kernels an iteration, nothing read back but every `readbackEvery` iterations. A run that is watched waits before
 * every iteration, and may be given other λ on the way: it goes on from its weights, with nothing remembered of the
 * objective before.
 */
import type { Backend, KernelName, ProblemSize, Tensor } from '../compute/backend.ts';
import { SCALAR, SCALARS } from '../compute/layout.ts';
import { PalateError } from '../core/palateError.ts';
import { allocateLinear, type LinearProblem, type LinearTensors } from './linearTensors.ts';
import { estimateBasis, preconditionerRank } from './preconditioner.ts';
import { padColumns, padded, unpad } from './padding.ts';

interface LinearLimits {
  readonly maxIterations: number;
  /** A head is done when |gradient| falls below this share of its first gradient. */
  readonly gradientTolerance: number;
  /** Directions of the preconditioner; when left out, what `preconditionerRank` says. */
  readonly rank?: number;
  readonly signal: { readonly aborted: boolean };
}

/** Iterations between two reports: a look costs a graphics device a round trip and the processor nothing. */
export const READBACK_EVERY = { webgpu: 5, cpu: 1 } as const;

export interface LinearOptions extends LinearLimits {
  readonly readbackEvery: number;
  readonly yieldToEvents: () => Promise<void>;
  /** @param losses `[heads]`, Σ weight·loss; @param heldOutLosses `[heads]`, Σ loss over the pairs of weight 0 */
  readonly onProgress: (progress: {
    readonly iteration: number;
    readonly losses: Float64Array;
    readonly heldOutLosses: Float64Array;
  }) => void;
}

export interface WatchedLinearOptions extends LinearLimits {
  /** Asked before every iteration, and when the run is done. */
  readonly gate: LinearGate;
}

/**
 * How a watched run goes on: to end it with the weights it has, or an iteration further, with other `[heads]` λ where
 * given. A run that is done stays where it is until λ change.
 */
export type LinearGate = (state: {
  readonly iteration: number;
  /** As in `LinearSolution`. */
  readonly margins: Float32Array<ArrayBuffer>;
  readonly isDone: boolean;
}) => Promise<'keep' | { readonly lambdas?: Float64Array }>;

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
  options: LinearOptions | WatchedLinearOptions,
): Promise<LinearSolution> {
  const { pairs, heads } = problem;
  const dimension = padded(problem.dimension, backend.alignment);
  const differences = padColumns(problem.differences, pairs, problem.dimension, dimension);
  const wanted = options.rank ?? preconditionerRank(problem);
  const plain: ProblemSize = { pairs, dimension, heads };
  const basis = wanted > 0 ? await estimateBasis(backend, differences, plain, wanted) : undefined;
  const size: ProblemSize = basis ? { ...plain, rank: wanted } : plain;
  await backend.prepare(size, KERNELS);
  const tensors = allocateLinear(backend, problem, size, differences, basis);
  try {
    // The step is zero at first: this only turns margins into residuals.
    backend.run('advanceMargins', tensors, size);
    const ended = await ('gate' in options
      ? iterateWatched(backend, problem, size, tensors, options)
      : iterate(backend, problem, size, tensors, options));
    const weights = await backend.read(tensors.weights);
    const margins = await plainMargins(backend, problem, tensors.margins);
    // Whatever was read before this was read from a device in order.
    await readScalars(backend, tensors.scalars);
    return {
      ...ended,
      weights: unpad(weights, problem.heads, problem.dimension, size.dimension),
      margins,
    };
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

type Ended = Pick<LinearSolution, 'iterations' | 'converged'>;

async function iterate(
  backend: Backend,
  problem: LinearProblem,
  size: ProblemSize,
  tensors: LinearTensors,
  options: LinearOptions,
): Promise<Ended> {
  let iterations = 0;
  let converged = false;
  while (iterations < options.maxIterations && !converged) {
    iterateOnce(backend, size, tensors);
    iterations++;
    const due = iterations % options.readbackEvery === 0 || iterations === options.maxIterations;
    if (due) converged = await report(backend, problem, tensors.scalars, iterations, options);
    else if (backend.kind === 'cpu') await options.yieldToEvents();
    throwIfAborted(options);
  }
  return { iterations, converged };
}

async function iterateWatched(
  backend: Backend,
  problem: LinearProblem,
  size: ProblemSize,
  tensors: LinearTensors,
  options: WatchedLinearOptions,
): Promise<Ended> {
  let iterations = 0;
  let converged = false;
  for (;;) {
    const isDone = converged || iterations === options.maxIterations;
    const margins = await plainMargins(backend, problem, tensors.margins);
    const answer = await options.gate({ iteration: iterations, margins, isDone });
    throwIfAborted(options);
    if (answer === 'keep') return { iterations, converged };
    if (answer.lambdas) await restart(backend, tensors, answer.lambdas);
    else if (isDone) continue;
    iterateOnce(backend, size, tensors);
    iterations++;
    converged = areDone(await readScalars(backend, tensors.scalars), problem.heads, options);
  }
}

/** Other λ for the weights as they are: iteration 0 of another objective, so that no correction is remembered. */
async function restart(backend: Backend, tensors: LinearTensors, lambdas: Float64Array): Promise<void> {
  const scalars = Float64Array.from(await backend.read(tensors.scalars));
  lambdas.forEach((lambda, head) => {
    scalars[head * SCALARS + SCALAR.lambda] = lambda;
    scalars[head * SCALARS + SCALAR.iteration] = 0;
    scalars[head * SCALARS + SCALAR.stalled] = 0;
  });
  backend.release([tensors.scalars]);
  tensors.scalars = backend.state('scalars', scalars.length, scalars);
}

function iterateOnce(backend: Backend, size: ProblemSize, t: LinearTensors): void {
  const { rowWeights, margins, projections, residuals, scalars, directions, weights, sums, lineSums } = t;
  const { differences, partials, gradients, steps, changes, basis } = t;
  backend.run('gradientProduct', { differences, residuals, partials }, size);
  backend.run(
    'searchDirection',
    { partials, weights, gradients, directions, steps, changes, scalars, basis },
    size,
  );
  backend.run('marginProduct', { differences, directions, projections }, size);
  backend.run('lineCurvature', { rowWeights, margins, projections, sums }, size);
  backend.run('newtonStep', { sums, scalars }, size);
  backend.run('lineLosses', { rowWeights, margins, projections, scalars, lineSums }, size);
  backend.run('chooseStep', { lineSums, directions, scalars, weights }, size);
  backend.run('advanceMargins', { rowWeights, projections, scalars, margins, residuals }, size);
}

function throwIfAborted({ signal }: LinearLimits): void {
  if (signal.aborted) throw new PalateError('cancelled', 'Training was cancelled.');
}

/** Reads the scalars of all heads, tells the progress, and answers whether every head is done. */
async function report(
  backend: Backend,
  problem: LinearProblem,
  scalars: Tensor,
  iteration: number,
  options: LinearOptions,
): Promise<boolean> {
  const values = await readScalars(backend, scalars);
  await options.yieldToEvents();
  const ofHeads = (index: number): Float64Array =>
    Float64Array.from({ length: problem.heads }, (_, head) => values[head * SCALARS + index]);
  const [losses, heldOutLosses] = [ofHeads(SCALAR.loss), ofHeads(SCALAR.heldOutLoss)];
  options.onProgress({ iteration, losses, heldOutLosses });
  return areDone(values, problem.heads, options);
}

type Scalars = Float32Array | Float64Array;

/**
 * @throws PalateError `diverged` when a loss, a gradient or anything else is not finite; `device-lost` when what was
 *   written once does not come back: a device in trouble may hand out zeros
 */
async function readScalars(backend: Backend, tensor: Tensor): Promise<Scalars> {
  const scalars = await backend.read(tensor);
  if (!scalars.every(Number.isFinite)) {
    throw new PalateError('diverged', 'Training met a loss that is not a finite number. Nothing was kept.');
  }
  for (let own: number = SCALAR.roundoff; own < scalars.length; own += SCALARS) {
    if (scalars[own] !== backend.unitRoundoff) {
      throw new PalateError('device-lost', 'it gave back other numbers than it was given');
    }
  }
  return scalars;
}

function areDone(scalars: Scalars, heads: number, { gradientTolerance }: LinearLimits): boolean {
  const tolerance = gradientTolerance ** 2;
  return Array.from({ length: heads }, (_, head) => head * SCALARS).every(
    (own) =>
      scalars[own + SCALAR.stalled] > 1 ||
      scalars[own + SCALAR.gradientSquare] <= tolerance * scalars[own + SCALAR.firstGradientSquare],
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
