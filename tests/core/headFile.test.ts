import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromBase64, toBase64 } from '../../src/core/base64.ts';
import { errorCode } from '../../src/core/palateError.ts';
import { headFromFile, headToFile, type PortableHead } from '../../src/core/headFile.ts';
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

test('base64 agrees with Node on any bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const text = Buffer.from(bytes).toString('base64');
      expect(toBase64(bytes)).toBe(text);
      expect([...fromBase64(text)]).toEqual([...bytes]);
    }),
  );
});
