/** What the worker offers that lets a language model write. It reads models from this device and talks to nobody. */
import type {
  GeneratedCandidate,
  GenerationProgress,
  GenerationRequest,
  LanguageModel,
} from '../src/core/languageModel.ts';
import type { LanguageFacts } from '../src/core/modelFacts.ts';
import type { ModelDevice } from '../src/core/sentenceModel.ts';

export interface GenerateRequest extends GenerationRequest {
  readonly model: LanguageModel;
  readonly device: ModelDevice;
}

export interface GeneratorApi {
  /**
   * Reads the settings of a model that no catalogue describes.
   * @throws PalateError `model-missing`; `bad-file` where they say that it writes no text
   */
  inspect(modelId: string): Promise<LanguageFacts>;
  /**
   * Candidates for one prompt, each with a seed of its own: the same request gives the same texts on every device. The
   * model is opened at the first call, its files checked against their hashes, and its device with two prompts.
   * @param onProgress has heard of a candidate's end before the next one begins, and before the call ends in any way
   * but `model-failed`
   * @throws PalateError `bad-prompt`; `model-missing`; `model-failed`, after which the worker is of no more use;
   * `cancelled`, where candidates that were told to have ended are whole
   */
  generate(
    request: GenerateRequest,
    onProgress: (progress: GenerationProgress) => unknown,
  ): Promise<readonly GeneratedCandidate[]>;
  /** Ends what is being written with the token that is being drawn. */
  cancel(): Promise<void>;
  ping(): Promise<void>;
}
