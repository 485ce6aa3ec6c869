/**
 * Heads with one hidden layer of tanh units, several members (folds and the final head) in one run: Adam (Kingma and
 * Ba, 2015) with decoupled weight decay on seeded mini-batches. All members see the same batches in the same order and
 * start from the same numbers; they differ by their row weights only.
 */
import { preferenceLoss, preferenceLossGradient } from '../core/bradleyTerry.ts';
import type { PairRows } from '../core/pairDifferences.ts';
import { PalateError } from '../core/palateError.ts';
import { createRandom } from '../core/random.ts';
import type { MlpParameters } from '../core/rewardHead.ts';
import { scoreCandidates } from './scoreCandidates.ts';

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

export interface MlpOptions {
  readonly hidden: number;
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  /** Share of every weight taken away per unit of learning rate. */
  readonly weightDecay: number;
  readonly seed: number;
  readonly signal: { readonly aborted: boolean };
  readonly yieldToEvents: () => Promise<void>;
  readonly onProgress: (progress: {
    readonly iteration: number;
    readonly maxIterations: number;
    readonly trainingLoss: number;
    readonly heldOutLoss: number;
  }) => void;
}

export interface MlpSolution {
  /** One per member. */
  readonly parameters: readonly MlpParameters[];
  /** float32 `[pairs, members]`, row-major, logits. */
  readonly margins: Float32Array<ArrayBuffer>;
}

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

/** @throws PalateError `cancelled`, `diverged` */
export async function trainMlpHeads(problem: MlpProblem, options: MlpOptions): Promise<MlpSolution> {
  const random = createRandom(options.seed);
  const start = initialParameters(problem.dimension, options.hidden, random.normal);
  const members = Array.from(
    { length: problem.members },
    () => new Member(start, problem.dimension, options),
  );
  const order = Array.from(problem.rows.chosen, (_, pair) => pair);
  for (let epoch = 1; epoch <= options.epochs; epoch++) {
    random.shuffle(order);
    for (let from = 0; from < order.length; from += options.batchSize) {
      const batch = order.slice(from, from + options.batchSize);
      members.forEach((member, index) => member.step(problem, batch, index));
      await options.yieldToEvents();
      if (options.signal.aborted) throw new PalateError('cancelled', 'Training was cancelled.');
    }
    const margins = marginsOf(problem, members);
    if (!margins.every(Number.isFinite)) {
      throw new PalateError(
        'diverged',
        'Training met a reward that is not a finite number. Nothing was kept.',
      );
    }
    options.onProgress({ iteration: epoch, maxIterations: options.epochs, ...lossesOf(problem, margins) });
  }
  return { parameters: members.map((member) => member.parameters()), margins: marginsOf(problem, members) };
}

/** Parameters in one array: hidden weights `[hidden, dimension]`, hidden bias `[hidden]`, output weights `[hidden]`. */
function initialParameters(
  dimension: number,
  hidden: number,
  normal: () => number,
): Float64Array<ArrayBuffer> {
  const parameters = new Float64Array(hidden * dimension + 2 * hidden);
  const scale = 1 / Math.sqrt(dimension);
  for (let i = 0; i < hidden * dimension; i++) parameters[i] = normal() * scale;
  for (let i = 0; i < hidden; i++) parameters[hidden * dimension + hidden + i] = normal() / Math.sqrt(hidden);
  return parameters;
}

class Member {
  readonly #options: MlpOptions;
  readonly #dimension: number;
  readonly #values: Float64Array<ArrayBuffer>;
  readonly #gradient: Float64Array<ArrayBuffer>;
  readonly #mean: Float64Array<ArrayBuffer>;
  readonly #square: Float64Array<ArrayBuffer>;
  readonly #chosen: Float64Array<ArrayBuffer>;
  readonly #rejected: Float64Array<ArrayBuffer>;
  #steps = 0;

  constructor(start: Float64Array<ArrayBuffer>, dimension: number, options: MlpOptions) {
    this.#options = options;
    this.#dimension = dimension;
    this.#values = start.slice();
    this.#gradient = new Float64Array(start.length);
    this.#mean = new Float64Array(start.length);
    this.#square = new Float64Array(start.length);
    this.#chosen = new Float64Array(options.hidden);
    this.#rejected = new Float64Array(options.hidden);
  }

  parameters(): MlpParameters {
    const { hidden } = this.#options;
    const bias = hidden * this.#dimension;
    return {
      kind: 'mlp',
      hidden,
      hiddenWeights: Float32Array.from(this.#values.subarray(0, bias)),
      hiddenBias: Float32Array.from(this.#values.subarray(bias, bias + hidden)),
      outputWeights: Float32Array.from(this.#values.subarray(bias + hidden)),
    };
  }

  /** One Adam step on the mean loss of a batch. */
  step(problem: MlpProblem, batch: readonly number[], member: number): void {
    this.#gradient.fill(0);
    let total = 0;
    for (const pair of batch) {
      const weight = problem.rowWeights[pair * problem.members + member];
      if (weight === 0) continue;
      total += weight;
      this.#addGradient(problem, pair, weight);
    }
    if (total > 0) this.#move(total);
  }

  #addGradient({ features, rows, targetMargins }: MlpProblem, pair: number, weight: number): void {
    const { hidden } = this.#options;
    const output = hidden * this.#dimension + hidden;
    this.#activate(features, rows.chosen[pair], this.#chosen);
    this.#activate(features, rows.rejected[pair], this.#rejected);
    let margin = 0;
    for (let unit = 0; unit < hidden; unit++) {
      margin += this.#values[output + unit] * (this.#chosen[unit] - this.#rejected[unit]);
    }
    const slope = weight * preferenceLossGradient(margin, targetMargins[pair]);
    for (let unit = 0; unit < hidden; unit++) {
      this.#gradient[output + unit] += slope * (this.#chosen[unit] - this.#rejected[unit]);
      const outer = slope * this.#values[output + unit];
      this.#backward(features, rows.chosen[pair], unit, outer * (1 - this.#chosen[unit] ** 2));
      this.#backward(features, rows.rejected[pair], unit, -outer * (1 - this.#rejected[unit] ** 2));
    }
  }

  #activate(features: Float32Array, row: number, target: Float64Array): void {
    const from = row * this.#dimension;
    for (let unit = 0; unit < this.#options.hidden; unit++) {
      let sum = this.#values[this.#options.hidden * this.#dimension + unit];
      const own = unit * this.#dimension;
      for (let i = 0; i < this.#dimension; i++) sum += this.#values[own + i] * features[from + i];
      target[unit] = Math.tanh(sum);
    }
  }

  #backward(features: Float32Array, row: number, unit: number, slope: number): void {
    const from = row * this.#dimension;
    const own = unit * this.#dimension;
    for (let i = 0; i < this.#dimension; i++) this.#gradient[own + i] += slope * features[from + i];
    this.#gradient[this.#options.hidden * this.#dimension + unit] += slope;
  }

  #move(total: number): void {
    const { learningRate, weightDecay } = this.#options;
    this.#steps++;
    const rate = (learningRate * Math.sqrt(1 - BETA2 ** this.#steps)) / (1 - BETA1 ** this.#steps);
    for (let i = 0; i < this.#values.length; i++) {
      const gradient = this.#gradient[i] / total;
      this.#mean[i] = BETA1 * this.#mean[i] + (1 - BETA1) * gradient;
      this.#square[i] = BETA2 * this.#square[i] + (1 - BETA2) * gradient * gradient;
      this.#values[i] -=
        (rate * this.#mean[i]) / (Math.sqrt(this.#square[i]) + EPSILON) +
        learningRate * weightDecay * this.#values[i];
    }
  }
}

function marginsOf(problem: MlpProblem, members: readonly Member[]): Float32Array<ArrayBuffer> {
  const { features, dimension, rows } = problem;
  const margins = new Float32Array(rows.chosen.length * members.length);
  members.forEach((member, index) => {
    const rewards = scoreCandidates(member.parameters(), features, dimension);
    rows.chosen.forEach((row, pair) => {
      margins[pair * members.length + index] = rewards[row] - rewards[rows.rejected[pair]];
    });
  });
  return margins;
}

/** Means over the pairs: of the last member where it trains, and of the others where they do not. */
function lossesOf(
  { members, rowWeights, targetMargins }: MlpProblem,
  margins: Float32Array,
): { trainingLoss: number; heldOutLoss: number } {
  let [training, weights, heldOut, count] = [0, 0, 0, 0];
  margins.forEach((margin, index) => {
    const loss = preferenceLoss(margin, targetMargins[Math.floor(index / members)]);
    const weight = rowWeights[index];
    if (index % members === members - 1) {
      training += weight * loss;
      weights += weight;
    } else if (weight === 0) {
      heldOut += loss;
      count++;
    }
  });
  return { trainingLoss: training / weights, heldOutLoss: heldOut / count };
}
