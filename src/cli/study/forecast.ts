/**
 * Whether the learning curve foretells what more labels bring. Forecasts come with heads on n labels, drawn several times;
 * what came is measured on the prompts held out, of heads on the same labels and further ones. Those are drawn several
 * times too: one draw of twenty labels moves accuracy by more than twenty labels are worth.
 */
import type { Backend } from '../../compute/backend.ts';
import { accuracy } from '../../core/evaluation.ts';
import type { Forecast } from '../../core/learningCurve.ts';
import { timesVector } from '../../core/linearAlgebra.ts';
import { fitPosterior } from '../../core/posterior.ts';
import { createRandom } from '../../core/random.ts';
import { mean } from '../../core/statistics.ts';
import type { Encoder } from '../../encoder/encoder.ts';
import { fitHead } from '../fitHead.ts';
import { rowsOf } from './rowsOf.ts';
import type { StudySplit } from './studySplit.ts';

export const FORECAST_LABELS = [50, 100, 300] as const;
const DRAWS = 4;
const CONTINUATIONS = 4;

/** One draw of n labels and one number of further ones. */
export interface ForecastAndGain {
  readonly forecast: Forecast;
  /** Growth in accuracy on the held-out prompts, mean over the continuations. */
  readonly gain: number;
}

/** By n of `FORECAST_LABELS`, then draw, then number of further labels; undefined where the training part is small. */
export async function forecastsAndGains(
  encoder: Encoder,
  split: StudySplit,
  seed: number,
  backend: Backend,
): Promise<(ForecastAndGain[][] | undefined)[]> {
  const random = createRandom(700 + seed);
  const rows = split.poolPairs.pairs.map((_, index) => index);
  const found: (ForecastAndGain[][] | undefined)[] = [];
  for (const labels of FORECAST_LABELS) {
    if (2 * labels > rows.length) {
      found.push(undefined);
      continue;
    }
    const draws: ForecastAndGain[][] = [];
    for (let draw = 0; draw < DRAWS; draw++) {
      const order = random.shuffle([...rows]);
      const [labelled, rest] = [order.slice(0, labels), order.slice(labels)];
      const settings = { headKind: 'linear', seed: draw, backend, lengthControl: 'off' } as const;
      const head = await fitHead(encoder, split.poolFeatures, split.poolPairs, labelled, settings);
      const before = accuracyOf(split, labelled);
      const continuations = Array.from({ length: CONTINUATIONS }, () => random.shuffle([...rest]));
      const gainOf = (more: number): number =>
        mean(continuations.map((next) => accuracyOf(split, [...labelled, ...next.slice(0, more)]))) - before;
      draws.push(
        head.trust.learningCurve!.forecasts.map((forecast) => ({
          forecast,
          gain: gainOf(forecast.judgments),
        })),
      );
    }
    found.push(draws);
  }
  return found;
}

/** On the prompts held out, of the head on these rows of the training part. */
function accuracyOf({ pool, test, dimension }: StudySplit, rows: readonly number[]): number {
  const { mean: weights } = fitPosterior({ differences: rowsOf(pool, rows, dimension), dimension });
  return accuracy(timesVector(test, weights, dimension)).value;
}
