/** Writes what it is told to, a few characters at a time, and can be cancelled between two of them. */
import type {
  GeneratedCandidate,
  GenerationProgress,
  GenerationRequest,
  TextSource,
} from '../../src/core/languageModel.ts';
import { candidateSeeds } from '../../src/core/languageModel.ts';
import { PalateError } from '../../src/core/palateError.ts';

export class ScriptedSource implements TextSource {
  readonly name = 'A script';
  readonly passesOver = [];
  readonly requests: GenerationRequest[] = [];
  /** What is written next, one after the other. */
  texts: readonly string[] = [];
  /** Thrown before the candidate of this place. */
  failure?: { readonly at: number; readonly error: Error };
  /** Called after every word. */
  onWord: () => void = () => undefined;
  #isCancelled = false;

  async generate(
    request: GenerationRequest,
    onProgress: (progress: GenerationProgress) => unknown,
  ): Promise<readonly GeneratedCandidate[]> {
    this.requests.push(request);
    this.#isCancelled = false;
    const candidates: GeneratedCandidate[] = [];
    for (const [candidate, seed] of candidateSeeds(request.seed, request.count).entries()) {
      if (this.failure?.at === candidate) throw this.failure.error;
      const words = (this.texts[candidate] ?? '').split(' ');
      for (const [at] of words.entries()) {
        await new Promise((resolve) => setTimeout(resolve, 0));
        if (this.#isCancelled) throw new PalateError('cancelled', 'Cancelled.');
        await onProgress({ candidate, seed, text: words.slice(0, at + 1).join(' ') });
        this.onWord();
      }
      const written = { text: words.join(' '), seed, end: 'model' } as const;
      await onProgress({ candidate, ...written });
      candidates.push(written);
    }
    return candidates;
  }

  cancel(): Promise<void> {
    this.#isCancelled = true;
    return Promise.resolve();
  }
}
