/**
 * How agreement grows with the judgments, and what more of them would be worth. Heads are trained on a quarter, half,
 * three quarters and all of the judgments, and their agreement on pairs of prompts they had not seen is carried on
 * along a − b·n^(−⅓), the power law of learning curves (Cortes and others, 1993; Viering and Loog, 2023).
 *
 * The fit is linear in the outcomes, so a forecast is the mean over pairs of one number each, and its error that of a
 * mean over prompts: what resampling the prompts would come to. It is of what is gained on average, not of one draw.
 */
import { exp, log } from './elementary.ts';
import { wilson, Z_95, type Proportion } from './evaluation.ts';
import { mean } from './statistics.ts';

/** Judgments of a person are cut into this many parts. */
export const CURVE_PARTS = 4;
/** Fewer pairs that count tell nothing of the curve. */
export const FEWEST_FOR_CURVE = 40;
/** An interval over fewer prompts is too narrow. */
const FEWEST_PROMPTS = 10;
/**
 * Over twelve splits of two public sets and 50 to 600 judgments, 20 and 100 more and as many again gain .28, .88 and .97
 * points; ⅓ forecasts .25, .85 and 1.08 on average, ½ only .21, .70 and .89.
 */
const EXPONENT = -1 / 3;
/** What is forecast beside as many judgments again. */
const AHEAD = [20, 100] as const;

export interface LearningPoint {
  /** How many judgments the heads learned from, the held-out ones of their folds included. */
  readonly judgments: number;
  /** Agreement of heads trained on so many; where there are several, their mean. */
  readonly accuracy: Proportion;
}

/** A growth in accuracy, as shares; never below zero: more judgments do not make a head worse on average. */
export interface Forecast {
  /** How many more judgments it is for. */
  readonly judgments: number;
  readonly gain: number;
  /** 95 %. */
  readonly low: number;
  readonly high: number;
}

export interface LearningCurve {
  /** By growing judgments, the last with all of them. */
  readonly points: readonly LearningPoint[];
  /** By growing judgments, the last for as many again. */
  readonly forecasts: readonly Forecast[];
}

/** Whether pairs of these prompts, one entry a pair, are enough for a curve. */
export function isEnoughForCurve(promptOfPair: ArrayLike<number>): boolean {
  return promptOfPair.length >= FEWEST_FOR_CURVE && new Set(Array.from(promptOfPair)).size >= FEWEST_PROMPTS;
}

/**
 * @param outcomes by growing share of the judgments, up to all: `[pairs]`, share of the heads that were right
 * @param promptOfPair prompt group of the same pairs
 * @param judgments how many there are in all, the pairs that do not count included
 */
export function fitLearningCurve(
  outcomes: readonly Float64Array[],
  promptOfPair: Uint32Array,
  judgments: number,
): LearningCurve {
  const sizes = outcomes.map((_, step) => (judgments * (step + 1)) / outcomes.length);
  const ahead = [...new Set([...AHEAD, judgments])].sort((one, other) => one - other);
  return {
    points: outcomes.map((right, step) => ({
      judgments: sizes[step],
      accuracy: wilson(
        right.reduce((sum, value) => sum + value, 0),
        right.length,
      ),
    })),
    forecasts: ahead
      .filter((more) => more <= judgments)
      .map((more) => forecast(outcomes, promptOfPair, sizes, more)),
  };
}

function forecast(
  outcomes: readonly Float64Array[],
  promptOfPair: Uint32Array,
  sizes: readonly number[],
  more: number,
): Forecast {
  const all = sizes[sizes.length - 1];
  const places = sizes.map(power);
  const centre = mean(places);
  const spread = places.reduce((sum, place) => sum + (place - centre) ** 2, 0);
  const further = power(all + more) - power(all);
  // Least squares: the slope is a weighted sum of the accuracies.
  const weights = places.map((place) => ((place - centre) / spread) * further);
  const parts = Float64Array.from(promptOfPair, (_, pair) =>
    weights.reduce((sum, weight, step) => sum + weight * outcomes[step][pair], 0),
  );
  const gain = Math.max(0, mean(Array.from(parts)));
  const reach = Z_95 * errorOfMean(parts, promptOfPair);
  return { judgments: more, gain, low: Math.max(0, gain - reach), high: gain + reach };
}

/** Standard error of the mean where the values of one prompt go together (Liang and Zeger, 1986). */
function errorOfMean(values: Float64Array, promptOfPair: Uint32Array): number {
  const centre = mean(Array.from(values));
  const sums = new Map<number, number>();
  promptOfPair.forEach((prompt, pair) => sums.set(prompt, (sums.get(prompt) ?? 0) + values[pair] - centre));
  const squares = [...sums.values()].reduce((sum, value) => sum + value * value, 0);
  return Math.sqrt((squares * sums.size) / (sums.size - 1)) / values.length;
}

/** size to the power EXPONENT. */
function power(size: number): number {
  return exp(EXPONENT * log(size));
}
