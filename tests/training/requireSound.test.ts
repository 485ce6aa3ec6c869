/** Numbers that a device in trouble gives back never become a head. */
import { describe, expect, test } from 'vitest';
import type { Backend, Tensor } from '../../src/compute/backend.ts';
import { createCpuBackend } from '../../src/compute/cpuBackend.ts';
import type { HeadKind } from '../../src/core/rewardHead.ts';
import { trainRewardHead } from '../../src/training/trainRewardHead.ts';
import { ruledPairs } from '../helpers/ruledPairs.ts';

/** The twins, whose final weights come back changed. */
function lying(change: (value: number, index: number) => number): Backend {
  const backend = createCpuBackend();
  return {
    ...backend,
    async read(tensor: Tensor) {
      const values = await backend.read(tensor);
      return tensor.label === 'weights' ? values.map(change) : values;
    },
  };
}

const train = (backend: Backend, headKind: HeadKind) =>
  trainRewardHead(
    backend,
    ruledPairs(60, 8, 0.9),
    { headKind, hasFixedPrior: true, seed: 1, lengthControl: 'off' },
    { signal: { aborted: false }, yieldToEvents: () => Promise.resolve(), onProgress: () => undefined },
  );

describe.each<HeadKind>(['linear', 'mlp'])('a %s head', (kind) => {
  test.each([
    ['are zeros', () => 0],
    ['are twice as large', (value: number) => 2 * value],
    ['hold one number that is not finite', (value: number, index: number) => (index === 3 ? NaN : value)],
  ])('is not made where its weights %s', async (_, change) => {
    await expect(train(lying(change), kind)).rejects.toMatchObject({ code: 'diverged' });
  });

  test('is made where they are what was trained', async () => {
    expect(
      (
        await train(
          lying((value) => value),
          kind,
        )
      ).parameters.kind,
    ).toBe(kind);
  });
});
