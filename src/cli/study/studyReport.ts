/** The study's figures as tables in Markdown. */
import { basename } from 'node:path';
import { LENGTH_CONTROLS } from '../../core/lengthControl.ts';
import { mean } from '../../core/statistics.ts';
import { ASKING_LABELS, WAYS } from './asking.ts';
import { labelsNeeded } from './askingReport.ts';
import type { PickingFigures } from './bestOfN.ts';
import { pickingTables } from './bestOfNReport.ts';
import type { ForecastAndGain } from './forecast.ts';
import { forecastTable } from './forecastReport.ts';
import { CURVE_LABELS, type Figures } from './learningCurve.ts';
import { LENGTH_LABELS, type ControlFigures } from './lengthStudy.ts';
import { labelsName, table, withError } from './markdown.ts';
import { NOISE_LABELS, NOISE_SHARES, type NoiseFigures } from './noise.ts';
import type { TieFigures } from './ties.ts';
import { tiesTable } from './tiesReport.ts';

/** One seed's figures; parts that were not asked for, and sizes that the file does not hold, are undefined. */
export interface SeedStudy {
  readonly rulers: { readonly longer: number; readonly shorter: number };
  readonly recipe?: readonly (Figures | undefined)[];
  readonly style?: readonly (Figures | undefined)[];
  /** By way of asking, then number of labels. */
  readonly asking?: readonly (readonly number[])[];
  readonly noise?: readonly NoiseFigures[];
  readonly length?: readonly (readonly ControlFigures[] | undefined)[];
  /** By number of labels, draw and number of further labels. */
  readonly forecast?: readonly (ForecastAndGain[][] | undefined)[];
  /** Absent where the file has no ties. */
  readonly ties?: readonly (TieFigures[] | undefined)[];
  readonly picking?: readonly (PickingFigures | undefined)[];
}

export interface FileStudy {
  readonly file: string;
  readonly pairs: number;
  readonly bySeed: readonly SeedStudy[];
}

export function toMarkdown(studies: readonly FileStudy[]): string {
  return [...studies.flatMap(fileTables), ...askingTables(studies)].join('\n\n');
}

function fileTables({ file, pairs, bySeed }: FileStudy): string[] {
  return [
    `## ${basename(file)}: ${pairs} pairs, ${bySeed.length} seeds`,
    ...curveTable(bySeed),
    ...noiseTable(bySeed),
    ...lengthTable(bySeed),
    ...forecastTable(bySeed.flatMap(({ forecast }) => (forecast ? [forecast] : []))),
    ...tiesTable(bySeed.flatMap(({ ties }) => (ties ? [ties] : []))),
    ...pickingTables(bySeed.flatMap(({ picking }) => (picking ? [picking] : []))),
  ];
}

function curveTable(bySeed: readonly SeedStudy[]): string[] {
  if (!bySeed[0].recipe) return [];
  const rows = CURVE_LABELS.flatMap((labels, i) => {
    const recipe = bySeed.flatMap((seed) => seed.recipe?.[i] ?? []);
    const style = bySeed.flatMap((seed) => seed.style?.[i] ?? []);
    if (recipe.length === 0) return [];
    return [
      [
        labelsName(labels),
        withError(recipe.map((figures) => figures.accuracy)),
        withError(recipe.map((figures) => figures.logLoss)),
        withError(recipe.map((figures) => figures.expectedCalibrationError)),
        withError(style.map((figures) => figures.accuracy)),
      ],
    ];
  });
  const ruler = (name: 'longer' | 'shorter'): string => withError(bySeed.map((seed) => seed.rulers[name]));
  return [
    table(['labels', 'accuracy', 'log loss', 'ECE', 'style alone'], rows),
    `Rulers: longer ${ruler('longer')}, shorter ${ruler('shorter')}; a coin's log loss is 0.693.`,
  ];
}

function noiseTable(bySeed: readonly SeedStudy[]): string[] {
  const found = bySeed.flatMap(({ noise }) => (noise ? [noise] : []));
  if (found.length === 0) return [];
  return [
    table(
      [
        `wrong labels of ${NOISE_LABELS}`,
        'as they are',
        'most doubtful left out',
        'looked at again',
        'doubtful',
        'wrong of these',
      ],
      NOISE_SHARES.map((share, i) => [
        `${100 * share} %`,
        withError(found.map((noise) => noise[i].standard)),
        withError(found.map((noise) => noise[i].pruned)),
        withError(found.map((noise) => noise[i].lookedAtAgain)),
        withError(found.map((noise) => noise[i].doubtful)),
        withError(found.map((noise) => noise[i].wrongOfDoubtful)),
      ]),
    ),
  ];
}

function lengthTable(bySeed: readonly SeedStudy[]): string[] {
  const rows = LENGTH_LABELS.flatMap((labels, i) =>
    LENGTH_CONTROLS.flatMap((name, control) => {
      const found = bySeed.flatMap(({ length }) => length?.[i]?.[control] ?? []);
      if (found.length === 0) return [];
      return [
        [
          labelsName(labels),
          name,
          withError(found.map((figures) => figures.accuracy)),
          withError(found.map((figures) => figures.balanced)),
          mean(found.map((figures) => figures.correlation)).toFixed(2),
        ],
      ];
    }),
  );
  return rows.length === 0
    ? []
    : [table(['labels', 'length control', 'accuracy', 'length-balanced', 'correlation with length'], rows)];
}

/** Mean over all files, seed by seed: a way is judged by what it does on the whole. */
function askingTables(studies: readonly FileStudy[]): string[] {
  if (!studies[0].bySeed[0].asking) return [];
  const curvesOf = (way: number): number[][] =>
    studies[0].bySeed.map((_, seed) => {
      const curves = studies.map(({ bySeed }) => bySeed[seed].asking![way]);
      const length = Math.min(...curves.map((curve) => curve.length));
      return Array.from({ length }, (_, i) => mean(curves.map((curve) => curve[i])));
    });
  const random = curvesOf(0);
  const count = Math.min(...random.map((curve) => curve.length));
  const rows = WAYS.map(({ name }, way) => {
    const curves = curvesOf(way);
    const needed = labelsNeeded(curves, random);
    return [
      name,
      ...Array.from({ length: count }, (_, i) => withError(curves.map((curve) => curve[i]))),
      ...needed.map(({ labels, low, high }) =>
        way === 0 ? '–' : `${labels?.toFixed(0) ?? 'never'} (${low.toFixed(0)}–${high.toFixed(0)})`,
      ),
    ];
  });
  const marks = labelsNeeded(random, random).map(({ mark }) => `to reach random's ${mark}`);
  return [
    `## Asking: mean over ${studies.length} ${studies.length === 1 ? 'file' : 'files'}`,
    table(
      ['way of asking', ...ASKING_LABELS.slice(0, count).map((labels) => `n = ${labels}`), ...marks],
      rows,
    ),
    'Brackets: 95 % by resampling seeds.',
  ];
}
