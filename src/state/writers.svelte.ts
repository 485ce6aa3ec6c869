/** What writes candidates: which there are, and which the person chose on this device. */
import type { TextSource } from '../core/languageModel.ts';
import { errorCode } from '../core/palateError.ts';
import { readWriterChoice, type WriterChoice } from '../core/writerChoice.ts';
import type { LocalServerApi } from '../../workers/localServerApi.ts';
import { BrowserModel, type PromptApi } from './browserModel.svelte.ts';
import { LocalServer } from './localServer.svelte.ts';
import type { SettingsStore } from './settingsStore.ts';
import type { GeneratorClient } from './workerClients.ts';

const WRITER_KEY = 'palate.writer';

export interface WriterDependencies {
  readonly generator: GeneratorClient;
  readonly localServer: Pick<LocalServerApi, 'models' | 'generate' | 'cancel'>;
  /** Where the browser has one. */
  readonly promptApi: PromptApi | undefined;
  readonly settings: SettingsStore;
}

export class Writers {
  readonly browser: BrowserModel;
  readonly server: LocalServer;
  readonly #generator: GeneratorClient;
  readonly #settings: SettingsStore;
  #choice = $state.raw<WriterChoice>();
  readonly #source = $derived.by(() => this.#sourceOf(this.#choice));

  constructor({ generator, localServer, promptApi, settings }: WriterDependencies) {
    this.#generator = generator;
    this.#settings = settings;
    this.#choice = readWriterChoice(settings.getItem(WRITER_KEY));
    this.browser = new BrowserModel(promptApi);
    // Its address is remembered, and nothing is asked of it before the person connects.
    this.server = new LocalServer(
      localServer,
      this.#choice?.kind === 'server' ? this.#choice.address : undefined,
    );
  }

  get choice(): WriterChoice | undefined {
    return this.#choice;
  }
  /** Undefined until something was chosen. */
  get source(): TextSource | undefined {
    return this.#source;
  }

  use(choice: WriterChoice | undefined): void {
    this.#choice = choice;
    this.#settings.setItem(WRITER_KEY, JSON.stringify(choice ?? null));
  }

  #sourceOf(choice: WriterChoice | undefined): TextSource | undefined {
    switch (choice?.kind) {
      case 'model':
        return modelSource(this.#generator, choice);
      case 'browser':
        return this.browser.source();
      case 'server':
        // A model is one of the server at which it was chosen.
        return choice.address === this.server.address ? this.server.source(choice.model) : undefined;
      default:
        return undefined;
    }
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
