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
  const cached = measuredBy
    ? await keptMeasurements(cache, measuredBy, hashes, signal)
    : hashes.map(() => undefined);
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

/**
 * Measurements that are kept, undefined where there is none, in the order of the hashes.
 * @throws PalateError `cancelled`, `storage-failed`
 */
export async function keptMeasurements(
  cache: MeasurementCache,
  id: string,
  hashes: readonly string[],
  signal: { readonly aborted: boolean } = { aborted: false },
): ReturnType<MeasurementCache['getMeasurements']> {
  const kept: Awaited<ReturnType<MeasurementCache['getMeasurements']>> = [];
  for (let start = 0; start < hashes.length; start += SLICE) {
    kept.push(...(await cache.getMeasurements(id, hashes.slice(start, start + SLICE))));
    throwIfAborted(signal);
  }
  return kept;
}

/** @throws PalateError `cancelled` */
export function throwIfAborted(signal: { readonly aborted: boolean }): void {
  if (signal.aborted) throw new PalateError('cancelled', 'Cancelled.');
}
