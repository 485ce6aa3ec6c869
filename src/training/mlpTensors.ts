/**
 * What heads with a hidden layer keep on the device while they train: the data, the order of all epochs, the weights
 * they start from and Adam's state. The hidden units of all members are columns (`heads` = members · hidden); the bias
 * is the weight of a feature that is always 1, in the column after the features.
 */
import type { Backend, ProblemSize, Tensor } from '../compute/backend.ts';
import { chunks, GRADIENT_CHUNK, UNIT, UNIT_SCALARS } from '../compute/layout.ts';
import type { PairRows } from '../core/pairDifferences.ts';
import { createRandom, type Random } from '../core/random.ts';
import { padColumns, padded } from './padding.ts';

export interface MlpProblem {
  /** float32 `[texts, dimension]`, row-major. */
  readonly features: Float32Array<ArrayBuffer>;
  readonly dimension: number;
  readonly rows: PairRows;
  readonly members: number;
  /** float32 `[pairs, members]`, row-major. Weight 0 holds the pair out of the member. */
  readonly rowWeights: Float32Array<ArrayBuffer>;
  /** float32 `[pairs]`, demanded margins in logits. */
  readonly targetMargins: Float32Array<ArrayBuffer>;
}

export interface MlpHyperparameters {
  readonly hidden: number;
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  /** Share of every weight taken away per unit of learning rate. */
  readonly weightDecay: number;
  readonly seed: number;
}

/**
 * Where a run stands after an epoch. With it, the run goes on elsewhere as if nothing had been: on a processor to the
 * same bytes.
 */
export interface MlpCheckpoint {
  readonly epochs: number;
  /** float64 `[units of all members, features + 1]`, row-major, as `means` and `squares`; the bias last in its row. */
  readonly weights: Float64Array<ArrayBuffer>;
  readonly means: Float64Array<ArrayBuffer>;
  readonly squares: Float64Array<ArrayBuffer>;
  /** float64 `[units of all members, UNIT_SCALARS]`. */
  readonly units: Float64Array<ArrayBuffer>;
}

export interface MlpSizes {
  /** `pairs` counts the rows of a batch, chosen and rejected in turn. */
  readonly batch: ProblemSize;
  /** `pairs` counts all texts. */
  readonly all: ProblemSize;
}

export type MlpTensors = ReturnType<typeof allocateMlp>;

/** Everything of one run, ready for its next batch. The same seed gives the same start and order. */
export function allocateMlp(
  backend: Backend,
  problem: MlpProblem,
  options: MlpHyperparameters & { readonly resume?: MlpCheckpoint },
  sizes: MlpSizes,
) {
  const { pairs, dimension, heads } = sizes.batch;
  const random = createRandom(options.seed);
  const { resume } = options;
  const state = (label: string, length: number, initial?: Float64Array): Tensor =>
    backend.state(label, length, initial);
  const wide = (rows: Float64Array<ArrayBuffer> | undefined): Float64Array<ArrayBuffer> | undefined =>
    rows && padColumns(rows, heads, problem.dimension + 1, dimension);
  const done = (resume?.epochs ?? 0) * Math.ceil(problem.rows.chosen.length / (pairs / 2));
  return {
    features: backend.upload('features', withOnes(problem, sizes.all)),
    rows: backend.upload('rows of the pairs', interleaved(problem.rows)),
    rowWeights: backend.upload('row weights', problem.rowWeights),
    targetMargins: backend.upload('target margins', problem.targetMargins),
    // The random numbers of the start come before those of the order.
    ...startingState(backend, initialState(problem, options, sizes.batch, random), resume, wide),
    order: backend.upload('order', shuffledOrder(problem, options.epochs, pairs / 2, random)),
    clock: state('clock', 1, Float64Array.of(done)),
    means: state('means', heads * dimension, wide(resume?.means)),
    squares: state('squares', heads * dimension, wide(resume?.squares)),
    batch: state('batch', pairs * dimension),
    activations: state('activations', pairs * heads),
    slopes: state('slopes', pairs * problem.members),
    residuals: state('residuals', pairs * heads),
    partials: state('gradient partials', chunks(pairs, GRADIENT_CHUNK) * heads * dimension),
    inputs: state('inputs of all texts', sizes.all.pairs * heads),
    rewards: state('rewards', sizes.all.pairs * problem.members),
  };
}

/** `[texts, dimension]` → `[texts, padded dimension]`, 1 in the column after the features. */
function withOnes(problem: MlpProblem, { pairs: texts, dimension }: ProblemSize): Float32Array<ArrayBuffer> {
  const wide = padColumns(problem.features, texts, problem.dimension, dimension);
  for (let text = 0; text < texts; text++) wide[text * dimension + problem.dimension] = 1;
  return wide;
}

function interleaved({ chosen, rejected }: PairRows): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: 2 * chosen.length }, (_, i) => (i % 2 ? rejected : chosen)[i >> 1]);
}

function startingState(
  backend: Backend,
  initial: Pick<MlpCheckpoint, 'weights' | 'units'>,
  resume: MlpCheckpoint | undefined,
  wide: (rows: Float64Array<ArrayBuffer> | undefined) => Float64Array<ArrayBuffer> | undefined,
): { readonly weights: Tensor; units: Tensor } {
  const weights = wide(resume?.weights) ?? initial.weights;
  const { units } = resume ?? initial;
  return {
    weights: backend.state('weights', weights.length, weights),
    units: backend.state('units', units.length, units),
  };
}

/** Every member starts with the same weights: normal, of variance 1 / (inputs of the layer); biases at 0. */
function initialState(
  { dimension: features, members }: MlpProblem,
  { hidden, learningRate, weightDecay }: MlpHyperparameters,
  { dimension, heads }: ProblemSize,
  { normal }: Random,
) {
  const weights = new Float64Array(heads * dimension);
  for (let unit = 0; unit < hidden; unit++) {
    for (let i = 0; i < features; i++) weights[unit * dimension + i] = normal() / Math.sqrt(features);
  }
  const units = new Float64Array(heads * UNIT_SCALARS);
  for (let unit = 0; unit < hidden; unit++) {
    units[unit * UNIT_SCALARS + UNIT.output] = normal() / Math.sqrt(hidden);
    units[unit * UNIT_SCALARS + UNIT.learningRate] = learningRate;
    units[unit * UNIT_SCALARS + UNIT.weightDecay] = weightDecay;
  }
  for (let member = 1; member < members; member++) {
    weights.copyWithin(member * hidden * dimension, 0, hidden * dimension);
    units.copyWithin(member * hidden * UNIT_SCALARS, 0, hidden * UNIT_SCALARS);
  }
  return { weights, units };
}

/** Pairs in the order of all epochs, `[epochs · batches, batchSize]`; −1 fills an epoch's last batch. */
function shuffledOrder(
  { rows }: MlpProblem,
  epochs: number,
  batchSize: number,
  { shuffle }: Random,
): Float32Array<ArrayBuffer> {
  const pairs = Array.from(rows.chosen, (_, pair) => pair);
  const stride = padded(pairs.length, batchSize);
  const order = new Float32Array(epochs * stride).fill(-1);
  for (let epoch = 0; epoch < epochs; epoch++) order.set(shuffle(pairs), epoch * stride);
  return order;
}
