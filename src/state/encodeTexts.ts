/**
 * Texts to features with the cache in between, the step that training and reranking share. Storage is asked and
 * told in slices, so that no transaction holds more than a few thousand records.
 */
import { PalateError } from '../core/palateError.ts';
import { measuringId } from '../core/sentenceModel.ts';
import { textKey } from '../core/pairTexts.ts';
import { textHash } from '../core/textHash.ts';
import type { AppStorage } from '../storage/appStorage.ts';
import type { EncodeProgress, EncoderApi, EncodeRequest, EncodeResult } from '../../workers/encoderApi.ts';

export type MeasurementCache = Pick<AppStorage, 'getMeasurements' | 'putMeasurements'>;

const SLICE = 2_000;

/**
 * Features of every input, row by row; measurements made on the way are kept for next time. A cache that cannot be
 * written (the disk is full) costs time later and fails nothing now.
 * @param signal looked at between slices; while the encoder runs, cancel the encoder itself
 * @throws PalateError `cancelled`, `encoder-unknown`, `encoder-mismatch`, `worker-died`, `storage-failed`
 */
export async function encodeTexts(
  cache: MeasurementCache,
  encoder: EncoderApi,
  request: Omit<EncodeRequest, 'cached'>,
  onProgress: (progress: EncodeProgress) => void,
  signal: { readonly aborted: boolean },
): Promise<EncodeResult> {
  const { inputs } = request;
  const measuredBy = measuringId(request);
  const hashes = inputs.map(({ prompt, response }) => textHash(textKey(prompt, response)));
  const cached: EncodeRequest['cached'][number][] = [];
  for (let start = 0; start < hashes.length; start += SLICE) {
    const slice = hashes.slice(start, start + SLICE);
    cached.push(
      ...(measuredBy ? await cache.getMeasurements(measuredBy, slice) : slice.map(() => undefined)),
    );
    throwIfAborted(signal);
  }
  const result = await encoder.encode({ ...request, cached }, onProgress);
  throwIfAborted(signal);
  if (!measuredBy) return result;
  const entries = result.fresh.map(({ row, measurement }) => ({ textHash: hashes[row], measurement }));
  try {
    for (let start = 0; start < entries.length; start += SLICE) {
      await cache.putMeasurements(measuredBy, entries.slice(start, start + SLICE));
    }
  } catch {
    return result;
  }
  return result;
}

/** @throws PalateError `cancelled` */
export function throwIfAborted(signal: { readonly aborted: boolean }): void {
  if (signal.aborted) throw new PalateError('cancelled', 'Cancelled.');
}
