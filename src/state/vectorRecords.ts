/** Vectors of texts as they are kept on this device. */
import { rowTexts } from '../core/rowTexts.ts';
import { vectorsId, type SentenceChoice, type TextVectors } from '../core/sentenceModel.ts';
import { textHash } from '../core/textHash.ts';
import { keptMeasurements, type MeasurementCache } from './encodeTexts.ts';

const COUNTS = 2;

/** Of a row's two texts, the share of its tokens that the model left out; undefined where it has not read it yet. */
export interface UnreadShares {
  readonly prompt: number | undefined;
  readonly response: number | undefined;
}

/** @throws PalateError `storage-failed` */
export async function unreadShares(
  cache: MeasurementCache,
  choice: SentenceChoice,
  inputs: readonly { readonly prompt: string; readonly response: string }[],
): Promise<readonly UnreadShares[]> {
  const { texts, promptOf, responseOf } = rowTexts(choice.model, inputs);
  const records = await keptMeasurements(cache, vectorsId(choice), texts.map(textHash));
  const shares = records.map((record) => {
    if (!record) return undefined;
    const [tokens, read] = countsIn(record, choice.model.dimension);
    return tokens === 0 ? 0 : (tokens - read) / tokens;
  });
  return inputs.map((_, row) => ({ prompt: shares[promptOf[row]], response: shares[responseOf[row]] }));
}

function countsIn(record: Uint8Array, dimension: number): Uint32Array {
  // A record may come from the storage at any place of a buffer.
  return new Uint32Array(record.slice().buffer, 4 * dimension, COUNTS);
}

/** A text's vector, the number of its tokens and that of those that were read: float32, then two uint32. */
export function recordsOf({ data, tokens, read }: TextVectors, dimension: number): Uint8Array<ArrayBuffer>[] {
  return Array.from(tokens, (count, text) => {
    const buffer = new ArrayBuffer(4 * (dimension + COUNTS));
    new Float32Array(buffer, 0, dimension).set(data.subarray(text * dimension, (text + 1) * dimension));
    new Uint32Array(buffer, 4 * dimension).set([count, read[text]]);
    return new Uint8Array(buffer);
  });
}

export function fromRecords(records: readonly Uint8Array[], dimension: number): TextVectors {
  const data = new Float32Array(records.length * dimension);
  const counts = records.map((record, text) => {
    data.set(new Float32Array(record.slice().buffer, 0, dimension), text * dimension);
    return countsIn(record, dimension);
  });
  return {
    data,
    tokens: Uint32Array.from(counts, ([tokens]) => tokens),
    read: Uint32Array.from(counts, ([, read]) => read),
  };
}
