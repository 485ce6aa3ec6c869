/** Heads with a hidden layer against a plain reference: gradients by finite differences, Adam from the paper. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createCpuBackend } from '../../src/compute/cpuBackend.ts';
import { openSimdBackend } from '../../src/compute/simdBackend.ts';
import { createRandom } from '../../src/core/random.ts';
import type { MlpParameters } from '../../src/core/rewardHead.ts';
import type { MlpCheckpoint, MlpProblem } from '../../src/training/mlpTensors.ts';
import { trainMlpHeads, type MlpOptions } from '../../src/training/trainMlpHeads.ts';

const OPTIONS: MlpOptions = {
  hidden: 3,
  epochs: 4,
  batchSize: 4,
  learningRate: 0.05,
  weightDecay: 0.1,
  reportEvery: 1,
  seed: 6,
  signal: { aborted: false },
  yieldToEvents: () => Promise.resolve(),
  onProgress: () => undefined,
};

/** Pairs 2i over 2i + 1. Member 0 knows all, member 1 half at uneven weights, member 2 pair 0 alone. */
function problem(pairs: number, dimension: number): MlpProblem {
  const random = createRandom(8);
  const weight = (pair: number, member: number): number =>
    [1 + (pair % 3), pair % 2 ? 0 : 0.5 + pair, pair === 0 ? 1 : 0][member];
  return {
    features: Float32Array.from({ length: 2 * pairs * dimension }, random.normal),
    dimension,
    rows: {
      chosen: Uint32Array.from({ length: pairs }, (_, pair) => 2 * pair),
      rejected: Uint32Array.from({ length: pairs }, (_, pair) => 2 * pair + 1),
    },
    members: 3,
    rowWeights: Float32Array.from({ length: 3 * pairs }, (_, i) => weight(Math.floor(i / 3), i % 3)),
    targetMargins: Float32Array.from({ length: pairs }, (_, pair) => (pair % 4) / 4),
  };
}

const train = (of: MlpProblem, options: Partial<MlpOptions> = {}) =>
  trainMlpHeads(createCpuBackend(), of, { ...OPTIONS, ...options });

const flat = ({ hiddenWeights, hiddenBias, outputWeights }: MlpParameters): Float64Array =>
  Float64Array.of(...hiddenWeights, ...hiddenBias, ...outputWeights);

function reward(parameters: Float64Array, features: Float32Array): number {
  const { hidden } = OPTIONS;
  const dimension = features.length;
  let sum = 0;
  for (let unit = 0; unit < hidden; unit++) {
    let input = parameters[hidden * dimension + unit];
    features.forEach((value, i) => (input += parameters[unit * dimension + i] * value));
    sum += parameters[hidden * dimension + hidden + unit] * Math.tanh(input);
  }
  return sum;
}

/** Σ weight · loss over the pairs / Σ weight. */
function meanLoss(
  of: MlpProblem,
  parameters: Float64Array,
  member: number,
  pairs: readonly number[],
): number {
  let [sum, total] = [0, 0];
  for (const pair of pairs) {
    const [chosen, rejected] = [2 * pair, 2 * pair + 1].map((row) =>
      reward(parameters, of.features.subarray(row * of.dimension, (row + 1) * of.dimension)),
    );
    const weight = of.rowWeights[pair * of.members + member];
    sum += weight * Math.log1p(Math.exp(of.targetMargins[pair] - chosen + rejected));
    total += weight;
  }
  return sum / total;
}

/** Algorithm 1 of Kingma and Ba with ε̂ after the efficient form of section 2, and decoupled weight decay. */
function reference(of: MlpProblem, start: Float64Array, member: number, batches: number[][]): Float64Array {
  const { learningRate, weightDecay } = OPTIONS;
  const [values, mean, square] = [
    start.slice(),
    new Float64Array(start.length),
    new Float64Array(start.length),
  ];
  let t = 0;
  for (const batch of batches) {
    const known = batch.filter((pair) => of.rowWeights[pair * of.members + member] > 0);
    if (known.length === 0) continue;
    t++;
    const gradient = values.map((_, i) => {
      const at = (shift: number): number => {
        const moved = values.slice();
        moved[i] += shift;
        return meanLoss(of, moved, member, known);
      };
      return (at(1e-5) - at(-1e-5)) / 2e-5;
    });
    const rate = (learningRate * Math.sqrt(1 - 0.999 ** t)) / (1 - 0.9 ** t);
    gradient.forEach((g, i) => {
      mean[i] = 0.9 * mean[i] + 0.1 * g;
      square[i] = 0.999 * square[i] + 0.001 * g * g;
      values[i] -= (rate * mean[i]) / (Math.sqrt(square[i]) + 1e-8) + learningRate * weightDecay * values[i];
    });
  }
  return values;
}

/** The batches of a run: its start draws first, then every epoch shuffles on. */
function batchesOf(of: MlpProblem): number[][] {
  const random = createRandom(OPTIONS.seed);
  for (let i = 0; i < OPTIONS.hidden * (of.dimension + 1); i++) random.normal();
  const order = Array.from(of.rows.chosen, (_, pair) => pair);
  return Array.from({ length: OPTIONS.epochs }).flatMap(() => {
    random.shuffle(order);
    const starts = order.map((_, i) => i).filter((i) => i % OPTIONS.batchSize === 0);
    return starts.map((first) => order.slice(first, first + OPTIONS.batchSize));
  });
}

describe('training heads with a hidden layer', () => {
  test.each([
    [6, 5],
    [3, 2],
    [8, 7],
  ])('does what Adam on finite differences does: %i pairs, dimension %i', async (pairs, dimension) => {
    const of = problem(pairs, dimension);
    const start = await train(of, { epochs: 0 });
    const { parameters, margins } = await train(of);
    const batches = batchesOf(of);
    parameters.forEach((found, member) => {
      const expected = reference(of, flat(start.parameters[member]), member, batches);
      flat(found).forEach((value, i) => expect(value, `member ${member} [${i}]`).toBeCloseTo(expected[i], 5));
      const row = (index: number) => of.features.subarray(index * dimension, (index + 1) * dimension);
      const margin = reward(expected, row(4)) - reward(expected, row(5));
      expect(margins[2 * of.members + member]).toBeCloseTo(margin, 4);
    });
  });

  test('starts all members alike', async () => {
    const { parameters } = await train(problem(6, 5), { epochs: 0 });
    expect(parameters[1]).toEqual(parameters[0]);
    expect(new Set(parameters[0].hiddenWeights).size).toBe(15);
    expect(parameters[0].hiddenBias).toEqual(new Float32Array(3));
  });

  test('reports every so many epochs, and always the last', async () => {
    const seen: number[] = [];
    await train(problem(6, 5), {
      epochs: 5,
      reportEvery: 2,
      onProgress: ({ iteration }) => seen.push(iteration),
    });
    expect(seen).toEqual([2, 4, 5]);
  });

  test('the reported losses are those of the last member where it trains and of the others where they do not', async () => {
    const of = problem(6, 5);
    const losses: { trainingLoss: number; heldOutLoss: number }[] = [];
    const { parameters } = await train(of, { onProgress: (progress) => losses.push(progress) });
    const values = parameters.map(flat);
    expect(losses.at(-1)!.trainingLoss).toBeCloseTo(meanLoss(of, values[2], 2, [0]), 5);
    const everywhere = { ...of, rowWeights: new Float32Array(18).fill(1) };
    expect(losses.at(-1)!.heldOutLoss).toBeCloseTo(meanLoss(everywhere, values[1], 1, [1, 3, 5]), 5);
  });

  test('a cancel takes effect within an epoch', async () => {
    const signal = { aborted: false };
    const run = train(problem(640, 300), {
      hidden: 32,
      batchSize: 32,
      signal,
      yieldToEvents: () => Promise.resolve(void (signal.aborted = true)),
      onProgress: () => expect.unreachable('an epoch was finished first'),
    });
    await expect(run).rejects.toMatchObject({ code: 'cancelled' });
  });

  test('a reward that is not finite ends the run as diverged', async () => {
    await expect(train(problem(6, 5), { learningRate: Infinity })).rejects.toMatchObject({
      code: 'diverged',
    });
  });
});

describe('a checkpoint', () => {
  afterEach(() => vi.restoreAllMocks());

  test.each([
    ['the twins', () => Promise.resolve(createCpuBackend())],
    ['SIMD', openSimdBackend],
  ])('after any epoch leads to the same bytes on %s', async (_, open) => {
    let clock = 0;
    // Every look at the clock is a second later: a checkpoint after every epoch but the last.
    vi.spyOn(performance, 'now').mockImplementation(() => (clock += 1_000));
    const of = problem(11, 5);
    const checkpoints: MlpCheckpoint[] = [];
    const whole = await trainMlpHeads(await open(), of, {
      ...OPTIONS,
      onCheckpoint: (checkpoint) => checkpoints.push(checkpoint),
    });
    expect(checkpoints.map(({ epochs }) => epochs)).toEqual([1, 2, 3]);
    for (const resume of checkpoints) {
      expect(await trainMlpHeads(await open(), of, { ...OPTIONS, resume })).toEqual(whole);
    }
  });
});
