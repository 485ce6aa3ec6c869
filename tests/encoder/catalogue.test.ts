import { expect, it } from 'vitest';
import { DEFAULT_ENCODER_ID, encoderById, ENCODERS } from '../../src/encoder/catalogue.ts';

it('finds every encoder by its id, the default one included', () => {
  for (const encoder of ENCODERS) expect(encoderById(encoder.id)).toBe(encoder);
  expect(encoderById(DEFAULT_ENCODER_ID).hasFixedPrior).toBe(true);
});

it('names the encoders there are when asked for another', () => {
  expect(() => encoderById('nobody')).toThrow(/no encoder "nobody".*builtin-1/);
});
