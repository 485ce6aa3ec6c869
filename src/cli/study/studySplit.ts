/** One split of a file for a study: 30 % of the prompts held out, the encoder's state fitted without them. */
import { pairDifferences } from '../../core/pairDifferences.ts';
import { holdOutGroups } from '../../core/split.ts';
import type { Encoder, EncoderState, FeatureMatrix } from '../../encoder/encoder.ts';
import { fitEncoder, subsetOf, type MeasuredPairs } from '../fitHead.ts';

export const HELD_OUT_SHARE = 0.3;

export interface StudySplit {
  readonly dimension: number;
  readonly encoderState: EncoderState;
  readonly poolPairs: MeasuredPairs;
  readonly poolFeatures: FeatureMatrix;
  readonly testPairs: MeasuredPairs;
  readonly testFeatures: FeatureMatrix;
  /** float64 `[pairs, dimension]`, chosen − rejected, of the training part. */
  readonly pool: Float64Array<ArrayBuffer>;
  /** The same of the held-out part. */
  readonly test: Float64Array<ArrayBuffer>;
}

export function splitForStudy(encoder: Encoder, all: MeasuredPairs, seed: number): StudySplit {
  const split = holdOutGroups(all.promptOfPair, HELD_OUT_SHARE, seed);
  const poolPairs = subsetOf(all, split.train);
  const testPairs = subsetOf(all, split.heldOut);
  const state = fitEncoder(encoder, poolPairs, seed);
  const featuresOf = (part: MeasuredPairs): FeatureMatrix =>
    encoder.transform(state, part.measurements, part.promptOfRow);
  const [poolFeatures, testFeatures] = [featuresOf(poolPairs), featuresOf(testPairs)];
  const differences = (part: MeasuredPairs, { data, dimension }: FeatureMatrix): Float64Array<ArrayBuffer> =>
    Float64Array.from(pairDifferences(data, dimension, part.rows));
  return {
    dimension: poolFeatures.dimension,
    encoderState: state,
    poolPairs,
    poolFeatures,
    testPairs,
    testFeatures,
    pool: differences(poolPairs, poolFeatures),
    test: differences(testPairs, testFeatures),
  };
}
