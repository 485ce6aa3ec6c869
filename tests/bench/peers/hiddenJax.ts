/** A hidden layer in jax-js: the loss differentiated and compiled by the library, Adam written in its arrays. */
import { blockUntilReady, grad, jit, nn, numpy as np, type Array } from '@jax-js/jax';
import type { MlpParameters } from '../../../src/core/rewardHead.ts';
import { LEARNING_RATE, type HiddenProblem, type HiddenTrainer } from '../hiddenProblem.ts';

const BETA1 = 0.9;
const BETA2 = 0.999;

type Three = [Array, Array, Array];

function loss(w: Array, bias: Array, output: Array, batch: Array, shares: Array): Array {
  const rewards = np.matmul(np.tanh(np.matmul(batch, w).add(bias)), output);
  const margins = rewards
    .reshape([shares.shape[0], 2])
    .mul(np.array([1, -1]))
    .sum(1);
  return shares.mul(nn.softplus(np.negative(margins))).sum();
}

/**
 * One step of Adam; compiled once per shape. `scale` holds the learning rate and both bias corrections. Its constants
 * live on the device it was first run on, so every device has its own.
 */
const compiledStep = () =>
  jit((values: Three, means: Three, squares: Three, scale: Array, x: Array, rows: Array, shares: Array) => {
    const batch = np.take(x, rows, 0);
    const [w, bias, output] = values.map((value) => value.ref) as Three;
    const gradients = grad(loss, { argnums: [0, 1, 2] })(w, bias, output, batch, shares);
    const nextMeans = means.map((mean, i) => mean.mul(BETA1).add(gradients[i].ref.mul(1 - BETA1)));
    const nextSquares = squares.map((square, i) =>
      square.mul(BETA2).add(np.square(gradients[i]).mul(1 - BETA2)),
    );
    const nextValues = values.map((value, i) =>
      value.sub(nextMeans[i].ref.div(np.sqrt(nextSquares[i].ref).add(1e-8)).mul(scale.ref)),
    );
    scale.dispose();
    return [nextValues, nextMeans, nextSquares] as [Three, Three, Three];
  });

/** @returns the trainer of one device, which must be jax-js's default device whenever it runs */
export function jaxHidden(): HiddenTrainer {
  const step = compiledStep();
  return (problem, epochs) => train(step, problem, epochs);
}

async function train(
  step: ReturnType<typeof compiledStep>,
  { data, start, epochs }: HiddenProblem,
  count: number,
): Promise<MlpParameters> {
  const { dimension, features } = data;
  const { hidden } = start;
  const x = np.array(features, { shape: [features.length / dimension, dimension] });
  let values: Three = [
    np.transpose(np.array(start.hiddenWeights, { shape: [hidden, dimension] })),
    np.array(start.hiddenBias, { shape: [hidden] }),
    np.array(start.outputWeights, { shape: [hidden, 1] }),
  ];
  const zeros = (): Three => [np.zeros([dimension, hidden]), np.zeros([hidden]), np.zeros([hidden, 1])];
  let [means, squares] = [zeros(), zeros()];
  let t = 0;
  for (const { rows, shares } of epochs.slice(0, count).flat()) {
    t++;
    const scale = np.array((LEARNING_RATE * Math.sqrt(1 - BETA2 ** t)) / (1 - BETA1 ** t));
    const batch = np.array(rows, { dtype: np.int32 });
    [values, means, squares] = step(values, means, squares, scale, x.ref, batch, np.array(shares));
    if (t % 5 === 0) await blockUntilReady(values.map((value) => value.ref));
  }
  const [w, bias, output] = values;
  const [hiddenWeights, hiddenBias, outputWeights] = [
    (await np.transpose(w).data()) as Float32Array<ArrayBuffer>,
    (await bias.data()) as Float32Array<ArrayBuffer>,
    (await output.data()) as Float32Array<ArrayBuffer>,
  ];
  for (const array of [...means, ...squares, x]) array.dispose();
  return { kind: 'mlp', hidden, hiddenWeights, hiddenBias, outputWeights };
}
