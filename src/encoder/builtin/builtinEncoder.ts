/**
 * The embedded default encoder: hand-made style features, a lexical projection fitted on the person's own texts, and
 * the place of a response among its rivals. No download, any language, deterministic.
 *
 *   columns   style (109) | lexical directions (up to 64) | centrality (1)
 *
 * The blocks are scaled to prior variances .30, .08 and .03, so that w ~ N(0, I) is the right prior for a linear head
 * at any number of labels. A change to any number that `measure` or `transform` gives needs a new encoder id.
 */
import type { Encoder, EncoderState, FeatureMatrix, Measurement } from '../encoder.ts';
import {
  asBuiltinState,
  BUILTIN_ENCODER_ID,
  builtinState,
  builtinStateFromJson,
  builtinStateToJson,
} from './builtinState.ts';
import { fitLexical, lexicalTransform } from './lexicalBlock.ts';
import { countBuckets, encodeMeasurement, readCounts } from './measurement.ts';
import { promptContext } from './promptContext.ts';
import { fitSetWeight, measureCentrality } from './setBlock.ts';
import { fitStyle, transformStyle } from './styleBlock.ts';
import { measureStyle, STYLE_COLUMNS } from './styleFeatures.ts';
import { fitInverseFrequencies, weighTerms } from './termWeights.ts';
import { viewText } from './textView.ts';

export const builtinEncoder: Encoder = {
  id: BUILTIN_ENCODER_ID,
  hasFixedPrior: true,

  measure({ prompt, response }) {
    const view = viewText(response);
    return encodeMeasurement(measureStyle(view, promptContext(prompt)), countBuckets(view.words));
  },

  fit(pool, seed) {
    requireRowPrompts(pool.measurements, pool.promptOfRow);
    const inverseFrequencies = fitInverseFrequencies(pool.measurements);
    return builtinState({
      ...fitStyle(pool),
      ...fitLexical(pool, inverseFrequencies, seed),
      inverseFrequencies,
      setWeight: fitSetWeight(pool, inverseFrequencies),
    });
  },

  transform,

  featureNames(state) {
    const { directions } = asBuiltinState(state);
    return [
      ...STYLE_COLUMNS,
      ...Array.from({ length: directions }, (_, i) => ({ name: `wording ${i + 1}`, group: 'wording' })),
      { name: 'like the other candidates', group: 'set of candidates' },
    ];
  },

  stateToJson: (state) => builtinStateToJson(asBuiltinState(state)),
  stateFromJson: builtinStateFromJson,
};

function transform(
  encoderState: EncoderState,
  measurements: readonly Measurement[],
  promptOfRow: Uint32Array,
): FeatureMatrix {
  const state = asBuiltinState(encoderState);
  requireRowPrompts(measurements, promptOfRow);
  const { dimension, inverseFrequencies, setWeight } = state;
  const data = new Float32Array(measurements.length * dimension);
  const style = new Float64Array(STYLE_COLUMNS.length);
  const lexical = new Float64Array(state.directions);
  const transformLexical = lexicalTransform(state);
  measurements.forEach((measurement, row) => {
    transformStyle(state, measurement, style);
    transformLexical(weighTerms(readCounts(measurement), inverseFrequencies), lexical);
    data.set(style, row * dimension);
    data.set(lexical, row * dimension + style.length);
  });
  if (setWeight > 0) {
    const { values } = measureCentrality(measurements, promptOfRow, inverseFrequencies);
    values.forEach((value, row) => (data[(row + 1) * dimension - 1] = value * setWeight));
  }
  return { data, rows: measurements.length, dimension };
}

function requireRowPrompts(measurements: readonly Measurement[], promptOfRow: Uint32Array): void {
  if (measurements.length === promptOfRow.length) return;
  throw new Error(
    `Every measurement needs its prompt group: got ${measurements.length} measurements and ` +
      `${promptOfRow.length} prompt groups.`,
  );
}
