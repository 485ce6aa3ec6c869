/**
 * The benchmark's second task: one head with a hidden layer, D → 64 → 1 with tanh, by Adam on mini-batches. Everybody
 * starts from the same weights and sees the same batches in the same order.
 */
import { createCpuBackend } from '../../src/compute/cpuBackend.ts';
import { preferenceLoss } from '../../src/core/bradleyTerry.ts';
import { createRandom } from '../../src/core/random.ts';
import type { MlpParameters } from '../../src/core/rewardHead.ts';
import type { MlpProblem } from '../../src/training/mlpTensors.ts';
import { scoreCandidates } from '../../src/training/scoreCandidates.ts';
import { trainMlpHeads, type MlpOptions } from '../../src/training/trainMlpHeads.ts';

export const HIDDEN = 64;
export const LEARNING_RATE = 0.01;
const BATCH_SIZE = 256;
const SEED = 7;
const FLIPPED = 0.1;

export interface Batch {
  /** `[2 · size]`, texts: chosen and rejected in turn. The last batch of an epoch is filled up with text 0. */
  readonly rows: Int32Array<ArrayBuffer>;
  /** `[size]`, each pair's share of the batch's loss; 0 where it is filled up. */
  readonly shares: Float32Array<ArrayBuffer>;
}

export interface HiddenProblem {
  readonly data: MlpProblem;
  readonly start: MlpParameters;
  /** `[epochs][batches]` */
  readonly epochs: readonly (readonly Batch[])[];
}

/** From typed arrays to parameters in JavaScript, after this many epochs. */
export type HiddenTrainer = (problem: HiddenProblem, epochs: number) => Promise<MlpParameters>;

/** Batches of an epoch, and the epochs of a whole run: fewer where an epoch is long. */
export function hiddenSchedule(pairs: number): { batches: number; epochs: number } {
  const batches = Math.ceil(pairs / BATCH_SIZE);
  return { batches, epochs: Math.max(5, Math.min(30, Math.round(240 / batches))) };
}

/** Ours: what the peers are given in arrays follows from the seed. */
export function hiddenOptions(epochs: number): MlpOptions {
  return {
    hidden: HIDDEN,
    epochs,
    batchSize: BATCH_SIZE,
    learningRate: LEARNING_RATE,
    weightDecay: 0,
    reportEvery: epochs,
    seed: SEED,
    signal: { aborted: false },
    yieldToEvents: () => Promise.resolve(),
    onProgress: () => undefined,
  };
}

/** Normal features, a planted linear reward, 10 % of the labels flipped. */
export async function hiddenProblem(pairs: number, dimension: number): Promise<HiddenProblem> {
  const random = createRandom(1);
  const features = Float32Array.from({ length: 2 * pairs * dimension }, random.normal);
  const reward = Float32Array.from({ length: dimension }, random.normal);
  const planted = scoreCandidates({ kind: 'linear', weights: reward }, features, dimension);
  const first = Array.from({ length: pairs }, (_, pair) => {
    return planted[2 * pair] > planted[2 * pair + 1] === random.next() >= FLIPPED ? 0 : 1;
  });
  const data: MlpProblem = {
    features,
    dimension,
    rows: {
      chosen: Uint32Array.from(first, (side, pair) => 2 * pair + side),
      rejected: Uint32Array.from(first, (side, pair) => 2 * pair + 1 - side),
    },
    members: 1,
    rowWeights: new Float32Array(pairs).fill(1),
    targetMargins: new Float32Array(pairs),
  };
  const { parameters } = await trainMlpHeads(createCpuBackend(), data, hiddenOptions(0));
  return { data, start: parameters[0], epochs: batchesOf(data) };
}

/** The order our own run draws: after the numbers of its start, one shuffle an epoch. */
function batchesOf({ rows, dimension }: MlpProblem): Batch[][] {
  const random = createRandom(SEED);
  for (let i = 0; i < HIDDEN * (dimension + 1); i++) random.normal();
  const order = Array.from(rows.chosen, (_, pair) => pair);
  const { batches, epochs } = hiddenSchedule(order.length);
  const size = Math.min(BATCH_SIZE, order.length);
  return Array.from({ length: epochs }, () => {
    random.shuffle(order);
    return Array.from({ length: batches }, (_, batch) => {
      const own = order.slice(batch * size, (batch + 1) * size);
      const texts = own.flatMap((pair) => [rows.chosen[pair], rows.rejected[pair]]);
      return {
        rows: Int32Array.from({ length: 2 * size }, (_, i) => texts[i] ?? 0),
        shares: Float32Array.from({ length: size }, (_, i) => (i < own.length ? 1 / own.length : 0)),
      };
    });
  });
}

/** Mean loss over all pairs in float64, nats, whoever found the parameters. */
export function hiddenLoss({ data }: HiddenProblem, parameters: MlpParameters): number {
  const { rows, features, dimension } = data;
  const rewards = scoreCandidates(parameters, features, dimension);
  let sum = 0;
  rows.chosen.forEach((row, pair) => (sum += preferenceLoss(rewards[row] - rewards[rows.rejected[pair]])));
  return sum / rows.chosen.length;
}
