import { expect, test } from 'vitest';
import { HEAD_FINGERPRINTS, headFingerprint, type FingerprintedHead } from '../../helpers/headFingerprint.ts';

test.each(Object.entries(HEAD_FINGERPRINTS))(
  '%s: Chromium makes the head that Node makes',
  async (of, expected) => {
    expect(await headFingerprint(of as FingerprintedHead)).toBe(expected);
  },
);
