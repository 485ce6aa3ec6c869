/** The app's training run without a browser: texts → measurements → features → head, on a given backend. */
import type { Backend } from '../compute/backend.ts';
import { rulerCues } from '../core/evaluation.ts';
import { logLengths, type LengthControl } from '../core/lengthControl.ts';
import { interleaveRows, pairTexts, type PairTexts } from '../core/pairTexts.ts';
import type { PreferencePair } from '../core/preferencePairs.ts';
import type { HeadKind } from '../core/rewardHead.ts';
import type { Encoder, EncoderState, FeatureMatrix, Measurement } from '../encoder/encoder.ts';
import { trainRewardHead, type TrainingOutcome } from '../training/trainRewardHead.ts';

/** Measured texts of some pairs; measuring is the slow part and is done once a file. */
export interface MeasuredPairs extends PairTexts {
  readonly pairs: readonly PreferencePair[];
  readonly measurements: readonly Measurement[];
}

export function measurePairs(encoder: Encoder, pairs: readonly PreferencePair[]): MeasuredPairs {
  const texts = pairTexts(pairs);
  return { ...texts, pairs, measurements: texts.inputs.map((input) => encoder.measure(input)) };
}

/** The pairs at `indices` with only their own texts: what is left out cannot leak into a fit. */
export function subsetOf(all: MeasuredPairs, indices: readonly number[]): MeasuredPairs {
  const rowOf = new Map<number, number>();
  const keep = (row: number): number => {
    const known = rowOf.get(row) ?? rowOf.size;
    rowOf.set(row, known);
    return known;
  };
  const chosen = Uint32Array.from(indices, (pair) => keep(all.rows.chosen[pair]));
  const rejected = Uint32Array.from(indices, (pair) => keep(all.rows.rejected[pair]));
  const rows = [...rowOf.keys()];
  return {
    pairs: indices.map((pair) => all.pairs[pair]),
    inputs: rows.map((row) => all.inputs[row]),
    measurements: rows.map((row) => all.measurements[row]),
    rows: { chosen, rejected },
    promptOfRow: Uint32Array.from(rows, (row) => all.promptOfRow[row]),
    promptOfPair: Uint32Array.from(indices, (pair) => all.promptOfPair[pair]),
  };
}

export function fitEncoder(encoder: Encoder, pool: MeasuredPairs, seed: number): EncoderState {
  const { measurements, rows, promptOfRow } = pool;
  return encoder.fit({ measurements, pairs: interleaveRows(rows), promptOfRow }, seed);
}

export interface FitSettings {
  readonly backend: Backend;
  readonly headKind: HeadKind;
  readonly seed: number;
  readonly lengthControl: LengthControl;
}

/**
 * Trains on the pairs at `labelled`, in features made over the whole pool (labels are not needed for those).
 * @throws PalateError `too-few-pairs`, `diverged`
 */
export async function fitHead(
  encoder: Encoder,
  features: FeatureMatrix,
  pool: MeasuredPairs,
  labelled: readonly number[],
  settings: FitSettings,
): Promise<TrainingOutcome> {
  const pairs = labelled.map((index) => pool.pairs[index]);
  return trainRewardHead(
    settings.backend,
    {
      features: features.data,
      dimension: features.dimension,
      logLengths: logLengths(pool.inputs.map(({ response }) => response)),
      rows: {
        chosen: Uint32Array.from(labelled, (index) => pool.rows.chosen[index]),
        rejected: Uint32Array.from(labelled, (index) => pool.rows.rejected[index]),
      },
      promptOfPair: Uint32Array.from(labelled, (index) => pool.promptOfPair[index]),
      weights: Float32Array.from(pairs, (pair) => pair.weight),
      targetMargins: Float32Array.from(pairs, (pair) => pair.targetMargin),
      cues: rulerCues(pairs),
      isControl: new Uint8Array(pairs.length).fill(1),
    },
    { ...settings, hasFixedPrior: encoder.hasFixedPrior },
    { signal: { aborted: false }, yieldToEvents: () => Promise.resolve(), onProgress: () => undefined },
  );
}
