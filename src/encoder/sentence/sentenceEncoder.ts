/**
 * Features from a sentence model's vectors, beside those of another encoder or alone.
 *
 *   columns   features of the encoder beside it, if one is | response (d) | response ⊙ prompt (d) | cosine of the two (1)
 *
 * In a pair both responses have one prompt: a linear head over [prompt, response] would never see it. The product and the
 * cosine let it. Each block is divided by the root mean square length of its pair differences and multiplied by the root
 * of its prior variance, as the built-in blocks are; how strong the prior is on the whole is searched.
 */
import { PalateError } from '../../core/palateError.ts';
import { sentenceEncoderId, type RowVectors, type SentenceChoice } from '../../core/sentenceModel.ts';
import { textHash } from '../../core/textHash.ts';
import { blockWeight, pairDifferenceLength } from '../builtin/blockScale.ts';
import type { Encoder, EncoderPool, EncoderState, FeatureMatrix, Measurement } from '../encoder.ts';

interface SentenceState extends EncoderState {
  readonly sentence: SentenceChoice;
  /** What each block is multiplied by: response, product, cosine. */
  readonly weights: readonly number[];
  readonly beside?: EncoderState;
}

/** Prior variances of the three blocks. */
const VARIANCES = [0.2, 0.1, 0.05] as const;
const NOTHING: Measurement = new Uint8Array(0);

/** @param beside the encoder that the choice names, if it names one */
export function sentenceEncoder(choice: SentenceChoice, beside?: Encoder): Encoder {
  const id = sentenceEncoderId(choice);
  const { dimension } = choice.model;

  const asOwn = (state: EncoderState): SentenceState => {
    requireEncoder(state.encoderId, id);
    return state as SentenceState;
  };

  return {
    id,
    hasFixedPrior: false,
    measure: (input) => beside?.measure(input) ?? NOTHING,

    fit(pool, seed) {
      const blocks = blocksOf(requireVectors(pool.vectors, dimension, pool.measurements.length));
      const weights = blocks.map(({ rows, width }, block) =>
        blockWeight(VARIANCES[block], pairDifferenceLength(rows, width, pool.pairs)),
      );
      return stateOf(choice, weights, beside && fitBeside(beside, pool, seed));
    },

    transform(state, measurements, promptOfRow, vectors) {
      const own = asOwn(state);
      const blocks = blocksOf(requireVectors(vectors, dimension, measurements.length));
      const before = beside
        ? beside.transform(own.beside!, measurements, promptOfRow)
        : { data: new Float32Array(0), rows: measurements.length, dimension: 0 };
      return joined(before, blocks, own.weights, own.dimension);
    },

    featureNames(state) {
      const own = asOwn(state);
      const numbered = (name: string, group: string) =>
        Array.from({ length: dimension }, (_, i) => ({ name: `${name} ${i + 1}`, group }));
      return [
        ...(beside?.featureNames(own.beside!) ?? []),
        ...numbered('meaning', 'meaning'),
        ...numbered('meaning shared with the prompt', 'meaning and prompt'),
        { name: 'close to the prompt', group: 'meaning and prompt' },
      ];
    },

    stateToJson(state) {
      const { beside: other, ...own } = asOwn(state);
      return beside ? { ...own, beside: beside.stateToJson(other!) } : own;
    },
    stateFromJson: (value) => readState(value, choice, beside),
  };
}

function fitBeside(
  beside: Encoder,
  { measurements, pairs, promptOfRow }: EncoderPool,
  seed: number,
): EncoderState {
  return beside.fit({ measurements, pairs, promptOfRow }, seed);
}

function stateOf(
  sentence: SentenceChoice,
  weights: readonly number[],
  beside: EncoderState | undefined,
): SentenceState {
  const encoderId = sentenceEncoderId(sentence);
  const dimension = 2 * sentence.model.dimension + 1 + (beside?.dimension ?? 0);
  const id = textHash([encoderId, ...weights.map(String), beside?.id ?? ''].join(' '));
  return { encoderId, id, dimension, sentence, weights, ...(beside ? { beside } : {}) };
}

function readState(value: unknown, choice: SentenceChoice, beside: Encoder | undefined): SentenceState {
  const json = (value ?? {}) as Record<string, unknown>;
  requireEncoder(json.encoderId, sentenceEncoderId(choice));
  const weights = json.weights as readonly unknown[];
  const areWeights = Array.isArray(weights) && weights.length === VARIANCES.length;
  if (!areWeights || !weights.every((weight) => Number.isFinite(weight) && (weight as number) >= 0)) {
    throw badState(`"weights" should be ${VARIANCES.length} numbers of at least 0`);
  }
  const besideState = beside?.stateFromJson(json.beside);
  const state = stateOf(choice, weights as readonly number[], besideState);
  if (json.id !== state.id) {
    throw badState(
      `its numbers hash to ${state.id}, but its id is ${JSON.stringify(json.id)}: it was damaged`,
    );
  }
  return state;
}

function requireEncoder(actual: unknown, expected: string): void {
  if (actual === expected) return;
  throw new PalateError(
    'encoder-mismatch',
    `This state belongs to the encoder ${JSON.stringify(actual)}, not to ${expected}. ` +
      'A head works only with the encoder it was trained with: choose that encoder, or train again.',
  );
}

function badState(reason: string): PalateError {
  return new PalateError('bad-head', `This is not a state of a sentence encoder: ${reason}.`);
}

function requireVectors(vectors: RowVectors | undefined, dimension: number, rows: number): RowVectors {
  if (vectors?.dimension === dimension && vectors.promptOf.length === rows) return vectors;
  throw new PalateError(
    'encoder-mismatch',
    `Expected vectors of ${dimension} numbers for ${rows} rows, got ${vectors?.promptOf.length ?? 0} of ${vectors?.dimension ?? 0}.`,
  );
}

interface Block {
  /** float64 `[rows, width]`. */
  readonly rows: Float64Array;
  readonly width: number;
}

function blocksOf({ data, dimension, promptOf, responseOf }: RowVectors): readonly Block[] {
  const count = promptOf.length;
  const responses = new Float64Array(count * dimension);
  const products = new Float64Array(count * dimension);
  const cosines = new Float64Array(count);
  for (let row = 0; row < count; row++) {
    const prompt = promptOf[row] * dimension;
    const response = responseOf[row] * dimension;
    for (let column = 0; column < dimension; column++) {
      const value = data[response + column];
      const product = value * data[prompt + column];
      responses[row * dimension + column] = value;
      products[row * dimension + column] = product;
      cosines[row] += product;
    }
  }
  return [
    { rows: responses, width: dimension },
    { rows: products, width: dimension },
    { rows: cosines, width: 1 },
  ];
}

function joined(
  before: FeatureMatrix,
  blocks: readonly Block[],
  weights: readonly number[],
  dimension: number,
): FeatureMatrix {
  const data = new Float32Array(before.rows * dimension);
  for (let row = 0; row < before.rows; row++) {
    let at = row * dimension;
    data.set(before.data.subarray(row * before.dimension, (row + 1) * before.dimension), at);
    at += before.dimension;
    blocks.forEach(({ rows, width }, block) => {
      for (let column = 0; column < width; column++) {
        data[at++] = weights[block] * rows[row * width + column];
      }
    });
  }
  return { data, rows: before.rows, dimension };
}
