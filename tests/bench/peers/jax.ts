/** jax-js as its users would train: the loss differentiated and compiled by the library, Adam written in its arrays. */
import { blockUntilReady, defaultDevice, grad, init, jit, nn, numpy as np, type Array } from '@jax-js/jax';
import type { Contender, Problem } from '../contender.ts';

/** Best of {0.03, 0.1, 0.3} on these problems. */
const LEARNING_RATE = 0.1;
const BETA1 = 0.9;
const BETA2 = 0.999;

export function jax(device: 'webgpu' | 'wasm'): Contender {
  return {
    name: `jax-js ${device}`,
    async prepare() {
      if (!(await init(device)).includes(device)) throw new Error(`jax-js has no ${device} here.`);
    },
    async solve(problem, iterations) {
      defaultDevice(device);
      return solve(problem, iterations);
    },
  };
}

async function solve(problem: Problem, iterations: number): Promise<Float32Array> {
  const { pairs, dimension, heads } = problem;
  const x = np.array(problem.differences, { shape: [pairs, dimension] });
  const rowWeights = np.array(problem.rowWeights, { shape: [pairs, heads] });
  const lambdas = np.array(Float32Array.from(problem.lambdas), { shape: [heads] });
  const loss = (w: Array, data: Array, weights: Array, penalty: Array): Array =>
    weights
      .mul(nn.softplus(np.negative(np.matmul(data, w.ref))))
      .sum()
      .add(penalty.mul(np.square(w)).sum().mul(0.5));
  const step = jit(
    (w: Array, m: Array, v: Array, scale: Array, data: Array, weights: Array, penalty: Array) => {
      const g = grad(loss)(w.ref, data, weights, penalty) as Array;
      const mean = m.mul(BETA1).add(g.ref.mul(1 - BETA1));
      const square = v.mul(BETA2).add(np.square(g).mul(1 - BETA2));
      const move = mean.ref.div(np.sqrt(square.ref).add(1e-12)).mul(scale);
      return [w.sub(move), mean, square];
    },
  );
  let w = np.zeros([dimension, heads]);
  let m = np.zeros([dimension, heads]);
  let v = np.zeros([dimension, heads]);
  for (let i = 1; i <= iterations; i++) {
    // Both bias corrections of Adam in one factor of the step.
    const scale = (LEARNING_RATE * Math.sqrt(1 - BETA2 ** i)) / (1 - BETA1 ** i);
    [w, m, v] = step(w, m, v, np.array(scale), x.ref, rowWeights.ref, lambdas.ref) as [Array, Array, Array];
    if (i % 5 === 0) await blockUntilReady([w.ref, m.ref, v.ref]);
  }
  const result = (await np.transpose(w).data()) as Float32Array;
  for (const array of [m, v, x, rowWeights, lambdas]) array.dispose();
  step.dispose();
  return result;
}
