/**
 * One number for everything the built-in encoder computes on the golden texts and the bundled deck: measurements, state
 * and features. Node and the browser must give the same.
 */
import everyday from '../../public/decks/everyday.json' with { type: 'json' };
import { bytesHash } from '../../src/core/textHash.ts';
import { builtinEncoder } from '../../src/encoder/builtin/builtinEncoder.ts';
import golden from '../fixtures/encoder/styleGolden.json' with { type: 'json' };

/** Computed in Node 20; the test in the browser holds Chromium to it. */
export const FINGERPRINT = 'a0ff24fab9e77a2e7d4fa0b5a01332f8';

export function encoderFingerprint(): string {
  const deck = everyday.prompts.flatMap(({ prompt, responses }) =>
    responses.map(({ text }) => ({ prompt, response: text })),
  );
  const inputs = [...deck, ...golden.cases.map(({ prompt, response }) => ({ prompt, response }))];
  const measurements = inputs.map((input) => builtinEncoder.measure(input));
  const promptOfRow = Uint32Array.from(inputs, (_, row) => row >> 2);
  const pairs = Uint32Array.from({ length: inputs.length & ~1 }, (_, index) => index);
  const state = builtinEncoder.fit({ measurements, pairs, promptOfRow }, 1);
  const { data } = builtinEncoder.transform(state, measurements, promptOfRow);
  const parts = [...measurements, new Uint8Array(data.buffer)].map(bytesHash);
  return bytesHash(new TextEncoder().encode([state.id, ...parts].join(' ')));
}
