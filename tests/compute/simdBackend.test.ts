import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Backend } from '../../src/compute/backend.ts';
import { chunks, LINE_CHUNK, LINE_SUMS, SCALAR, SCALARS } from '../../src/compute/layout.ts';
import { openSimdBackend } from '../../src/compute/simdBackend.ts';
import { sigmoid, softplus } from '../../src/core/bradleyTerry.ts';
import { gapToTwin, KERNEL_NAMES, SHAPES } from '../helpers/kernelCases.ts';

let simd: Backend;
beforeAll(async () => {
  simd = await openSimdBackend();
});

test.each(SHAPES.map((size) => [size.pairs, size.dimension, size.heads, size] as const))(
  'kernels agree with their twins at %i pairs, dimension %i, %i heads',
  async (_pairs, _dimension, _heads, size) => {
    for (const kernel of KERNEL_NAMES) {
      const { gap, where } = await gapToTwin(simd, kernel, size);
      // The direction runs as the twin does, on float32 state, through sums over a whole history.
      expect(gap, where).toBeLessThan(kernel === 'searchDirection' ? 1e-5 : 1e-6);
    }
  },
);

test('memory that is released above a tensor that lives is handed out again', async () => {
  const living = simd.state('living', 4, Float64Array.of(1, 2, 3, 4));
  // Nine times 256 MB are more than there are.
  for (let time = 0; time < 9; time++) simd.release([simd.state('large', 2 ** 26)]);
  expect([...(await simd.read(living))]).toEqual([1, 2, 3, 4]);
  simd.release([living]);
});

/** One column of pairs of weight one through a kernel that reads margins. */
async function throughKernel(
  kernel: 'advanceMargins' | 'lineCurvature' | 'lineLosses',
  margins: readonly number[],
  { output, length, step = 0 }: { output: string; length: number; step?: number },
): Promise<number[]> {
  const pairs = margins.length;
  const scalars = new Float64Array(SCALARS);
  scalars[SCALAR.step] = step;
  const ones = new Float64Array(pairs).fill(1);
  const tensors = {
    rowWeights: simd.state('row weights', pairs, ones),
    projections: simd.state('projections', pairs, ones),
    scalars: simd.state('scalars', SCALARS, scalars),
    margins: simd.state('margins', pairs, Float64Array.from(margins)),
    [output]: simd.state(output, length),
  };
  simd.run(kernel, tensors, { pairs, dimension: 4, heads: 1 });
  const values = [...(await simd.read(tensors[output]))];
  simd.release(Object.values(tensors));
  return values;
}

const sigmoids = (margins: readonly number[]): Promise<number[]> =>
  throughKernel('advanceMargins', margins, { output: 'residuals', length: margins.length });
const slopeOf = async (margin: number): Promise<number> =>
  (await throughKernel('lineCurvature', [margin], { output: 'sums', length: 1 }))[0];
const lossOf = async (margin: number): Promise<number> =>
  (await throughKernel('lineLosses', [margin], { output: 'lineSums', length: LINE_SUMS }))[0];

/** Units in the last place of a float32. */
const ulps = (found: number, exact: number): number => Math.abs(found - exact) / (Math.abs(exact) * 2 ** -23);

describe('σ and softplus', () => {
  const margin = fc.double({ min: -85, max: 85, noNaN: true }).map(Math.fround);

  test('are right to 4 units in the last place between −85 and 85', async () => {
    await fc.assert(
      fc.asyncProperty(margin, async (m) => {
        expect(ulps((await sigmoids([m]))[0], sigmoid(-m))).toBeLessThan(4);
        expect(ulps(await slopeOf(m), sigmoid(m) * sigmoid(-m))).toBeLessThan(4);
        expect(ulps(await lossOf(m), softplus(-m))).toBeLessThan(4);
      }),
      { numRuns: 500 },
    );
  });

  test('are right at half, where they are small, and where they bend', async () => {
    expect(await sigmoids([0])).toEqual([0.5]);
    expect(await slopeOf(0)).toBe(0.25);
    expect(ulps(await lossOf(0), Math.LN2)).toBeLessThan(2);
    expect(ulps(await lossOf(1e-30), Math.LN2)).toBeLessThan(2);
  });

  test.each([88, 104, 1e4, 3e38])('stay finite and in range at ±%d', async (m) => {
    const [won, lost] = await sigmoids([m, -m]);
    expect(won).toBeGreaterThanOrEqual(0);
    expect(won).toBeLessThan(2e-38);
    expect(lost).toBe(1);
    expect(await slopeOf(m)).toBeLessThan(2e-38);
    expect(await lossOf(m)).toBeLessThan(2e-38);
    expect(await lossOf(-m)).toBe(Math.fround(m));
  });

  test('fall as the margin grows', async () => {
    const margins = Array.from({ length: 2001 }, (_, i) => (i - 1000) / 8);
    const values = await sigmoids(margins);
    for (let i = 1; i < values.length; i++) expect(values[i]).toBeLessThanOrEqual(values[i - 1]);
  });

  test('hand a NaN on, so that a run gone wrong is noticed', async () => {
    expect(await sigmoids([NaN])).toEqual([NaN]);
    expect(await lossOf(NaN)).toBeNaN();
  });
});

test('a gain is the change of the loss, chunk by chunk, and nothing beyond the last pair counts', async () => {
  const margins = Array.from({ length: 67 }, (_, pair) => pair / 20 - 1);
  const length = chunks(67, LINE_CHUNK) * LINE_SUMS;
  const sums = await throughKernel('lineLosses', margins, { output: 'lineSums', length, step: 0.3 });
  const gain = (m: number): number => softplus(-(m + 0.3)) - softplus(-m);
  const total = (of: readonly number[]): number => of.map(gain).reduce((sum, value) => sum + value, 0);
  expect(sums[1]).toBeCloseTo(total(margins.slice(0, 64)), 5);
  expect(sums[LINE_SUMS + 1]).toBeCloseTo(total(margins.slice(64)), 6);
  expect(sums[LINE_SUMS - 1]).toBe(0);
  expect(sums[2 * LINE_SUMS - 1]).toBe(0);
});

describe('memory', () => {
  test('outlives its own growth', async () => {
    const backend = await openSimdBackend();
    const early = backend.state('early', 3, Float64Array.of(1, 2, 3));
    const large = backend.upload('large', new Float32Array(1e6).fill(7));
    expect([...(await backend.read(early))]).toEqual([1, 2, 3]);
    expect((await backend.read(large)).at(-1)).toBe(7);
  });

  test('is zero when handed out again', async () => {
    const backend = await openSimdBackend();
    const used = backend.state('used', 5, new Float64Array(5).fill(9));
    backend.release([used]);
    expect([...(await backend.read(backend.state('new', 5)))]).toEqual([0, 0, 0, 0, 0]);
  });

  test('of a living tensor is not handed out', async () => {
    const backend = await openSimdBackend();
    const [first, second] = [backend.state('first', 2, Float64Array.of(1, 2)), backend.state('second', 2)];
    backend.release([second]);
    backend.state('third', 2, Float64Array.of(5, 6));
    expect([...(await backend.read(first))]).toEqual([1, 2]);
  });

  test('that cannot be had is told as such', async () => {
    const backend = await openSimdBackend();
    expect(() => backend.state('too large', 2 ** 30)).toThrowError(
      expect.objectContaining({ code: 'out-of-memory' }),
    );
  });
});
