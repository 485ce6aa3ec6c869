/** Heads as files of other people: real ones in every shape, and ones that break a rule in one known place. */
import type { AcceptanceBar } from '../../src/core/acceptanceBar.ts';
import { wilson } from '../../src/core/evaluation.ts';
import { headFromFile, headToFile, requireOwnState, type PortableHead } from '../../src/core/headFile.ts';
import type { Random } from '../../src/core/random.ts';
import type { MlpParameters, RewardHead } from '../../src/core/rewardHead.ts';
import { builtinEncoder } from '../../src/encoder/builtin/builtinEncoder.ts';
import { encoderById } from '../../src/encoder/catalogue.ts';

const encoderState = (() => {
  const responses = ['Tea is warm.', 'A long walk, in the rain.', 'No.', '- one\n- two\n- three'];
  const measurements = responses.map((response) => builtinEncoder.measure({ prompt: 'p', response }));
  const pool = { measurements, pairs: Uint32Array.of(0, 1, 2, 3), promptOfRow: Uint32Array.of(0, 0, 1, 1) };
  return builtinEncoder.fit(pool, 1);
})();
const { dimension } = encoderState;

const floats = (length: number): Float32Array<ArrayBuffer> =>
  Float32Array.from({ length }, (_, at) => Math.fround(Math.sin(at + 1)));
const mlp = (hidden: number): MlpParameters => ({
  ...{ kind: 'mlp', hidden, hiddenWeights: floats(hidden * dimension) },
  ...{ hiddenBias: floats(hidden), outputWeights: floats(hidden) },
});
const bar: AcceptanceBar = {
  ...{ intercept: 0.5, slope: 1.25, covariance: [0.2, -0.1, 0.3], good: 7, bad: 9 },
  separation: { value: 0.8, low: 0.6, high: 1 },
};
const lengthFigures = { accuracy: wilson(3, 4), correlation: 0.1, equalLengths: wilson(1, 2), balanced: 0.5 };

function headOf(parameters: RewardHead['parameters'], more: Partial<RewardHead>): PortableHead {
  const head: RewardHead = {
    ...{ id: 'h', parameters, dimension, inverseTemperature: 0.8, ...more },
    trust: {
      ...{
        folds: 5,
        accuracy: wilson(3, 4),
        logLoss: 0.6,
        expectedCalibrationError: 0.05,
        margins: floats(6),
      },
      rulers: [{ name: 'longer', ...wilson(2, 4), undecided: 1 }],
      reliability: [{ predicted: 0.7, observed: wilson(3, 4) }],
      strengthCurve: [{ lambda: 1, logLoss: 0.6, accuracy: 0.75 }],
      length: { off: lengthFigures, half: lengthFigures, full: lengthFigures },
      learningCurve: {
        points: [{ judgments: 40, accuracy: wilson(3, 4) }],
        forecasts: [{ judgments: 20, gain: 0.01, low: 0, high: 0.02 }],
      },
    },
    provenance: {
      ...{ seed: 1, dataHash: 'd', encoderId: encoderState.encoderId, encoderStateId: encoderState.id },
      ...{
        backend: 'webgpu',
        adapter: 'a',
        backendReason: 'fastest',
        hyperparameters: { lambda: 1, steps: 40 },
      },
      ...{
        counts: { pairs: 4, prompts: 4, ties: 0 },
        trainedAt: 1_700_000_000_000,
        durationMs: 12,
        aspect: 'tone',
      },
    },
  };
  return { head, encoderState: builtinEncoder.stateToJson(encoderState), poolSize: 4 };
}

export const SOUND_HEADS: readonly string[] = [
  headOf({ kind: 'linear', weights: floats(dimension) }, { covariance: floats(dimension ** 2), bar }),
  headOf(mlp(3), { members: [mlp(2), mlp(3)], length: { control: 'half', slope: 0.7 } }),
].map(headToFile);

/** Reads a head and its encoder state as the app does. @throws PalateError where it is refused */
export function readWhole(text: string): PortableHead {
  const portable = headFromFile(text, 'taste.json');
  const state = encoderById(portable.head.provenance.encoderId).stateFromJson(portable.encoderState);
  requireOwnState(portable.head, state.id, 'taste.json');
  if (state.dimension !== portable.head.dimension)
    throw new RangeError('the app tells this from the features');
  return portable;
}

type Json = Record<string, unknown>;
type Place = { readonly holder: Json; readonly name: string };

/** Every field below the head, those of its encoder state and of lists of numbers left out. */
function placesIn(value: unknown, found: Place[] = []): Place[] {
  if (typeof value !== 'object' || value === null || 'float32' in value) return found;
  for (const name of Object.keys(value)) {
    found.push({ holder: value as Json, name });
    placesIn((value as Json)[name], found);
  }
  return found;
}

const pick = <T>(random: Random, from: readonly T[]): T => from[Math.floor(random.next() * from.length)];

/** Fields that may be absent, and entries of lists. */
const OPTIONAL =
  /^(?:covariance|members|bar|length|strengthCurve|learningCurve|balanced|adapter|aspect|lambda|steps|\d+)$/;

/** Changes that break a rule wherever they strike. */
const BREAKS: Readonly<Record<string, (file: Json, random: Random) => string>> = {
  'a value of another kind': (file, random) => {
    const { holder, name } = pick(random, placesIn(file.head));
    const was = holder[name];
    const wrong = [null, [], {}, true, typeof was === 'string' ? 7 : 'text'];
    holder[name] = pick(
      random,
      wrong.filter((one) => kindOf(one) !== kindOf(was)),
    );
    return JSON.stringify(file);
  },
  'a field taken away': (file, random) => {
    const { holder, name } = pick(
      random,
      placesIn(file.head).filter((place) => !OPTIONAL.test(place.name)),
    );
    delete holder[name];
    return JSON.stringify(file);
  },
  'a field nobody knows': (file, random) => {
    const places = placesIn(file.head).filter(({ holder, name }) => kindOf(holder[name]) === 'object');
    const { holder, name } = pick(
      random,
      places.filter((place) => place.name !== 'hyperparameters'),
    );
    const target = 'float32' in (holder[name] as Json) ? holder : (holder[name] as Json);
    const fields = [`extra${random.next()}`, 'constructor', '__proto__'];
    if (Array.isArray(target)) return JSON.stringify({ ...file, extra: 1 });
    Object.defineProperty(target, pick(random, fields), { value: { chosen: 1 }, enumerable: true });
    return JSON.stringify(file);
  },
  'a field that stands twice': (file, random) => {
    const text = JSON.stringify(file);
    const { name } = pick(random, [
      { name: 'dimension' },
      { name: 'id' },
      { name: 'seed' },
      { name: 'folds' },
    ]);
    return text.replace(`"${name}":`, `"${name}":0,"${name}":`);
  },
  'numbers that are not finite': (file, random) =>
    withFloats(file, random, (numbers) => {
      numbers[Math.floor(random.next() * numbers.length)] = pick(random, [NaN, Infinity, -Infinity]);
      return numbers;
    }),
  'a number too many or too few': (file, random) =>
    withFloats(
      file,
      random,
      (numbers) => (random.next() < 0.5 ? numbers.slice(1) : Float32Array.of(...numbers, 1)),
      'margins',
    ),
  'a number out of range': (file, random) => {
    const numbers = placesIn(file.head).filter(({ holder, name }) => typeof holder[name] === 'number');
    const { holder, name } = pick(random, numbers);
    holder[name] = '#';
    return JSON.stringify(file).replace('"#"', pick(random, ['1e999', '-1e999', 'NaN', 'Infinity']));
  },
  'a figure that cannot be': (file, random) => {
    const shares = placesIn((file.head as Json).trust).filter(({ name }) =>
      ['n', 'folds', 'logLoss', 'undecided', 'lambda', 'predicted'].includes(name),
    );
    const { holder, name } = pick(random, shares);
    holder[name] = -1 - random.next();
    return JSON.stringify(file);
  },
  'another number of features': (file, random) => {
    (file.head as Json).dimension = pick(random, [
      0,
      -1,
      1.5,
      dimension + 1,
      dimension - 1,
      2 ** 31,
      2 ** 53,
      65_537,
    ]);
    return JSON.stringify(file);
  },
  'another encoder': (file, random) => {
    const { provenance } = file.head as { provenance: Json };
    provenance[pick(random, ['encoderId', 'encoderStateId'])] = `other${random.next()}`;
    return JSON.stringify(file);
  },
  'a changed encoder state': (file, random) => {
    const state = file.encoderState as Json;
    const name = pick(random, Object.keys(state));
    const was = state[name];
    if (typeof was === 'number') state[name] = was + 1;
    else state[name] = flipped(String(was), random);
    return JSON.stringify(file);
  },
  'letters that are no base64': (file, random) => {
    const text = JSON.stringify(file);
    const start = text.indexOf('"float32":"') + '"float32":"'.length;
    return `${text.slice(0, start)}${pick(random, ['*', '-', ' ', '\u00e9', '='])}${text.slice(start + 1)}`;
  },
  'text behind the end': (file, random) =>
    `${JSON.stringify(file)}${pick(random, ['x', '{}', '\0', ',', ']'])}`,
  'cut off': (file, random) => {
    const text = JSON.stringify(file);
    return text.slice(0, Math.floor(random.next() * (text.length - 1)));
  },
  'nested too deep': (file, random) => {
    file.encoderState = '#';
    const levels = 33 + Math.floor(random.next() * 10_000);
    return JSON.stringify(file).replace('"#"', `${'['.repeat(levels)}${']'.repeat(levels)}`);
  },
  'too many lists of numbers': (file) => {
    file.encoderState = { all: Array.from({ length: 300 }, () => ({ float32: 'AAAAAA==' })) };
    return JSON.stringify(file);
  },
  'too long a name': (file, random) => {
    (file.head as Json).id = 'x'.repeat(1_001 + Math.floor(random.next() * 10_000));
    return JSON.stringify(file);
  },
  'too much text': (file) => `${' '.repeat(1024 * 1024 + 1)}${JSON.stringify(file)}`,
  'another version': (file, random) => {
    file[pick(random, ['version', 'format'])] = pick(random, [0, 2, '1', null, 'palate']);
    return JSON.stringify(file);
  },
};
export const BREAK_NAMES = Object.keys(BREAKS);

/** The text of a head that breaks the rule of this name. */
export function brokenHead(text: string, name: string, random: Random): string {
  return BREAKS[name](JSON.parse(text) as Json, random);
}

function kindOf(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'list' : typeof value;
}

function flipped(text: string, random: Random): string {
  const at = Math.floor(random.next() * text.length);
  return `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`;
}

/** @param not a list that may have any length */
function withFloats(
  file: Json,
  random: Random,
  change: (numbers: Float32Array) => Float32Array,
  not?: string,
): string {
  const lists = placesIn(file.head).filter(({ holder, name }) => {
    const value = holder[name];
    return typeof value === 'object' && value !== null && 'float32' in value && name !== not;
  });
  const { holder, name } = pick(random, lists);
  const { float32 } = holder[name] as { float32: string };
  const bytes = Uint8Array.from(Buffer.from(float32, 'base64'));
  const changed = change(new Float32Array(bytes.buffer));
  holder[name] = {
    float32: Buffer.from(changed.buffer, changed.byteOffset, changed.byteLength).toString('base64'),
  };
  return JSON.stringify(file);
}
