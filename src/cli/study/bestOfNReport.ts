/** The study of picking as tables. */
import { DRAWS, PICKING_LABELS, RULES, type PickingFigures } from './bestOfN.ts';
import { differenceWithError, table, withError } from './markdown.ts';

/** @param bySeed figures by number of labels */
export function pickingTables(bySeed: readonly (readonly (PickingFigures | undefined)[])[]): string[] {
  return PICKING_LABELS.flatMap((labels, place) => {
    const found = bySeed.map((seed) => seed[place]).filter((figures) => figures !== undefined);
    return found.length === 0 ? [] : [sharesTable(labels, found), winnersTable(labels, found)];
  });
}

function sharesTable(labels: number, found: readonly PickingFigures[]): string {
  const rows = RULES.map(({ name }, rule) => [
    name,
    ...DRAWS.flatMap((_, draw) => [
      withError(found.map(({ shares }) => shares[rule][draw])),
      differenceWithError(found.map(({ shares }) => shares[rule][draw] - shares[0][draw])),
    ]),
  ]);
  const heads = DRAWS.flatMap((draw) => [`best of ${draw}`, 'less that of the first']);
  return table([`${labels} labels: share of the oracle’s gain`, ...heads], rows);
}

function winnersTable(labels: number, found: readonly PickingFigures[]): string {
  const rows = found[0].winners.map(({ n, divergence }, index) => [
    String(n),
    divergence.toFixed(2),
    withError(found.map(({ winners }) => winners[index].toHead)),
    withError(found.map(({ winners }) => winners[index].toPeople)),
  ]);
  return table([`${labels} labels: n`, 'KL, nats', 'beats another, says the head', 'say people'], rows);
}
