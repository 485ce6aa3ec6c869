/**
 * Features of everything that is or may be judged, kept in memory while the project is open: a judgment then costs a
 * training run and nothing else. The pool is encoded anew only when a text comes in that it does not hold.
 */
import { logLengths } from '../core/lengthControl.ts';
import { interleaveRows, pairTexts } from '../core/pairTexts.ts';
import type { PairRows } from '../core/pairDifferences.ts';
import { promptText, type Comparison } from '../core/preference.ts';
import type { PreferencePair } from '../core/preferencePairs.ts';
import type { StoredHead } from '../storage/appStorage.ts';
import type { EncodeProgress, EncodeRequest, EncodeResult, EncoderApi } from '../../workers/encoderApi.ts';
import { encodeTexts, type MeasurementCache } from './encodeTexts.ts';

/** An encoder state is fitted anew when the texts have grown by this factor since. */
const POOL_GROWTH = 1.5;

export interface PoolSettings {
  readonly encoderId: string;
  readonly seed: number;
}

export interface EncodedPool extends PoolSettings {
  readonly encoded: EncodeResult;
  /** Texts in the pool that the encoder's state was fitted on. */
  readonly fittedOn: number;
  /** float32 `[texts]`. */
  readonly logLengths: Float32Array<ArrayBuffer>;
  /** Group of the prompt of every text. */
  readonly promptOfRow: Uint32Array<ArrayBuffer>;
  /** Rows by prompt and response: some pairs stand in no comparison. */
  readonly rows: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** Rows of the two responses by comparison id. */
  readonly places: ReadonlyMap<string, { readonly a: number; readonly b: number }>;
}

/** The rows of some pairs, with only the features they need. */
export interface PairFeatures {
  readonly features: EncodeResult['features'];
  /** float32 `[texts]`, one per row of the features. */
  readonly logLengths: Float32Array<ArrayBuffer>;
  readonly rows: { readonly chosen: Uint32Array<ArrayBuffer>; readonly rejected: Uint32Array<ArrayBuffer> };
  readonly promptOfPair: Uint32Array<ArrayBuffer>;
  /** Rows of further comparisons, first and second response. */
  readonly candidates: PairRows;
}

export class FeaturePool {
  readonly #cache: MeasurementCache;
  readonly #encoder: EncoderApi;
  #pool?: EncodedPool;

  constructor(cache: MeasurementCache, encoder: EncoderApi) {
    this.#cache = cache;
    this.#encoder = encoder;
  }

  /**
   * The pool over these comparisons, encoded if it is not yet.
   * @param current the head in use, whose encoder state stays while it still describes the texts
   * @throws PalateError as `encodeTexts`
   */
  async open(
    comparisons: readonly Comparison[],
    settings: PoolSettings,
    current: StoredHead | undefined,
    onProgress: (progress: EncodeProgress) => void,
    signal: { readonly aborted: boolean },
  ): Promise<EncodedPool> {
    const known = this.#pool;
    if (known && isSame(known, settings) && holdsExactly(known, comparisons)) return known;
    const texts = pairTexts(
      comparisons.map(({ prompt, a, b }) => ({
        prompt: promptText(prompt),
        chosen: a.text,
        rejected: b.text,
      })),
    );
    const state = stateFor(settings, texts.inputs.length, current, () => interleaveRows(texts.rows));
    const request = { encoderId: settings.encoderId, ...texts, state };
    const encoded = await encodeTexts(this.#cache, this.#encoder, request, onProgress, signal);
    const { chosen, rejected } = texts.rows;
    const rows = new Map<string, Map<string, number>>();
    texts.inputs.forEach(({ prompt, response }, row) => {
      rows.set(prompt, (rows.get(prompt) ?? new Map<string, number>()).set(response, row));
    });
    this.#pool = {
      ...{ encoderId: settings.encoderId, seed: settings.seed, encoded },
      fittedOn: state.kind === 'known' ? current!.poolSize : texts.inputs.length,
      logLengths: logLengths(texts.inputs.map(({ response }) => response)),
      promptOfRow: texts.promptOfRow,
      rows,
      places: new Map(comparisons.map(({ id }, i) => [id, { a: chosen[i], b: rejected[i] }])),
    };
    return this.#pool;
  }
}

function isSame(one: PoolSettings, other: PoolSettings): boolean {
  return one.encoderId === other.encoderId && one.seed === other.seed;
}

/** A text that is no longer there may have been measured against its neighbours: the pool is then not the same. */
function holdsExactly({ places }: EncodedPool, comparisons: readonly Comparison[]): boolean {
  return places.size === comparisons.length && comparisons.every(({ id }) => places.has(id));
}

/** False while the pool lacks a response of the pair. */
export function holdsPair({ rows }: EncodedPool, { prompt, chosen, rejected }: PreferencePair): boolean {
  const responses = rows.get(prompt);
  return responses !== undefined && responses.has(chosen) && responses.has(rejected);
}

/** The current head's encoder state while it still describes the texts, so that heads stay comparable. */
function stateFor(
  { encoderId, seed }: PoolSettings,
  texts: number,
  current: StoredHead | undefined,
  pairs: () => Uint32Array<ArrayBuffer>,
): EncodeRequest['state'] {
  const usable =
    current !== undefined &&
    current.head.provenance.encoderId === encoderId &&
    current.head.provenance.seed === seed &&
    texts < current.poolSize * POOL_GROWTH;
  return usable ? { kind: 'known', json: current.encoderState } : { kind: 'fit', pairs: pairs(), seed };
}

/** Gathers what a training run needs: a judgment on a large pool sends its judged texts, not the pool. */
export function pairFeatures(
  { encoded, places, promptOfRow, rows: rowsOfPrompt, logLengths }: EncodedPool,
  pairs: readonly PreferencePair[],
  candidates: readonly Comparison[] = [],
): PairFeatures {
  const { data, dimension } = encoded.features;
  const rowOf = new Map<number, number>();
  const keep = (row: number): number => {
    const known = rowOf.get(row) ?? rowOf.size;
    rowOf.set(row, known);
    return known;
  };
  const chosen = new Uint32Array(pairs.length);
  const rejected = new Uint32Array(pairs.length);
  const promptOfPair = new Uint32Array(pairs.length);
  pairs.forEach((pair, index) => {
    const responses = rowsOfPrompt.get(pair.prompt)!;
    const row = responses.get(pair.chosen)!;
    chosen[index] = keep(row);
    rejected[index] = keep(responses.get(pair.rejected)!);
    promptOfPair[index] = promptOfRow[row];
  });
  const first = Uint32Array.from(candidates, ({ id }) => keep(places.get(id)!.a));
  const second = Uint32Array.from(candidates, ({ id }) => keep(places.get(id)!.b));
  const features = new Float32Array(rowOf.size * dimension);
  for (const [row, place] of rowOf) {
    features.set(data.subarray(row * dimension, (row + 1) * dimension), place * dimension);
  }
  return {
    features: { data: features, rows: rowOf.size, dimension },
    logLengths: Float32Array.from(rowOf.keys(), (row) => logLengths[row]),
    rows: { chosen, rejected },
    promptOfPair,
    candidates: { chosen: first, rejected: second },
  };
}
