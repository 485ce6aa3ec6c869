/** What the worker offers that runs sentence models. It reads models from this device and talks to nobody. */
import type { SentenceFacts } from '../src/core/modelFacts.ts';
import type { ModelDevice, SentenceChoice, TextVectors } from '../src/core/sentenceModel.ts';

export interface EmbedRequest {
  /** The model, how it is used, and on what. */
  readonly choice: Omit<SentenceChoice, 'beside'>;
  readonly device: ModelDevice;
  readonly texts: readonly string[];
}

export interface EmbedProgress {
  readonly done: number;
  readonly total: number;
}

export interface EmbedderApi {
  /**
   * Reads the settings of a model that no catalogue describes.
   * @throws PalateError `model-missing`; `bad-file` where they do not say how wide its vectors are
   */
  inspect(modelId: string): Promise<SentenceFacts>;
  /**
   * Vectors of texts, owned by the receiver, in batches of like length. The model is opened at the first call, its files checked against their
   * hashes.
   * @throws PalateError `model-missing`; `model-failed`, after which the worker is of no more use; `cancelled`
   */
  embed(request: EmbedRequest, onProgress: (progress: EmbedProgress) => void): Promise<TextVectors>;
  cancel(): Promise<void>;
  ping(): Promise<void>;
}
