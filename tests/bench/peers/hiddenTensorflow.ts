/** A hidden layer in TensorFlow.js as its users would train it: its own gradients and its own Adam. */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
import type { MlpParameters } from '../../../src/core/rewardHead.ts';
import { LEARNING_RATE, type HiddenTrainer } from '../hiddenProblem.ts';

export const tensorflowHidden: HiddenTrainer = async ({ data, start, epochs }, count) => {
  const { dimension, features } = data;
  const { hidden } = start;
  const x = tf.tensor2d(features, [features.length / dimension, dimension]);
  const w = tf.tidy(() => tf.variable(tf.transpose(tf.tensor2d(start.hiddenWeights, [hidden, dimension]))));
  const bias = tf.variable(tf.tensor1d(start.hiddenBias));
  const output = tf.variable(tf.tensor2d(start.outputWeights, [hidden, 1]));
  const signs = tf.tensor2d([1, -1], [1, 2]);
  const adam = tf.train.adam(LEARNING_RATE, 0.9, 0.999, 1e-8);
  for (const { rows, shares } of epochs.slice(0, count).flat()) {
    tf.tidy(() => {
      const batch = tf.gather(x, tf.tensor1d(rows, 'int32'));
      const weights = tf.tensor1d(shares);
      const loss = (): tf.Scalar => {
        const rewards = tf.matMul(tf.tanh(tf.add(tf.matMul(batch, w), bias)), output);
        const margins = tf.sum(tf.mul(tf.reshape(rewards, [shares.length, 2]), signs), 1);
        return tf.sum(tf.mul(weights, tf.softplus(tf.neg(margins))));
      };
      adam.minimize(loss, false, [w, bias, output]);
    });
  }
  const byUnit = tf.transpose(w);
  const [hiddenWeights, hiddenBias, outputWeights] = (await Promise.all(
    [byUnit, bias, output].map((tensor) => tensor.data()),
  )) as Float32Array<ArrayBuffer>[];
  tf.dispose([x, w, bias, output, signs, byUnit]);
  adam.dispose();
  return { kind: 'mlp', hidden, hiddenWeights, hiddenBias, outputWeights } satisfies MlpParameters;
};
