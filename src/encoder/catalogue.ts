/** The encoders there are. Adding one is one entry in `ENCODERS`. */
import { PalateError } from '../core/palateError.ts';
import { builtinEncoder } from './builtin/builtinEncoder.ts';
import type { EncoderChoice } from '../core/sentenceModel.ts';
import type { Encoder } from './encoder.ts';
import { sentenceEncoder } from './sentence/sentenceEncoder.ts';

export const ENCODERS: readonly Encoder[] = [builtinEncoder];

export const DEFAULT_ENCODER_ID = builtinEncoder.id;

/** @throws PalateError `encoder-unknown` */
export function encoderOf({ encoderId, sentence }: EncoderChoice): Encoder {
  if (!sentence) return encoderById(encoderId);
  return sentenceEncoder(sentence, sentence.beside === undefined ? undefined : encoderById(sentence.beside));
}

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
