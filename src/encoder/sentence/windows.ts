/** Between a text's tokens and its one vector: what of a text a model reads, and what is made of the vectors it gives. */
import type { SentenceChoice } from '../../core/sentenceModel.ts';

/** Ids of a text's tokens. */
export interface Tokenizer {
  encode(text: string, options?: { readonly add_special_tokens: boolean }): number[];
}

export interface Windows {
  /** Ids of tokens, with those that mark start and end. */
  readonly windows: readonly (readonly number[])[];
  /** Of the text alone. */
  readonly tokens: number;
  readonly read: number;
}

/** What of a text the model reads: its start, or all of it in pieces. */
export function windowsFor(
  tokenizer: Tokenizer,
  text: string,
  maxTokens: number,
  inPieces: boolean,
): Windows {
  const bare = tokenizer.encode(text, { add_special_tokens: false });
  const whole = tokenizer.encode(text);
  const start = bare.length === 0 ? whole : whole.slice(0, whole.indexOf(bare[0]));
  const end = bare.length === 0 ? [] : whole.slice(start.length + bare.length);
  const room = Math.max(1, maxTokens - start.length - end.length);
  const last = inPieces ? bare.length : Math.min(bare.length, room);
  const windows: number[][] = [];
  for (let from = 0; from < Math.max(1, last); from += room) {
    windows.push([...start, ...bare.slice(from, Math.min(last, from + room)), ...end]);
  }
  return { windows, tokens: bare.length, read: last };
}

export function pool(
  states: Float32Array,
  windows: readonly (readonly number[])[],
  length: number,
  dimension: number,
  pooling: SentenceChoice['model']['pooling'],
): Float32Array {
  const pooled = new Float32Array(windows.length * dimension);
  windows.forEach((window, row) => {
    const [from, to] = {
      mean: [0, window.length],
      first: [0, 1],
      last: [window.length - 1, window.length],
    }[pooling];
    for (let at = from; at < to; at++) {
      for (let column = 0; column < dimension; column++) {
        pooled[row * dimension + column] += states[(row * length + at) * dimension + column] / (to - from);
      }
    }
  });
  return pooled;
}

/** Adds a vector, made of length 1, so many times. */
export function addUnit(sum: Float32Array, vector: Float32Array, times: number): void {
  const length = lengthOf(vector);
  if (length === 0) return;
  for (let column = 0; column < sum.length; column++) sum[column] += (vector[column] / length) * times;
}

export function scaleToUnit(vector: Float32Array): void {
  const length = lengthOf(vector);
  if (length > 0) for (let column = 0; column < vector.length; column++) vector[column] /= length;
}

function lengthOf(vector: Float32Array): number {
  let total = 0;
  for (const value of vector) total += value * value;
  return Math.sqrt(total);
}
