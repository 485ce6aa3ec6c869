import { expect, test } from 'vitest';
import { encoderFingerprint, FINGERPRINT } from '../helpers/encoderFingerprint.ts';

test('the built-in encoder gives in Node the numbers it gives everywhere', () =>
  expect(encoderFingerprint()).toBe(FINGERPRINT));
