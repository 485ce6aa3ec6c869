/**
 * The encoder worker's service: measures new texts, fits or restores the encoder's state, transforms. Between
 * slices it lets the event loop turn, so that a cancel arrives within tens of milliseconds.
 */
import { PalateError } from '../src/core/palateError.ts';
import { encoderOf } from '../src/encoder/catalogue.ts';
import type { Encoder, Measurement } from '../src/encoder/encoder.ts';
import type { EncodeProgress, EncoderApi, EncodeRequest, EncodeResult } from './encoderApi.ts';
import { createYield } from './yieldToEvents.ts';

/** Texts measured between two looks at the clock. */
const SLICE = 8;

export class EncoderService implements EncoderApi {
  #cancelled = false;

  async encode(
    request: EncodeRequest,
    onProgress: (progress: EncodeProgress) => void,
  ): Promise<EncodeResult> {
    this.#cancelled = false;
    const encoder = encoderOf(request);
    const measurements = [...request.cached];
    const fresh = await this.#measureMissing(encoder, request, measurements, onProgress);
    const complete = measurements as Measurement[];
    const { promptOfRow, vectors, state: wanted } = request;
    const state =
      wanted.kind === 'known'
        ? encoder.stateFromJson(wanted.json)
        : encoder.fit({ measurements: complete, vectors, pairs: wanted.pairs, promptOfRow }, wanted.seed);
    return {
      features: encoder.transform(state, complete, promptOfRow, vectors),
      state: wanted.kind === 'known' ? wanted.json : encoder.stateToJson(state),
      stateId: state.id,
      hasFixedPrior: encoder.hasFixedPrior,
      fresh,
    };
  }

  cancel(): Promise<void> {
    this.#cancelled = true;
    return Promise.resolve();
  }

  ping(): Promise<void> {
    return Promise.resolve();
  }

  async #measureMissing(
    encoder: Encoder,
    request: EncodeRequest,
    measurements: (Measurement | undefined)[],
    onProgress: (progress: EncodeProgress) => void,
  ): Promise<EncodeResult['fresh']> {
    const missing = measurements.flatMap((known, row) => (known ? [] : [row]));
    const yieldIfDue = createYield();
    const fresh: { row: number; measurement: Measurement }[] = [];
    for (const row of missing) {
      const measurement = encoder.measure(request.inputs[row]);
      measurements[row] = measurement;
      fresh.push({ row, measurement });
      if (fresh.length % SLICE === 0 && (await yieldIfDue())) {
        if (this.#cancelled) throw new PalateError('cancelled', 'Encoding was cancelled.');
        onProgress({ done: fresh.length, total: missing.length });
      }
    }
    return fresh;
  }
}
