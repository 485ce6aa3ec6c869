import { expect, test } from 'vitest';
import { openProcessor } from '../../../src/compute/openProcessor.ts';
import { SIMD_FINGERPRINT, simdFingerprint } from '../../helpers/simdFingerprint.ts';

test('training with SIMD gives the bytes of Node', async () =>
  expect(await simdFingerprint()).toBe(SIMD_FINGERPRINT));

test('the processor works with SIMD here', async () => expect((await openProcessor()).how).toBe('SIMD'));
