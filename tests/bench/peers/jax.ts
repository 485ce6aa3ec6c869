/** jax-js as its users would train: the loss differentiated and compiled by the library, Adam written in its arrays. */
import { blockUntilReady, defaultDevice, grad, init, jit, nn, numpy as np, type Array } from '@jax-js/jax';
import { isWatched, type Contender, type Problem, type SolveOptions } from '../contender.ts';
import { jaxHidden } from './hiddenJax.ts';

const BETA1 = 0.9;
const BETA2 = 0.999;

export function jax(device: 'webgpu' | 'wasm'): Contender {
  const step = compiledStep();
  const trainHidden = jaxHidden();
  return {
    name: `jax-js ${device}`,
    rates: [0.3, 1, 3],
    async prepare() {
      if (!(await init(device)).includes(device)) throw new Error(`jax-js has no ${device} here.`);
    },
    async solve(problem, iterations, options) {
      defaultDevice(device);
      return solve(step, problem, iterations, options);
    },
    async trainHidden(problem, epochs) {
      defaultDevice(device);
      return trainHidden(problem, epochs);
    },
    async product(rows, columns, inner, data, repeats) {
      defaultDevice(device);
      const a = np.array(data.slice(0, rows * inner), { shape: [rows, inner] });
      const b = np.array(data.slice(0, inner * columns), { shape: [inner, columns] });
      await blockUntilReady([a.ref, b.ref]);
      const started = performance.now();
      for (let i = 1; i < repeats; i++) await np.matmul(a.ref, b.ref).blockUntilReady();
      await np.matmul(a, b).data();
      return performance.now() - started;
    },
  };
}

type Step = ReturnType<typeof compiledStep>;

/** One step of Adam; compiled once per shape. `scale` holds the learning rate and both bias corrections. */
function compiledStep() {
  const loss = (w: Array, data: Array, weights: Array, penalty: Array): Array =>
    weights
      .mul(nn.softplus(np.negative(np.matmul(data, w.ref))))
      .sum()
      .add(penalty.mul(np.square(w)).sum().mul(0.5));
  return jit((w: Array, m: Array, v: Array, scale: Array, data: Array, weights: Array, penalty: Array) => {
    const g = grad(loss)(w.ref, data, weights, penalty);
    const mean = m.mul(BETA1).add(g.ref.mul(1 - BETA1));
    const square = v.mul(BETA2).add(np.square(g).mul(1 - BETA2));
    const move = mean.ref.div(np.sqrt(square.ref).add(1e-12)).mul(scale);
    return [w.sub(move), mean, square];
  });
}

async function solve(
  step: Step,
  problem: Problem,
  iterations: number,
  { rate = 1, watch }: SolveOptions,
): Promise<Float32Array> {
  const { pairs, dimension, heads } = problem;
  const x = np.array(problem.differences, { shape: [pairs, dimension] });
  const rowWeights = np.array(problem.rowWeights, { shape: [pairs, heads] });
  const lambdas = np.array(Float32Array.from(problem.lambdas), { shape: [heads] });
  let w = np.zeros([dimension, heads]);
  let m = np.zeros([dimension, heads]);
  let v = np.zeros([dimension, heads]);
  for (let i = 1; i <= iterations; i++) {
    const scale = (rate * Math.sqrt(1 - BETA2 ** i)) / (1 - BETA1 ** i);
    [w, m, v] = step(w, m, v, np.array(scale), x.ref, rowWeights.ref, lambdas.ref) as [Array, Array, Array];
    if (i % 5 === 0) await blockUntilReady([w.ref, m.ref, v.ref]);
    if (isWatched(watch, i) && watch.seen(i, await byHead(w.ref))) break;
  }
  const result = await byHead(w);
  for (const array of [m, v, x, rowWeights, lambdas]) array.dispose();
  return result;
}

async function byHead(weights: Array): Promise<Float32Array> {
  return (await np.transpose(weights).data()) as Float32Array;
}
