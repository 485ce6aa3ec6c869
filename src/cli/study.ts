/**
 * The learning study: `npm run study -- FILE... [--seeds K] [--only curve,asking,…] [--json]`, see `PARTS`.
 *
 * Every seed holds out other 30 % of the prompts, fits the encoder without them and draws other labels; figures are
 * means over the seeds with their standard error. The same code as the app's, on the processor.
 */
import { parseArgs } from 'node:util';
import { openProcessor } from '../compute/openProcessor.ts';
import { rulerCues, rulers, type RulerName } from '../core/evaluation.ts';
import { DEFAULT_ENCODER_ID, encoderById } from '../encoder/catalogue.ts';
import { measurePairs } from './fitHead.ts';
import { readPairs } from './readFiles.ts';
import { accuracyByLabels, WAYS } from './study/asking.ts';
import { pickingFigures } from './study/bestOfN.ts';
import { forecastsAndGains } from './study/forecast.ts';
import { learningCurve } from './study/learningCurve.ts';
import { figuresUnderControl } from './study/lengthStudy.ts';
import { accuracyUnderNoise } from './study/noise.ts';
import { splitForStudy } from './study/studySplit.ts';
import { figuresWithTies } from './study/ties.ts';
import { toMarkdown, type FileStudy, type SeedStudy } from './study/studyReport.ts';

const PARTS = ['curve', 'asking', 'noise', 'length', 'ties', 'bestofn', 'forecast'] as const;
type Part = (typeof PARTS)[number];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: 'string', default: '10' },
    only: { type: 'string', default: PARTS.join() },
    json: { type: 'boolean', default: false },
  },
});

const seeds = Number(values.seeds);
const parts = values.only
  .split(',')
  .filter((part): part is Part => (PARTS as readonly string[]).includes(part));
if (positionals.length === 0 || !Number.isInteger(seeds) || seeds < 1 || parts.length === 0) {
  process.stderr.write(
    'study: FILE... [--seeds K] [--only curve,asking,noise,length,ties,bestofn,forecast] [--json]\n',
  );
  process.exit(2);
}

const { backend } = await openProcessor();
const studies: FileStudy[] = [];
for (const file of positionals) studies.push(await studyFile(file));
process.stdout.write(values.json ? `${JSON.stringify(studies)}\n` : `${toMarkdown(studies)}\n`);

async function studyFile(file: string): Promise<FileStudy> {
  const { pairs, ties } = await readPairs(file);
  const encoder = encoderById(DEFAULT_ENCODER_ID);
  const all = measurePairs(encoder, pairs);
  const usesTies = parts.includes('ties') || parts.includes('bestofn');
  const withTies = usesTies ? measurePairs(encoder, [...pairs, ...ties]) : undefined;
  const tied = new Set(ties);
  const bySeed: SeedStudy[] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    const split = splitForStudy(encoder, all, seed);
    const tieSplit = withTies && splitForStudy(encoder, withTies, seed);
    const found = rulers(rulerCues(split.testPairs.pairs));
    const ruler = (name: RulerName): number => found.find((entry) => entry.name === name)!.value;
    bySeed.push({
      rulers: { longer: ruler('longer'), shorter: ruler('shorter') },
      ...(parts.includes('curve') && {
        recipe: await learningCurve(encoder, split, false, seed, backend),
        style: await learningCurve(encoder, split, true, seed, backend),
      }),
      ...(parts.includes('asking') && { asking: WAYS.map((way) => accuracyByLabels(split, way, seed)) }),
      ...(parts.includes('noise') && { noise: accuracyUnderNoise(split, seed) }),
      ...(parts.includes('length') && { length: figuresUnderControl(split, seed) }),
      ...(tieSplit &&
        parts.includes('ties') &&
        ties.length > 0 && { ties: figuresWithTies(tieSplit, tied, seed) }),
      ...(tieSplit && parts.includes('bestofn') && { picking: pickingFigures(tieSplit, tied, seed) }),
      ...(parts.includes('forecast') && { forecast: await forecastsAndGains(encoder, split, seed, backend) }),
    });
    process.stderr.write(`${file}: seed ${seed} of ${seeds}\n`);
  }
  return { file, pairs: pairs.length, bySeed };
}
