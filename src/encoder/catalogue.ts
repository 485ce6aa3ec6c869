/** The encoders there are. Adding one is one entry in `ENCODERS`. */
import { PalateError } from '../core/palateError.ts';
import { builtinEncoder } from './builtin/builtinEncoder.ts';
import type { Encoder } from './encoder.ts';

export const ENCODERS: readonly Encoder[] = [builtinEncoder];

export const DEFAULT_ENCODER_ID = builtinEncoder.id;

/** The encoder of that id. @throws PalateError `encoder-unknown` naming the ids there are */
export function encoderById(id: string): Encoder {
  const encoder = ENCODERS.find((candidate) => candidate.id === id);
  if (encoder) return encoder;
  const known = ENCODERS.map((candidate) => candidate.id).join(', ');
  throw new PalateError(
    'encoder-unknown',
    `There is no encoder ${JSON.stringify(id)} in this version; it has: ${known}. ` +
      'Open the head with the version that made it, or train again.',
  );
}
