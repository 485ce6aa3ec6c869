/**
 * A training run that somebody watches: it waits before every iteration, shows what its heads can do on pairs they have
 * not seen, and takes another strength or rate on the way. The same folds and kernels as `trainRewardHead`; no strength
 * is searched, the person sets it.
 */
import type { Backend } from '../compute/backend.ts';
import { PalateError } from '../core/palateError.ts';
import { pairDifferences } from '../core/pairDifferences.ts';
import type { HeadKind } from '../core/rewardHead.ts';
import type { Answer, Tuning, WatchedStep } from '../core/watchedTraining.ts';
import { foldColumns, type FittedColumns, type FoldColumns } from './foldColumns.ts';
import { foldLosses } from './foldLosses.ts';
import { trainLinearHeads } from './trainLinearHeads.ts';
import { trainMlpHeads } from './trainMlpHeads.ts';
import {
  covarianceOf,
  foldsOf,
  judgeHeldOut,
  LINEAR_OPTIONS,
  MLP_OPTIONS,
  outcomeOf,
  linearHead,
  type TrainingControl,
  type TrainingOutcome,
  type TrainingSettings,
} from './trainRewardHead.ts';
import type { TrainingData } from './trainingData.ts';

/** After so many epochs a hidden layer knows its pairs by heart; after so many iterations a linear head is long done. */
const MOST_ITERATIONS = { linear: 1_000, mlp: 100 } as const;

export interface WatchControl extends Pick<TrainingControl, 'signal' | 'yieldToEvents'> {
  readonly tuning: Tuning;
  readonly answer: (step: WatchedStep) => Promise<Answer>;
}

/** @throws PalateError as `trainRewardHead`; `cancelled` also where the run is discarded */
export async function watchRewardHead(
  backend: Backend,
  data: TrainingData,
  settings: TrainingSettings,
  control: WatchControl,
): Promise<TrainingOutcome> {
  const folds = foldsOf(data, settings.seed);
  const layout = foldColumns(data.weights, folds.ofPair, folds.count, 1);
  const strengthOfFold = new Array<number>(layout.columns).fill(0);
  const losses = {
    members: layout.columns,
    rowWeights: layout.rowWeights,
    targetMargins: data.targetMargins,
  };
  const history = new TuningHistory(settings.headKind, control.tuning);
  const gate: Gate = async ({ iteration, margins, isDone }) => {
    const { trust } = judgeHeldOut({ margins, layout, strengthOfFold }, data, settings, folds);
    const isUsualEnd = settings.headKind === 'linear' ? isDone : iteration === MLP_OPTIONS.epochs;
    const step = { iteration, ...foldLosses(margins, losses), trust, isUsualEnd, isDone };
    const answer = await control.answer(step);
    if (answer.act === 'discard') throw new PalateError('cancelled', 'The run was discarded.');
    if (answer.act === 'keep') return 'keep';
    return history.change(answer.tuning, iteration) ? { changed: answer.tuning } : {};
  };
  const fit = settings.headKind === 'linear' ? watchLinear : watchMlp;
  const { isOptimum, ...fitted } = await fit(backend, data, settings, control, layout, gate);
  const hyperparameters = { ...fitted.hyperparameters, ...history.values };
  const judged = { ...fitted, layout, strengthOfFold, hyperparameters };
  // Away from its optimum a head has no posterior of this form.
  const covariance = isOptimum ? await covarianceOf(judged, data, control) : undefined;
  return outcomeOf(judged, covariance, data, settings, folds);
}

const HEEDED = { linear: ['lambda'], mlp: ['learningRate', 'weightDecay'] } as const;

/** The tuning as it is, and until which iteration it was another, so that the run can be made again. */
class TuningHistory {
  readonly #kind: HeadKind;
  #values: Readonly<Record<string, number>>;
  #tuning: Tuning;

  constructor(kind: HeadKind, tuning: Tuning) {
    this.#kind = kind;
    this.#tuning = tuning;
    this.#values = Object.fromEntries(HEEDED[kind].map((name) => [name, tuning[name]]));
  }

  get values(): Readonly<Record<string, number>> {
    return this.#values;
  }

  /** @returns whether the kind of head heeds what changed */
  change(tuning: Tuning, iteration: number): boolean {
    const changed = HEEDED[this.#kind].filter((name) => tuning[name] !== this.#tuning[name]);
    for (const name of changed) {
      // What held for no iteration is of no account.
      const before = iteration > 0 && { [`${name} until ${iteration}`]: this.#tuning[name] };
      this.#values = { ...this.#values, ...before, [name]: tuning[name] };
    }
    this.#tuning = tuning;
    return changed.length > 0;
  }
}

/** What a kind of head reports before every iteration, and what it is told. */
type Gate = (state: {
  readonly iteration: number;
  readonly margins: Float32Array<ArrayBuffer>;
  readonly isDone: boolean;
}) => Promise<'keep' | { readonly changed?: Tuning }>;

type Watched = Pick<FittedColumns, 'parameters' | 'foldParameters' | 'margins' | 'hyperparameters'> & {
  readonly isOptimum: boolean;
};

async function watchLinear(
  backend: Backend,
  data: TrainingData,
  _settings: TrainingSettings,
  control: WatchControl,
  layout: FoldColumns,
  gate: Gate,
): Promise<Watched> {
  const { dimension } = data;
  const lambdas = (lambda: number): Float64Array => new Float64Array(layout.columns).fill(lambda);
  const problem = {
    differences: pairDifferences(data.features, dimension, data.rows),
    pairs: data.rows.chosen.length,
    dimension,
    heads: layout.columns,
    rowWeights: layout.rowWeights,
    lambdas: lambdas(control.tuning.lambda),
    targetMargins: data.targetMargins,
  };
  const solution = await trainLinearHeads(backend, problem, {
    ...LINEAR_OPTIONS,
    signal: control.signal,
    maxIterations: MOST_ITERATIONS.linear,
    gate: async (state) => {
      const answer = await gate(state);
      return answer === 'keep' ? answer : answer.changed ? { lambdas: lambdas(answer.changed.lambda) } : {};
    },
  });
  const heads = Array.from({ length: layout.columns }, (_, column) =>
    linearHead(solution.weights, column, dimension),
  );
  return {
    parameters: heads[layout.folds],
    foldParameters: heads.slice(0, layout.folds),
    margins: solution.margins,
    hyperparameters: { iterations: solution.iterations, ...(!solution.converged && { converged: 0 }) },
    isOptimum: solution.converged,
  };
}

async function watchMlp(
  backend: Backend,
  data: TrainingData,
  settings: TrainingSettings,
  control: WatchControl,
  layout: FoldColumns,
  gate: Gate,
): Promise<Watched> {
  const { features, dimension, rows, targetMargins } = data;
  const problem = {
    features,
    dimension,
    rows,
    targetMargins,
    members: layout.columns,
    rowWeights: layout.rowWeights,
  };
  const { learningRate, weightDecay } = control.tuning;
  const solution = await trainMlpHeads(backend, problem, {
    ...MLP_OPTIONS,
    ...control,
    ...{ learningRate, weightDecay },
    epochs: MOST_ITERATIONS.mlp,
    seed: settings.seed,
    gate: async (state) => {
      const answer = await gate(state);
      return answer === 'keep' ? answer : { rates: answer.changed };
    },
  });
  return {
    parameters: solution.parameters[layout.folds],
    foldParameters: solution.parameters.slice(0, layout.folds),
    margins: solution.margins,
    hyperparameters: { ...MLP_OPTIONS, epochs: solution.epochs },
    isOptimum: false,
  };
}
