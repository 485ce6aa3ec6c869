/**
 * Heads with one hidden layer of tanh units, several members (folds and the final head) in one run: Adam (Kingma and
 * Ba, 2015) with decoupled weight decay on seeded mini-batches. All members see the same batches in the same order and
 * start from the same numbers; they differ by their row weights only.
 *
 * The hidden units of all members are columns of one weight matrix `[members · hidden, dimension + 1]`, so a step is
 * two matrix products however many members there are. The bias is the weight of a feature that is always 1. The order
 * of all epochs lies on the device from the start and a clock there says which batch is next: nothing is uploaded on
 * the way. A run that is watched waits before every epoch, and may be given other rates for the epochs to come.
 */
import type { Backend, KernelName, ProblemSize, Tensor } from '../compute/backend.ts';
import { UNIT, UNIT_SCALARS } from '../compute/layout.ts';
import { PalateError } from '../core/palateError.ts';
import type { MlpParameters } from '../core/rewardHead.ts';
import {
  allocateMlp,
  type MlpCheckpoint,
  type MlpHyperparameters,
  type MlpProblem,
  type MlpSizes,
  type MlpTensors,
} from './mlpTensors.ts';
import { foldLosses, type FoldLosses } from './foldLosses.ts';
import { padded, unpad } from './padding.ts';

interface MlpLimits extends MlpHyperparameters {
  readonly signal: { readonly aborted: boolean };
  readonly yieldToEvents: () => Promise<void>;
}

export interface MlpOptions extends MlpLimits {
  /** Epochs between two reports; each costs half as much as an epoch's training. The last epoch is always reported. */
  readonly reportEvery: number;
  readonly onProgress: (
    progress: FoldLosses & { readonly iteration: number; readonly maxIterations: number },
  ) => void;
  readonly resume?: MlpCheckpoint;
  readonly onCheckpoint?: (checkpoint: MlpCheckpoint) => void;
}

export interface WatchedMlpOptions extends MlpLimits {
  /** Asked before every epoch, and when the run is done. */
  readonly gate: MlpGate;
}

export type Rates = Pick<MlpHyperparameters, 'learningRate' | 'weightDecay'>;

/** How a watched run goes on: to end it with the weights it has, or an epoch further, at other rates where given. */
export type MlpGate = (state: {
  readonly iteration: number;
  /** As in `MlpSolution`. */
  readonly margins: Float32Array<ArrayBuffer>;
  readonly isDone: boolean;
}) => Promise<'keep' | { readonly rates?: Rates }>;

export interface MlpSolution {
  /** One per member. */
  readonly parameters: readonly MlpParameters[];
  /** float32 `[pairs, members]`, row-major, logits. */
  readonly margins: Float32Array<ArrayBuffer>;
  readonly epochs: number;
}

/** Multiplications queued before the event loop gets a turn: tens of milliseconds on the slowest device of a kind. */
const WORK_BETWEEN_TURNS = { webgpu: 3e8, cpu: 5e7 } as const;
/** A small batch costs what its kernels' launches cost. */
const BATCHES_BETWEEN_TURNS = 64;

/** Work that a fault may cost, and an epoch more. */
const CHECKPOINT_EVERY_MS = 1_000;

const KERNELS: readonly KernelName[] = [
  'gatherBatch',
  'marginProduct',
  'mlpResiduals',
  'gradientProduct',
  'adamStep',
  'mlpRewards',
];

/** @throws PalateError `cancelled`, `device-lost`, `diverged` */
export async function trainMlpHeads(
  backend: Backend,
  problem: MlpProblem,
  options: MlpOptions | WatchedMlpOptions,
): Promise<MlpSolution> {
  const common = {
    dimension: padded(problem.dimension + 1, backend.alignment),
    heads: problem.members * options.hidden,
    hidden: options.hidden,
  };
  const sizes = {
    batch: { ...common, pairs: 2 * Math.min(options.batchSize, problem.rows.chosen.length) },
    all: { ...common, pairs: problem.features.length / problem.dimension },
  };
  await backend.prepare(sizes.batch, KERNELS);
  const tensors = allocateMlp(backend, problem, options, sizes);
  try {
    const ended = await ('gate' in options
      ? iterateWatched(backend, problem, sizes, tensors, options)
      : iterate(backend, problem, sizes, tensors, options));
    const [weights, units] = [await backend.read(tensors.weights), await backend.read(tensors.units)];
    await requireSoundState(backend, tensors, units);
    const plain = unpad(weights, common.heads, problem.dimension + 1, common.dimension);
    const parameters = Array.from({ length: problem.members }, (_, member) =>
      parametersOf(plain, units, problem.dimension, options.hidden, member),
    );
    return { parameters, ...ended };
  } finally {
    backend.release(Object.values(tensors));
  }
}

/**
 * What the run leaves behind tells of numbers that never showed in a margin: an infinite mean of squares holds its weight
 * still. Output weights start as random numbers: a device that hands out zeros is in trouble.
 * @throws PalateError `diverged`, `device-lost`
 */
async function requireSoundState(
  backend: Backend,
  { squares }: MlpTensors,
  units: Float32Array | Float64Array,
): Promise<void> {
  if (units.every((value) => value === 0)) throw new PalateError('device-lost', 'it gave back zeros');
  if (units.every(Number.isFinite) && (await backend.read(squares)).every(Number.isFinite)) return;
  throw new PalateError('diverged', 'Training met a number that is not finite. Nothing was kept.');
}

type Ended = Pick<MlpSolution, 'margins' | 'epochs'>;

async function iterate(
  backend: Backend,
  problem: MlpProblem,
  sizes: MlpSizes,
  t: MlpTensors,
  options: MlpOptions,
): Promise<Ended> {
  let margins = new Float32Array(0);
  let queued = 0;
  let savedAt = performance.now();
  for (let epoch = 1 + (options.resume?.epochs ?? 0); epoch <= options.epochs; epoch++) {
    queued = await runEpoch(backend, problem, sizes.batch, t, options, queued);
    if (epoch % options.reportEvery !== 0 && epoch !== options.epochs) continue;
    margins = await marginsOf(backend, problem, sizes.all, t);
    const losses = foldLosses(margins, problem);
    options.onProgress({ iteration: epoch, maxIterations: options.epochs, ...losses });
    await turn(options);
    queued = 0;
    if (epoch === options.epochs || performance.now() - savedAt < CHECKPOINT_EVERY_MS) continue;
    options.onCheckpoint?.(await checkpoint(backend, problem, sizes.batch, t, epoch));
    savedAt = performance.now();
  }
  return { margins, epochs: options.epochs };
}

async function iterateWatched(
  backend: Backend,
  problem: MlpProblem,
  sizes: MlpSizes,
  t: MlpTensors,
  options: WatchedMlpOptions,
): Promise<Ended> {
  let margins = await marginsOf(backend, problem, sizes.all, t);
  let epochs = 0;
  for (;;) {
    const isDone = epochs === options.epochs;
    const answer = await options.gate({ iteration: epochs, margins, isDone });
    await turn(options);
    if (answer === 'keep') return { margins, epochs };
    if (isDone) continue;
    if (answer.rates) await changeRates(backend, t, answer.rates);
    await runEpoch(backend, problem, sizes.batch, t, options, 0);
    epochs++;
    margins = await marginsOf(backend, problem, sizes.all, t);
  }
}

async function checkpoint(
  backend: Backend,
  { dimension: features }: MlpProblem,
  { heads, dimension }: ProblemSize,
  t: MlpTensors,
  epochs: number,
): Promise<MlpCheckpoint> {
  const narrow = async (tensor: Tensor): Promise<Float64Array<ArrayBuffer>> =>
    unpad(await backend.read(tensor), heads, features + 1, dimension);
  return {
    epochs,
    weights: await narrow(t.weights),
    means: await narrow(t.means),
    squares: await narrow(t.squares),
    units: Float64Array.from(await backend.read(t.units)),
  };
}

async function changeRates(backend: Backend, t: MlpTensors, rates: Rates): Promise<void> {
  const units = Float64Array.from(await backend.read(t.units));
  for (let unit = 0; unit < units.length; unit += UNIT_SCALARS) {
    units[unit + UNIT.learningRate] = rates.learningRate;
    units[unit + UNIT.weightDecay] = rates.weightDecay;
  }
  backend.release([t.units]);
  t.units = backend.state('units', units.length, units);
}

/** @param queued batches that are queued already; @returns those that are at the end */
async function runEpoch(
  backend: Backend,
  problem: MlpProblem,
  size: ProblemSize,
  t: MlpTensors,
  options: MlpLimits,
  queued: number,
): Promise<number> {
  const { pairs, dimension, heads } = size;
  const batches = Math.ceil(problem.rows.chosen.length / (pairs / 2));
  const work = 2 * pairs * dimension * heads;
  const stride = Math.min(Math.ceil(WORK_BETWEEN_TURNS[backend.kind] / work), BATCHES_BETWEEN_TURNS);
  for (let batch = 0; batch < batches; batch++) {
    step(backend, size, t);
    if (++queued < stride) continue;
    // Reading waits for the device: what is queued, a cancel cannot stop.
    await backend.read(t.clock);
    await turn(options);
    queued = 0;
  }
  return queued;
}

async function turn({ yieldToEvents, signal }: MlpLimits): Promise<void> {
  await yieldToEvents();
  if (signal.aborted) throw new PalateError('cancelled', 'Training was cancelled.');
}

/** One batch: forward, backward, and a move of every member that has weight in it. */
function step(backend: Backend, size: ProblemSize, t: MlpTensors): void {
  const { features, rows, order, clock, batch, weights, activations, units, slopes, residuals, partials } = t;
  const { rowWeights, targetMargins, means, squares } = t;
  backend.run('gatherBatch', { features, rows, order, clock, batch }, size);
  const forward = { differences: batch, directions: weights, projections: activations };
  backend.run('marginProduct', forward, size);
  const judged = { activations, units, order, clock, rowWeights, targetMargins, slopes, residuals };
  backend.run('mlpResiduals', judged, size);
  backend.run('gradientProduct', { differences: batch, residuals, partials }, size);
  const moved = { partials, activations, slopes, weights, means, squares, units, clock };
  backend.run('adamStep', moved, size);
}

/** @throws PalateError `diverged` when a margin is not finite */
async function marginsOf(
  backend: Backend,
  { rows, members }: MlpProblem,
  size: ProblemSize,
  { features, weights, inputs, units, rewards }: MlpTensors,
): Promise<Float32Array<ArrayBuffer>> {
  const forward = { differences: features, directions: weights, projections: inputs };
  backend.run('marginProduct', forward, size);
  backend.run('mlpRewards', { inputs, units, rewards }, size);
  const values = await backend.read(rewards);
  const margins = Float32Array.from({ length: rows.chosen.length * members }, (_, i) => {
    const [pair, member] = [Math.floor(i / members), i % members];
    return values[rows.chosen[pair] * members + member] - values[rows.rejected[pair] * members + member];
  });
  if (margins.every(Number.isFinite)) return margins;
  throw new PalateError('diverged', 'Training met a reward that is not a finite number. Nothing was kept.');
}

/** @param weights `[members · hidden, dimension + 1]`, the bias last in its row */
function parametersOf(
  weights: Float64Array,
  units: ArrayLike<number>,
  dimension: number,
  hidden: number,
  member: number,
): MlpParameters {
  const first = member * hidden;
  const stride = dimension + 1;
  const rows = weights.subarray(first * stride, (first + hidden) * stride);
  return {
    kind: 'mlp',
    hidden,
    hiddenWeights: Float32Array.from(unpad(rows, hidden, dimension, stride)),
    hiddenBias: Float32Array.from({ length: hidden }, (_, unit) => rows[unit * stride + dimension]),
    outputWeights: Float32Array.from(
      { length: hidden },
      (_, unit) => units[(first + unit) * UNIT_SCALARS + UNIT.output],
    ),
  };
}
