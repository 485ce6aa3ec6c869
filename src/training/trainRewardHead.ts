/**
 * One training run, from features to a head with its trust: folds and final head (times the strengths, where there
 * is no fixed prior) are columns of one problem, so cross-validation costs little more than a fit.
 */
import type { Backend } from '../compute/backend.ts';
import type { AcceptanceBar } from '../core/acceptanceBar.ts';
import { fitInverseTemperature } from '../core/calibration.ts';
import { LENGTH_SHARE, withoutLength, type LengthControl, type LengthTerm } from '../core/lengthControl.ts';
import { PalateError } from '../core/palateError.ts';
import { pairDifferences } from '../core/pairDifferences.ts';
import { posteriorInSlices } from '../core/posterior.ts';
import { MINIMUM_PREFERENCES } from '../core/preference.ts';
import type { HeadKind, HeadParameters, LinearParameters, MlpParameters, Trust } from '../core/rewardHead.ts';
import { assignFolds, FOLD_COUNT } from '../core/split.ts';
import { USUAL_TUNING } from '../core/watchedTraining.ts';
import { assessTrust } from './assessTrust.ts';
import { fitBar } from './fitBar.ts';
import { foldColumns, type FittedColumns } from './foldColumns.ts';
import { learnCurve } from './heldOutCurve.ts';
import { assessLength, heldOutLength } from './heldOutLength.ts';
import { selectRegularization, STRENGTHS } from './selectRegularization.ts';
import { requireSound } from './requireSound.ts';
import { READBACK_EVERY, trainLinearHeads } from './trainLinearHeads.ts';
import type { MlpCheckpoint } from './mlpTensors.ts';
import { trainMlpHeads } from './trainMlpHeads.ts';
import type { Folds, TrainingData } from './trainingData.ts';

/** Gradient tolerance is relative to the gradient at zero weights; tighter changes no figure in the fourth digit. */
export const LINEAR_OPTIONS = { maxIterations: 200, gradientTolerance: 1e-5 };
export const MLP_OPTIONS = {
  ...{ hidden: 8, epochs: 20, batchSize: 64 },
  learningRate: USUAL_TUNING.learningRate,
  weightDecay: USUAL_TUNING.weightDecay,
};

export interface TrainingSettings {
  readonly headKind: HeadKind;
  /** Features are scaled to the prior w ~ N(0, I): no strength is searched. */
  readonly hasFixedPrior: boolean;
  readonly seed: number;
  /** How much of what follows length is taken out of the rewards, and so out of every figure. */
  readonly lengthControl: LengthControl;
}

export interface TrainingControl {
  readonly signal: { readonly aborted: boolean };
  /** Lets the event loop turn, so that a cancel can arrive. */
  readonly yieldToEvents: () => Promise<void>;
  readonly onProgress: (progress: {
    readonly iteration: number;
    readonly maxIterations: number;
    /** Mean over the training pairs of the final head, nats. */
    readonly trainingLoss: number;
    /** Mean over all pairs under the fold heads that had not seen them, nats. */
    readonly heldOutLoss: number;
  }) => void;
  /** Where an earlier run of a hidden layer over the same data stood. */
  readonly resume?: MlpCheckpoint;
  /**
   * About every second of a hidden layer. A linear head has none: over 20,000 pairs of the built-in encoder it takes
   * some two seconds from its beginning.
   */
  readonly onCheckpoint?: (checkpoint: MlpCheckpoint) => void;
}

export interface TrainingOutcome {
  readonly parameters: HeadParameters;
  readonly inverseTemperature: number;
  /** Of a linear head, see `RewardHead.covariance`. */
  readonly covariance?: Float32Array<ArrayBuffer>;
  /** Of an MLP, see `RewardHead.members`. */
  readonly members?: readonly MlpParameters[];
  readonly bar?: AcceptanceBar;
  readonly length: LengthTerm;
  readonly trust: Trust;
  readonly hyperparameters: Readonly<Record<string, number>>;
}

/**
 * @throws PalateError `too-few-pairs` below `MINIMUM_PREFERENCES` pairs or two prompts; `cancelled`; `device-lost`;
 *   `diverged`
 */
export async function trainRewardHead(
  backend: Backend,
  data: TrainingData,
  settings: TrainingSettings,
  control: TrainingControl,
): Promise<TrainingOutcome> {
  const folds = foldsOf(data, settings.seed);
  const fit = settings.headKind === 'linear' ? fitLinear : fitMlp;
  const fitted = await fit(backend, data, settings, control, folds);
  const outcome = outcomeOf(fitted, await covarianceOf(fitted, data, control), data, settings, folds);
  // A strength that was searched would be another one for a part of the pairs.
  if (settings.headKind !== 'linear' || !settings.hasFixedPrior) return outcome;
  const { trust } = outcome;
  const { seed, lengthControl } = settings;
  const learning = { seed, lengthShare: LENGTH_SHARE[lengthControl] };
  const learningCurve = await learnCurve(backend, data, folds, trust.margins, learning, control);
  return { ...outcome, trust: { ...trust, learningCurve } };
}

/** @throws PalateError `too-few-pairs` */
export function foldsOf(data: TrainingData, seed: number): Folds {
  const pairs = data.rows.chosen.length;
  const prompts = new Set(data.promptOfPair).size;
  if (pairs < MINIMUM_PREFERENCES || prompts < 2) {
    throw new PalateError(
      'too-few-pairs',
      `Training needs at least ${MINIMUM_PREFERENCES} preferences over two prompts; there are ${pairs} over ${prompts}.`,
    );
  }
  const count = Math.min(FOLD_COUNT, prompts);
  return { count, ofPair: assignFolds(data.promptOfPair, count, seed) };
}

/** @throws PalateError `diverged` */
export function outcomeOf(
  fitted: FittedColumns,
  covariance: Float32Array<ArrayBuffer> | undefined,
  data: TrainingData,
  settings: TrainingSettings,
  folds: Folds,
): TrainingOutcome {
  requireSound(fitted, covariance, data);
  const { slope, ...judged } = judgeHeldOut(fitted, data, settings, folds);
  const { parameters, foldParameters } = fitted;
  const length = { control: settings.lengthControl, slope };
  const heads = [...foldParameters, parameters];
  return {
    parameters,
    covariance,
    members: parameters.kind === 'mlp' ? (foldParameters as readonly MlpParameters[]) : undefined,
    bar: fitBar(heads, data, folds, judged.inverseTemperature, length),
    length,
    ...judged,
    hyperparameters: { ...fitted.hyperparameters, folds: folds.count },
  };
}

/** What may be said of heads, from the pairs that each of them had not seen; `slope` is the final head's on length. */
export function judgeHeldOut(
  {
    margins,
    layout,
    strengthOfFold,
    strengthCurve,
  }: Pick<FittedColumns, 'margins' | 'layout' | 'strengthOfFold' | 'strengthCurve'>,
  data: TrainingData,
  settings: TrainingSettings,
  folds: Folds,
): Pick<TrainingOutcome, 'trust' | 'inverseTemperature'> & { readonly slope: number } {
  const heldOut = heldOutLength(
    margins,
    layout,
    folds.ofPair,
    strengthOfFold,
    pairDifferences(data.logLengths, 1, data.rows),
  );
  const share = LENGTH_SHARE[settings.lengthControl];
  const controlled = Float32Array.from(withoutLength(heldOut.margins, heldOut.lengthParts, share));
  return {
    inverseTemperature: fitInverseTemperature(controlled),
    trust: {
      ...assessTrust(controlled, folds.ofPair, folds.count, data.cues, data.isControl, strengthCurve),
      length: assessLength(heldOut, data.isControl),
    },
    slope: heldOut.slope,
  };
}

/** Products that the posterior may cost: about as much as training on the processor. */
const MOST_POSTERIOR_PRODUCTS = 4e9;

/** @throws PalateError `cancelled` */
export async function covarianceOf(
  { parameters, hyperparameters }: FittedColumns,
  data: TrainingData,
  { signal, yieldToEvents }: Pick<TrainingControl, 'signal' | 'yieldToEvents'>,
): Promise<Float32Array<ArrayBuffer> | undefined> {
  const { features, dimension, rows, weights, targetMargins } = data;
  const products = (rows.chosen.length + dimension) * dimension ** 2;
  if (parameters.kind !== 'linear' || products > MOST_POSTERIOR_PRODUCTS) return undefined;
  const differences = Float64Array.from(pairDifferences(features, dimension, rows));
  const labelled = { differences, dimension, weights, targetMargins, precision: hyperparameters.lambda };
  const slices = posteriorInSlices(labelled, Float64Array.from(parameters.weights));
  for (;;) {
    const { done, value: posterior } = slices.next();
    if (done) return Float32Array.from(posterior.covariance);
    await yieldToEvents();
    if (signal.aborted) throw new PalateError('cancelled', 'Training was cancelled.');
  }
}

async function fitLinear(
  backend: Backend,
  data: TrainingData,
  settings: TrainingSettings,
  control: TrainingControl,
  folds: Folds,
): Promise<FittedColumns> {
  const lambdas = settings.hasFixedPrior ? undefined : STRENGTHS;
  const layout = foldColumns(data.weights, folds.ofPair, folds.count, lambdas?.length ?? 1);
  const problem = {
    differences: pairDifferences(data.features, data.dimension, data.rows),
    pairs: data.rows.chosen.length,
    dimension: data.dimension,
    heads: layout.columns,
    rowWeights: layout.rowWeights,
    lambdas: penalties(layout, data.weights, folds, lambdas),
    targetMargins: data.targetMargins,
  };
  const { signal, yieldToEvents } = control;
  const trainedWeight = data.weights.reduce((sum, weight) => sum + weight, 0);
  const solution = await trainLinearHeads(backend, problem, {
    ...LINEAR_OPTIONS,
    readbackEvery: READBACK_EVERY[backend.kind],
    signal,
    yieldToEvents,
    onProgress: ({ iteration, losses, heldOutLosses }) => {
      // Shown while it runs for the first strength; afterwards only the chosen one counts.
      const folded = heldOutLosses.filter((_, column) => column % layout.strengths === 0);
      control.onProgress({
        // The losses are those before the last step.
        iteration: iteration - 1,
        maxIterations: LINEAR_OPTIONS.maxIterations,
        trainingLoss: losses[folds.count * layout.strengths] / trainedWeight,
        heldOutLoss: folded.subarray(0, folds.count).reduce((sum, loss) => sum + loss, 0) / problem.pairs,
      });
    },
  });
  const selection = lambdas && selectRegularization(solution.margins, layout, folds.ofPair);
  const chosen = selection?.chosen ?? 0;
  const strengthOfFold = [...(selection?.strengthOfFold ?? new Array<number>(folds.count).fill(0)), chosen];
  const columnOf = (fold: number): number => fold * layout.strengths + strengthOfFold[fold];
  const heads = strengthOfFold.map((_, fold) => linearHead(solution.weights, columnOf(fold), data.dimension));
  return {
    parameters: heads[folds.count],
    foldParameters: heads.slice(0, folds.count),
    margins: solution.margins,
    layout,
    strengthOfFold,
    hyperparameters: { lambda: problem.lambdas[columnOf(folds.count)], iterations: solution.iterations },
    strengthCurve: selection?.curve,
  };
}

/** One column of all weights. @param weights float64 `[columns, dimension]`, row-major */
export function linearHead(weights: Float64Array, column: number, dimension: number): LinearParameters {
  return {
    kind: 'linear',
    weights: Float32Array.from(weights.subarray(column * dimension, (column + 1) * dimension)),
  };
}

/**
 * λ of every column for a loss summed over pairs: 1 under the fixed prior w ~ N(0, I), otherwise the strength times
 * the weight the column trains on, so that a strength means the same at any number of pairs.
 */
function penalties(
  layout: { readonly columns: number; readonly strengths: number },
  weights: Float32Array,
  folds: Folds,
  strengths: readonly number[] | undefined,
): Float64Array<ArrayBuffer> {
  if (!strengths) return new Float64Array(layout.columns).fill(1);
  const weightOfFold = new Float64Array(folds.count + 1);
  weights.forEach((weight, pair) => (weightOfFold[folds.ofPair[pair]] += weight));
  const all = weightOfFold.reduce((sum, weight) => sum + weight, 0);
  return Float64Array.from({ length: layout.columns }, (_, column) => {
    const fold = Math.floor(column / layout.strengths);
    return strengths[column % layout.strengths] * (all - weightOfFold[fold]);
  });
}

async function fitMlp(
  backend: Backend,
  data: TrainingData,
  settings: TrainingSettings,
  control: TrainingControl,
  folds: Folds,
): Promise<FittedColumns> {
  const layout = foldColumns(data.weights, folds.ofPair, folds.count, 1);
  const problem = {
    features: data.features,
    dimension: data.dimension,
    rows: data.rows,
    members: layout.columns,
    rowWeights: layout.rowWeights,
    targetMargins: data.targetMargins,
  };
  const solution = await trainMlpHeads(backend, problem, {
    ...MLP_OPTIONS,
    reportEvery: 1,
    seed: settings.seed,
    ...control,
  });
  return {
    parameters: solution.parameters[folds.count],
    foldParameters: solution.parameters.slice(0, folds.count),
    margins: solution.margins,
    layout,
    strengthOfFold: new Array<number>(layout.folds + 1).fill(0),
    hyperparameters: { ...MLP_OPTIONS },
  };
}
