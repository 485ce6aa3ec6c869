/** The encoder as the workflows see it: where a request names a sentence model, its vectors are found first. */
import type { EncoderApi } from '../../workers/encoderApi.ts';
import type { SentenceVectors } from './sentenceVectors.ts';

export function encoderWithVectors(
  encoder: EncoderApi,
  vectors: Pick<SentenceVectors, 'ofRows' | 'cancel'>,
): EncoderApi {
  let signal = { aborted: false };
  return {
    async encode(request, onProgress) {
      if (!request.sentence) return encoder.encode(request, onProgress);
      const own = (signal = { aborted: false });
      const found = await vectors.ofRows(request.sentence, request.inputs, onProgress, own);
      return encoder.encode({ ...request, vectors: found }, onProgress);
    },
    async cancel() {
      signal.aborted = true;
      await Promise.all([vectors.cancel(), encoder.cancel()]);
    },
    ping: () => encoder.ping(),
  };
}
