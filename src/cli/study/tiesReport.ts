/** The study of ties as a table. */
import { differenceWithError, labelsName, table, withError } from './markdown.ts';
import { TIE_LABELS, TIE_WAYS, type TieFigures } from './ties.ts';

/** @param bySeed figures by number of preferences, then way */
export function tiesTable(bySeed: readonly (readonly (TieFigures[] | undefined)[])[]): string[] {
  const rows = TIE_LABELS.flatMap((labels, place) => {
    const found = bySeed.map((seed) => seed[place]).filter((figures) => figures !== undefined);
    if (found.length === 0) return [];
    return TIE_WAYS.map(({ name }, index) => {
      const all = (figure: keyof TieFigures): string => withError(found.map((seed) => seed[index][figure]));
      return [
        labelsName(labels),
        name,
        all('accuracy'),
        all('logLoss'),
        differenceWithError(found.map((seed) => seed[index].logLoss - seed[0].logLoss)),
        all('expectedCalibrationError'),
        all('tieMargin'),
        all('preferenceMargin'),
        all('tieIsSmaller'),
      ];
    });
  });
  const figures = ['accuracy', 'log loss', 'log loss less that without', 'ECE'];
  const sizes = ['size of margin: ties', 'preferences', 'P(a tie’s is smaller)'];
  return rows.length === 0 ? [] : [table(['preferences', 'ties', ...figures, ...sizes], rows)];
}
