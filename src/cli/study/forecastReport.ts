/** The study of the forecasts as a table. */
import { mean, standardError } from '../../core/statistics.ts';
import { FORECAST_LABELS, type ForecastAndGain } from './forecast.ts';
import { table } from './markdown.ts';

/** @param bySeed figures by number of labels, draw and number of further labels */
export function forecastTable(bySeed: readonly (readonly (ForecastAndGain[][] | undefined)[])[]): string[] {
  const rows = FORECAST_LABELS.flatMap((labels, place) => {
    const found = bySeed.map((seed) => seed[place]).filter((draws) => draws !== undefined);
    if (found.length === 0) return [];
    return found[0][0].map(({ forecast: { judgments } }, index) => {
      const draws = found.map((seed) => seed.map((draw) => draw[index]));
      const came = mean(draws.flat().map(({ gain }) => gain));
      const holds = ({ forecast: { low, high } }: ForecastAndGain): number =>
        low <= came && came <= high ? 1 : 0;
      return [
        String(labels),
        String(judgments),
        pointsOf(draws, ({ forecast }) => forecast.gain),
        pointsOf(draws, ({ gain }) => gain),
        (100 * mean(draws.flat().map(({ forecast }) => forecast.high - forecast.low))).toFixed(2),
        mean(draws.flat().map(holds)).toFixed(2),
      ];
    });
  });
  const head = [
    'labels',
    'more',
    'forecast, points',
    'came, mean',
    'width of intervals',
    'that hold the mean',
  ];
  return rows.length === 0 ? [] : [table(head, rows)];
}

/** "+0.36 ± 0.08": mean over all draws, standard error over the seeds. */
function pointsOf(
  draws: readonly (readonly ForecastAndGain[])[],
  value: (draw: ForecastAndGain) => number,
): string {
  const bySeed = draws.map((seed) => 100 * mean(seed.map(value)));
  const all = mean(bySeed);
  return `${all < 0 ? '−' : '+'}${Math.abs(all).toFixed(2)} ± ${standardError(bySeed).toFixed(2)}`;
}
