/** What writes candidates: which there are, and which the person chose on this device. */
import type { LanguageModel, TextSource } from '../core/languageModel.ts';
import { errorCode } from '../core/palateError.ts';
import type { ModelDevice } from '../core/sentenceModel.ts';
import type { GeneratorClient } from './workerClients.ts';

export type WriterChoice = {
  readonly kind: 'model';
  readonly model: LanguageModel;
  readonly device: ModelDevice;
};

export class Writers {
  readonly #generator: GeneratorClient;
  #choice = $state.raw<WriterChoice>();
  readonly #source = $derived.by(() => this.#sourceOf(this.#choice));

  constructor(generator: GeneratorClient) {
    this.#generator = generator;
  }

  get choice(): WriterChoice | undefined {
    return this.#choice;
  }
  /** Undefined until something was chosen that is here. */
  get source(): TextSource | undefined {
    return this.#source;
  }

  use(choice: WriterChoice | undefined): void {
    this.#choice = choice;
  }

  #sourceOf(choice: WriterChoice | undefined): TextSource | undefined {
    return choice && modelSource(this.#generator, choice);
  }
}

/** A model of this device. */
function modelSource(
  generator: GeneratorClient,
  { model, device }: Extract<WriterChoice, { kind: 'model' }>,
): TextSource {
  return {
    name: model.name,
    passesOver: [],
    async generate(request, onProgress) {
      try {
        return await generator.generate({ ...request, model, device }, onProgress);
      } catch (error) {
        if (errorCode(error) === 'model-failed') generator.end();
        throw error;
      }
    },
    cancel: () => generator.cancel(),
  };
}
