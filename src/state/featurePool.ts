/**
 * Features of everything that is or may be judged, kept in memory while the project is open: a judgment then costs a
 * training run and nothing else. Texts that come in with prompts of their own join the pool; it is encoded anew where a
 * text may be measured against new neighbours, or has lost some.
 */
import { logLengths } from '../core/lengthControl.ts';
import { interleaveRows, pairTexts, type PairTexts } from '../core/pairTexts.ts';
import type { PairRows } from '../core/pairDifferences.ts';
import { promptText, type Comparison } from '../core/preference.ts';
import type { PreferencePair } from '../core/preferencePairs.ts';
import { promptKey } from '../core/split.ts';
import type { EncoderChoice } from '../core/sentenceModel.ts';
import type { SingleLabel } from '../core/singleLabels.ts';
import type { StoredHead } from '../storage/appStorage.ts';
import type { EncodeProgress, EncodeRequest, EncodeResult, EncoderApi } from '../../workers/encoderApi.ts';
import { encodeTexts, type MeasurementCache } from './encodeTexts.ts';

/** An encoder state is fitted anew when the texts have grown by this factor since. */
const POOL_GROWTH = 1.5;

export interface PoolSettings extends EncoderChoice {
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
  /** Of every group. */
  readonly promptKeys: ReadonlySet<string>;
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
  /** Responses judged for themselves; those the pool does not hold are left out. */
  readonly singles: {
    readonly rows: Uint32Array<ArrayBuffer>;
    readonly prompts: Uint32Array<ArrayBuffer>;
    readonly isGood: Uint8Array<ArrayBuffer>;
  };
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
    const known = this.#pool && isSame(this.#pool, settings) ? this.#pool : undefined;
    const added = comparisons.filter(({ id }) => !known?.places.has(id));
    const keepsAll = known && known.places.size + added.length === comparisons.length;
    if (keepsAll && added.length === 0) return known;
    const encode = (texts: PairTexts, state: EncodeRequest['state']): Promise<EncodeResult> => {
      const { encoderId, sentence } = settings;
      const request = { encoderId, sentence, ...texts, state };
      return encodeTexts(this.#cache, this.#encoder, request, onProgress, signal);
    };
    if (keepsAll) {
      const texts = textsOf(added);
      if (canJoin(known, texts)) {
        const encoded = await encode(texts, { kind: 'known', json: known.encoded.state });
        this.#pool = joined(known, added, texts, encoded);
        return this.#pool;
      }
    }
    const texts = textsOf(comparisons);
    const state = stateFor(settings, texts.inputs.length, current, () => interleaveRows(texts.rows));
    const encoded = await encode(texts, state);
    this.#pool = {
      ...{ encoderId: settings.encoderId, seed: settings.seed, encoded },
      fittedOn: state.kind === 'known' ? current!.poolSize : texts.inputs.length,
      ...indexed(comparisons, texts),
    };
    return this.#pool;
  }
}

function isSame(one: PoolSettings, other: PoolSettings): boolean {
  return one.encoderId === other.encoderId && one.seed === other.seed;
}

function textsOf(comparisons: readonly Comparison[]): PairTexts {
  return pairTexts(
    comparisons.map(({ prompt, a, b }) => ({
      prompt: promptText(prompt),
      chosen: a.text,
      rejected: b.text,
    })),
  );
}

type PoolIndex = Pick<EncodedPool, 'logLengths' | 'promptOfRow' | 'promptKeys' | 'rows' | 'places'>;

/** Where the texts of these comparisons are, in a pool that has so many rows and groups before them. */
function indexed(
  comparisons: readonly Comparison[],
  { inputs, rows: { chosen, rejected }, promptOfRow }: PairTexts,
  before: { readonly rows: number; readonly groups: number } = { rows: 0, groups: 0 },
): PoolIndex {
  const rows = new Map<string, Map<string, number>>();
  inputs.forEach(({ prompt, response }, row) => {
    rows.set(prompt, (rows.get(prompt) ?? new Map<string, number>()).set(response, before.rows + row));
  });
  return {
    logLengths: logLengths(inputs.map(({ response }) => response)),
    promptOfRow: promptOfRow.map((group) => before.groups + group),
    promptKeys: new Set(Array.from(rows.keys(), promptKey)),
    rows,
    places: new Map(
      comparisons.map(({ id }, i) => [id, { a: before.rows + chosen[i], b: before.rows + rejected[i] }]),
    ),
  };
}

/** A response is measured beside the others of its prompt; the state has to describe the texts that come in as well. */
function canJoin({ encoded, fittedOn, promptKeys }: EncodedPool, { inputs }: PairTexts): boolean {
  const texts = encoded.features.rows + inputs.length;
  return texts < fittedOn * POOL_GROWTH && !inputs.some(({ prompt }) => promptKeys.has(promptKey(prompt)));
}

function joined(
  known: EncodedPool,
  added: readonly Comparison[],
  texts: PairTexts,
  { features }: EncodeResult,
): EncodedPool {
  const { data, rows, dimension } = known.encoded.features;
  const index = indexed(added, texts, { rows, groups: known.promptKeys.size });
  const all = { data: concatenated(data, features.data), rows: rows + features.rows, dimension };
  return {
    ...known,
    encoded: { ...known.encoded, features: all },
    logLengths: concatenated(known.logLengths, index.logLengths),
    promptOfRow: concatenated(known.promptOfRow, index.promptOfRow),
    promptKeys: new Set([...known.promptKeys, ...index.promptKeys]),
    rows: new Map([...known.rows, ...index.rows]),
    places: new Map([...known.places, ...index.places]),
  };
}

function concatenated<Numbers extends Float32Array | Uint32Array>(one: Numbers, other: Numbers): Numbers {
  const all = new (one.constructor as new (length: number) => Numbers)(one.length + other.length);
  all.set(one);
  all.set(other, one.length);
  return all;
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
  labels: readonly SingleLabel[] = [],
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
  const labelled = labels.flatMap(({ prompt, response, isGood }) => {
    const row = rowsOfPrompt.get(prompt)?.get(response);
    return row === undefined ? [] : [{ row: keep(row), prompt: promptOfRow[row], isGood }];
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
    singles: {
      rows: Uint32Array.from(labelled, ({ row }) => row),
      prompts: Uint32Array.from(labelled, ({ prompt }) => prompt),
      isGood: Uint8Array.from(labelled, ({ isGood }) => (isGood ? 1 : 0)),
    },
    candidates: { chosen: first, rejected: second },
  };
}
