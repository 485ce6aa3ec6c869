/**
 * TensorFlow.js, solving with the algorithm that suits it best: the same batched L-BFGS as ours (one Newton step on
 * cached margins as line search), written in its own operations. The transposed matrix is made once, since its
 * WebAssembly backend multiplies transposed operands many times slower.
 */
import * as tf from '@tensorflow/tfjs-core';
import { isWatched, type Contender, type Problem, type SolveOptions } from '../contender.ts';
import { tensorflowHidden } from './hiddenTensorflow.ts';

const HISTORY = 5;

export function tensorflow(backend: 'webgpu' | 'wasm'): Contender {
  return {
    name: `TensorFlow.js ${backend}`,
    async prepare() {
      if (backend === 'webgpu') await import('@tensorflow/tfjs-backend-webgpu');
      else {
        const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
        setWasmPaths('/node_modules/@tensorflow/tfjs-backend-wasm/dist/');
      }
      if (!(await tf.setBackend(backend))) throw new Error(`TensorFlow.js has no ${backend} here.`);
      await tf.ready();
    },
    async solve(problem, iterations, options) {
      await tf.setBackend(backend);
      return solve(problem, iterations, options);
    },
    async trainHidden(problem, epochs) {
      await tf.setBackend(backend);
      return tensorflowHidden(problem, epochs);
    },
    async product(rows, columns, inner, data, repeats) {
      await tf.setBackend(backend);
      const a = tf.tensor2d(data.subarray(0, rows * inner), [rows, inner]);
      const b = tf.tensor2d(data.subarray(0, inner * columns), [inner, columns]);
      await Promise.all([a.data(), b.data()]); // uploads are lazy
      const started = performance.now();
      for (let i = 1; i < repeats; i++) tf.matMul(a, b).dispose();
      const last = tf.matMul(a, b);
      await last.data();
      const elapsed = performance.now() - started;
      tf.dispose([a, b, last]);
      return elapsed;
    },
  };
}

/** Threads its WebAssembly backend uses; 1 where it does not run. */
export async function tensorflowThreads(): Promise<number> {
  const { getThreadsCount } = await import('@tensorflow/tfjs-backend-wasm');
  try {
    return getThreadsCount();
  } catch {
    return 1;
  }
}

/** Dot products per head: `[dimension, heads]` twice → `[1, heads]`. */
const columnDot = (a: tf.Tensor, b: tf.Tensor): tf.Tensor => tf.sum(tf.mul(a, b), 0, true);

async function solve(problem: Problem, iterations: number, { watch }: SolveOptions): Promise<Float32Array> {
  const { pairs, dimension, heads } = problem;
  const x = tf.tensor2d(problem.differences, [pairs, dimension]);
  const xT = tf.transpose(x);
  const rowWeights = tf.tensor2d(problem.rowWeights, [pairs, heads]);
  const lambdas = tf.tensor2d(Float32Array.from(problem.lambdas), [1, heads]);
  let weights: tf.Tensor = tf.zeros([dimension, heads]);
  let margins: tf.Tensor = tf.zeros([pairs, heads]);
  const steps: tf.Tensor[] = [];
  const changes: tf.Tensor[] = [];
  let previous: tf.Tensor | undefined;
  for (let i = 1; i <= iterations; i++) {
    const gradient = tf.tidy(() => {
      const residual = tf.mul(rowWeights, tf.sigmoid(tf.neg(margins)));
      return tf.sub(tf.mul(lambdas, weights), tf.matMul(xT, residual as tf.Tensor2D));
    });
    if (previous) {
      changes.push(tf.sub(gradient, previous));
      previous.dispose();
      if (steps.length > HISTORY) steps.shift()!.dispose();
      if (changes.length > HISTORY) changes.shift()!.dispose();
    }
    const [step, marginStep] = tf.tidy(() => {
      const direction = twoLoop(gradient, steps, changes);
      const projected = tf.matMul(x, direction);
      const probability = tf.sigmoid(tf.neg(margins));
      const curvature = tf.mul(rowWeights, tf.mul(probability, tf.sub(1, probability)));
      const along = tf.sum(tf.mul(curvature, tf.square(projected)), 0, true);
      const second = tf.add(along, tf.mul(lambdas, columnDot(direction, direction)));
      const length = tf.div(tf.neg(columnDot(gradient, direction)), tf.maximum(second, 1e-20));
      return [tf.mul(direction, length), tf.mul(projected, length)];
    });
    const nextWeights = tf.add(weights, step);
    const nextMargins = tf.add(margins, marginStep);
    tf.dispose([weights, margins, marginStep]);
    [weights, margins] = [nextWeights, nextMargins];
    steps.push(step);
    previous = gradient;
    if (isWatched(watch, i) && watch.seen(i, await byHead(weights))) break;
  }
  const result = await byHead(weights);
  tf.dispose([x, xT, rowWeights, lambdas, weights, margins, ...steps, ...changes]);
  previous?.dispose();
  return result;
}

async function byHead(weights: tf.Tensor): Promise<Float32Array> {
  const transposed = tf.transpose(weights);
  const data = (await transposed.data()) as Float32Array;
  transposed.dispose();
  return data;
}

/** −H·g by the two-loop recursion, all heads at once. */
function twoLoop(gradient: tf.Tensor, steps: readonly tf.Tensor[], changes: readonly tf.Tensor[]): tf.Tensor {
  let q = tf.neg(gradient);
  const alphas: tf.Tensor[] = [];
  const inverse: tf.Tensor[] = [];
  const offset = steps.length - changes.length;
  for (let k = changes.length - 1; k >= 0; k--) {
    const step = steps[k + offset];
    inverse[k] = tf.div(1, tf.maximum(columnDot(step, changes[k]), 1e-20));
    alphas[k] = tf.mul(inverse[k], columnDot(step, q));
    q = tf.sub(q, tf.mul(alphas[k], changes[k]));
  }
  const last = changes.length - 1;
  if (last >= 0) {
    const scale = tf.div(
      columnDot(steps[last + offset], changes[last]),
      tf.maximum(columnDot(changes[last], changes[last]), 1e-20),
    );
    q = tf.mul(q, scale);
  }
  for (let k = 0; k < changes.length; k++) {
    const beta = tf.mul(inverse[k], columnDot(changes[k], q));
    q = tf.add(q, tf.mul(steps[k + offset], tf.sub(alphas[k], beta)));
  }
  return q;
}
