import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromBase64, toBase64 } from '../../src/core/base64.ts';
import { errorCode } from '../../src/core/palateError.ts';
import { headFromFile, headToFile, refuseLargeHead, type PortableHead } from '../../src/core/headFile.ts';
import * as limits from '../../src/core/limits.ts';
import { wilson } from '../../src/core/evaluation.ts';

const portable: PortableHead = {
  head: {
    id: 'h1',
    parameters: { kind: 'linear', weights: Float32Array.of(0.1, -3e-8, 7) },
    dimension: 3,
    inverseTemperature: 0.8,
    trust: {
      folds: 5,
      accuracy: wilson(3, 4),
      logLoss: 0.6,
      expectedCalibrationError: 0.05,
      rulers: [],
      reliability: [],
      margins: Float32Array.of(1, -1, 2, 0.25),
    },
    provenance: {
      seed: 1,
      dataHash: 'd',
      encoderId: 'builtin-1',
      encoderStateId: 's',
      backend: 'cpu',
      backendReason: 'asked for',
      hyperparameters: { lambda: 1 },
      counts: { pairs: 4, prompts: 4, ties: 0 },
      trainedAt: 0,
      durationMs: 12,
    },
  },
  encoderState: { anything: [1, 2] },
  poolSize: 8,
};

test('a head survives the trip to a file byte for byte', () =>
  expect(headFromFile(headToFile(portable), 'head.json')).toEqual(portable));

test('so does what it knows of length', () => {
  const length = { control: 'half', slope: 0.7 } as const;
  const controlled = { ...portable, head: { ...portable.head, length } };
  expect(headFromFile(headToFile(controlled), 'head.json')).toEqual(controlled);
});

const member = {
  kind: 'mlp',
  hidden: 1,
  hiddenWeights: Float32Array.of(1, 2, 3),
  hiddenBias: Float32Array.of(0.5),
  outputWeights: Float32Array.of(-1),
} as const;
const bar = {
  ...{ intercept: 0.5, slope: 1.25, covariance: [0.2, -0.1, 0.3] as const, good: 7, bad: 9 },
  separation: { value: 0.8, low: 0.6, high: 1 },
};

test('so do the members of an ensemble and the bar for good enough', () => {
  const rich = { ...portable, head: { ...portable.head, members: [member], bar } };
  expect(headFromFile(headToFile(rich), 'head.json')).toEqual(rich);
});

test.each([
  [{ members: [{ ...member, hiddenBias: Float32Array.of(NaN) }] }, 'head.members[0].hiddenBias'],
  [{ members: [member, { kind: 'linear', weights: Float32Array.of(1, 2, 3) }] }, 'head.members[1]'],
  [{ members: { ...member } }, 'head.members'],
  [{ bar: { ...bar, slope: null } }, 'head.bar'],
  [{ bar: { ...bar, covariance: [1, 2] } }, 'head.bar'],
  [{ bar: { intercept: 1 } }, 'head.bar'],
])('a broken part is named: case %#', (part, name) => {
  const broken = { ...portable, head: { ...portable.head, ...part } } as unknown as PortableHead;
  expect(() => headFromFile(headToFile(broken), 'taste.json')).toThrow(name);
});

describe('a file that is no usable head is refused with its name and the reason', () => {
  const text = headToFile(portable);
  const change = (from: string | RegExp, to: string): string => {
    const changed = text.replace(from, to);
    expect(changed).not.toBe(text);
    return changed;
  };
  test.each([
    ['', 'JSON'],
    ['{}', '"format"'],
    ['[1]', '"format"'],
    [change('"version":1', '"version":9'), 'version'],
    [change('"dimension":3', '"dimension":4'), '4 numbers'],
    [change('"inverseTemperature":0.8', '"inverseTemperature":-1'), 'inverseTemperature'],
    [change('"kind":"linear"', '"kind":"tree"'), 'kind'],
    [change('"encoderId":"builtin-1",', ''), 'encoderId'],
    [change('"dimension":3', '"dimension":3,"length":{"control":"most","slope":1}'), 'length.control'],
    [change('"dimension":3', '"dimension":3,"length":{"control":"half"}'), 'length.slope'],
    [change(/"float32":"..../, '"float32":"*!*!'), 'base64'],
    [change(/"float32":"[^"]{8}/, '"float32":"'), 'numbers'],
    [text.slice(0, -30), 'JSON'],
    [`${text} {}`, 'JSON'],
    [change('"dimension":3', '"dimension":3,"dimension":3'), '`dimension` stands more than once'],
    [
      change('"dimension":3', '"dimension":3,"__proto__":{"id":"x"}'),
      '`head.__proto__` is a field that nobody',
    ],
    [change('"seed":1', '"seed":1e999'), 'the number 1e999 is too large'],
    [change('"seed":1', `"seed":${'['.repeat(100)}${']'.repeat(100)}`), 'nested deeper than 32 levels'],
    [change('"value":0.75', '"value":null'), '`head.trust.accuracy.value` is not a finite number'],
    [change('"value":0.75', '"value":75'), '`head.trust.accuracy.value` is not between 0 and 1'],
    [change('"rulers":[]', '"rulers":[{"name":"colour"}]'), '`head.trust.rulers[0].'],
    [change('"poolSize":8', '"poolSize":-1'), '`file.poolSize`'],
    [change('"lambda":1', '"lambda":"1"'), '`head.provenance.hyperparameters.lambda`'],
    [change('"backend":"cpu"', '"backend":"abacus"'), '`head.provenance.backend` is none of webgpu, cpu'],
  ])('case %#', (bad, reason) => {
    try {
      headFromFile(bad, 'taste.json');
      expect.unreachable();
    } catch (error) {
      expect(errorCode(error)).toBe('bad-head');
      expect(String(error)).toContain('taste.json');
      expect(String(error)).toContain(reason);
    }
  });

  test('weights that are not finite are refused', () => {
    const nan = {
      ...portable.head,
      parameters: { kind: 'linear' as const, weights: Float32Array.of(1, NaN, 2) },
    };
    expect(() => headFromFile(headToFile({ ...portable, head: nan }), 'x')).toThrow('not finite');
  });
});

describe('the bounds of a head file: one below, at, one above', () => {
  const { head } = portable;
  const member = (hidden: number) => ({
    kind: 'mlp',
    hidden,
    hiddenWeights: new Float32Array(hidden * 3),
    hiddenBias: new Float32Array(hidden),
    outputWeights: new Float32Array(hidden),
  });
  const withHead = (change: object): string => headToFile({ ...portable, head: { ...head, ...change } });
  const withTrust = (change: object): string => withHead({ trust: { ...head.trust, ...change } });
  const withProvenance = (change: object): string =>
    withHead({ provenance: { ...head.provenance, ...change } });
  const linear = (dimension: number): string =>
    withHead({ dimension, parameters: { kind: 'linear', weights: new Float32Array(dimension) } });
  const plain = withHead({}).length;
  const bounds: readonly (readonly [string, number, (size: number) => string])[] = [
    ['features', limits.MAX_HEAD_DIMENSION, linear],
    ['hidden units', limits.MAX_HEAD_HIDDEN, (hidden) => withHead({ parameters: member(hidden) })],
    ['members', limits.MAX_HEAD_MEMBERS, (n) => withHead({ members: Array(n).fill(member(1)) })],
    ['a name', limits.MAX_HEAD_NAME_LENGTH, (n) => withHead({ id: 'i'.repeat(n) })],
    ['figures', limits.MAX_HEAD_FIGURES, (n) => withTrust({ strengthCurve: Array(n).fill(trial) })],
    ['text', limits.MAX_HEAD_TEXT, (length) => `${withHead({}).slice(0, -1)}${' '.repeat(length - plain)}}`],
    [
      'lists of numbers',
      limits.MAX_HEAD_ARRAYS,
      // Weights and margins are two.
      (n) =>
        headToFile({
          ...portable,
          encoderState: Array(n - 2)
            .fill(Float32Array.of(1))
            .reduce(grow, {}),
        }),
    ],
    [
      'its length',
      limits.MAX_HEAD_LENGTH,
      (length) => {
        const run = 'A'.repeat(4);
        const start = headToFile({ ...portable, encoderState: { run } });
        const [before, after] = start.split(run);
        return `${before}${'A'.repeat(length - before.length - after.length)}${after}`;
      },
    ],
    ['names of settings', limits.MAX_FIELDS, (n) => withProvenance({ hyperparameters: settings(n) })],
  ];
  const trial = { lambda: 1, logLoss: 1, accuracy: 1 };
  const grow = (all: Record<string, unknown>, one: unknown) => {
    const group = `g${Math.floor(Object.keys(all).length)}`;
    return { ...all, [group]: one };
  };
  const settings = (n: number) => Object.fromEntries(Array.from({ length: n }, (_, i) => [`s${i}`, i]));

  test.each(
    bounds.flatMap(([name, bound, make]) => [-1, 0, 1].map((step) => [name, step, bound, make] as const)),
  )('%s, %i', (_, step, bound, make) => {
    const read = (): unknown => headFromFile(make(bound + step), 'taste.json');
    if (step <= 0) expect(read).not.toThrow();
    else
      expect(read).toThrow(/taste\.json is not a head that can be used: .*(more|longer|integer from|larger)/);
  });

  test.each([-1, 0, 1])('bytes before it is read, %i', (step) => {
    const look = (): void => refuseLargeHead(limits.MAX_HEAD_LENGTH + step, 'taste.json');
    if (step <= 0) expect(look).not.toThrow();
    else expect(look).toThrow('larger than 32 MiB');
  });
});

test('base64 agrees with Node on any bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const text = Buffer.from(bytes).toString('base64');
      expect(toBase64(bytes)).toBe(text);
      expect([...fromBase64(text)]).toEqual([...bytes]);
    }),
  );
});
