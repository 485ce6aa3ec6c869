/** What the worker offers that asks a language server on this machine. It talks to nobody else. */
import type { GeneratedCandidate, GenerationProgress, GenerationRequest } from '../src/core/languageModel.ts';

export interface ServerGenerateRequest extends GenerationRequest {
  /** As `readServerAddress` of src/core/loopback.ts takes it. */
  readonly address: string;
  /** One of those the server told. */
  readonly model: string;
}

export interface LocalServerApi {
  /** @throws PalateError `server-failed`, `cancelled` */
  models(address: string): Promise<readonly string[]>;
  /**
   * Candidates for one prompt, each asked for with a seed of its own. What a model thinks aloud before it answers is left
   * out. Where the server says neither what ended an answer nor how many tokens it has, the first is the model and the
   * second is absent.
   * @param onProgress has heard of a candidate's end before the next one is asked for
   * @throws PalateError `server-failed`; `cancelled`, where candidates that were told to have ended are whole
   */
  generate(
    request: ServerGenerateRequest,
    onProgress: (progress: GenerationProgress) => unknown,
  ): Promise<readonly GeneratedCandidate[]>;
  /** Hangs up: servers then stop writing. */
  cancel(): Promise<void>;
  ping(): Promise<void>;
}
