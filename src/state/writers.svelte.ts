/** What writes candidates: which there are, and which the person chose on this device. */
import type { TextSource } from '../core/languageModel.ts';
import { errorCode } from '../core/palateError.ts';
import { readWriterChoice, type WriterChoice } from '../core/writerChoice.ts';
import type { SettingsStore } from './settingsStore.ts';
import type { GeneratorClient } from './workerClients.ts';

const WRITER_KEY = 'palate.writer';

export class Writers {
  readonly #generator: GeneratorClient;
  #choice = $state.raw<WriterChoice>();
  readonly #source = $derived.by(() => this.#sourceOf(this.#choice));

  readonly #settings: SettingsStore;

  constructor(generator: GeneratorClient, settings: SettingsStore) {
    this.#generator = generator;
    this.#settings = settings;
    this.#choice = readWriterChoice(settings.getItem(WRITER_KEY));
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
    this.#settings.setItem(WRITER_KEY, JSON.stringify(choice ?? null));
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
