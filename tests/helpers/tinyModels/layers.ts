/** The parts that both tiny transformers are made of, with random weights. */
import type { Random } from '../../../src/core/random.ts';
import type { OnnxGraph, Tensor } from './onnxWriter.ts';

export const WIDTH = 32;
export const HEADS = 2;
export const HEAD_WIDTH = WIDTH / HEADS;

/** What a layer attends to: its own keys and values, or those and the ones of earlier runs. */
export type Recall = (kind: 'key' | 'value', own: Tensor) => Tensor;

/** Added to the scores of places that may not be looked at. */
export const HIDDEN = -1e9;

export class Layers {
  readonly #graph: OnnxGraph;
  readonly #random: Random;

  constructor(graph: OnnxGraph, random: Random) {
    this.#graph = graph;
    this.#random = random;
  }

  /** Normally distributed weights. */
  table(rows: number, columns: number, scale: number): Tensor {
    const values = Float32Array.from({ length: rows * columns }, () => this.#random.normal() * scale);
    return this.#graph.weights(values, rows, columns);
  }

  /** [.., inputs] → [.., outputs] */
  linear(x: Tensor, inputs: number, outputs: number): Tensor {
    return this.#graph.node('MatMul', [x, this.table(inputs, outputs, 1 / Math.sqrt(inputs))]);
  }

  normalise(x: Tensor): Tensor {
    const scale = this.#graph.weights(new Float32Array(WIDTH).fill(1), WIDTH);
    const shift = this.#graph.weights(new Float32Array(WIDTH), WIDTH);
    return this.#graph.node('LayerNormalization', [x, scale, shift]);
  }

  /**
   * Attention and two linear maps with a bend between them, each added to what came in.
   * @param x [texts, tokens, WIDTH]
   * @param bias added to the scores, [texts, 1, 1 or tokens, tokens attended to]
   * @param recall gets and gives [texts, HEADS, tokens, HEAD_WIDTH]
   */
  block(x: Tensor, bias: Tensor, recall: Recall = (_, own) => own): Tensor {
    const graph = this.#graph;
    const attended = graph.node('Add', [x, this.#attention(this.normalise(x), bias, recall)]);
    const wide = graph.node('Relu', [this.linear(this.normalise(attended), WIDTH, 4 * WIDTH)]);
    return graph.node('Add', [attended, this.linear(wide, 4 * WIDTH, WIDTH)]);
  }

  #attention(x: Tensor, bias: Tensor, recall: Recall): Tensor {
    const graph = this.#graph;
    const query = this.#heads(x);
    const key = recall('key', this.#heads(x));
    const value = recall('value', this.#heads(x));
    const turned = graph.node('Transpose', [key], { perm: { ints: [0, 1, 3, 2] } });
    const products = graph.node('MatMul', [query, turned]);
    const scores = graph.node('Mul', [products, graph.float(1 / Math.sqrt(HEAD_WIDTH))]);
    const shares = graph.node('Softmax', [graph.node('Add', [scores, bias])]);
    const mixed = graph.node('MatMul', [shares, value]);
    const together = graph.node('Transpose', [mixed], { perm: { ints: [0, 2, 1, 3] } });
    return this.linear(graph.node('Reshape', [together, graph.ints(0, 0, WIDTH)]), WIDTH, WIDTH);
  }

  /** [texts, tokens, WIDTH] → [texts, HEADS, tokens, HEAD_WIDTH] */
  #heads(x: Tensor): Tensor {
    const graph = this.#graph;
    const mapped = this.linear(x, WIDTH, WIDTH);
    const split = graph.node('Reshape', [mapped, graph.ints(0, 0, HEADS, HEAD_WIDTH)]);
    return graph.node('Transpose', [split], { perm: { ints: [0, 2, 1, 3] } });
  }
}
