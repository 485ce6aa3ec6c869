/** The language models. */
import { devicesOf, isWriterId, readWriterId, writerId, type LanguageModel } from '../core/languageModel.ts';
import type { ModelDownloads } from './modelDownloads.svelte.ts';
import { ModelLibrary } from './modelLibrary.svelte.ts';
import type { GeneratorClient } from './workerClients.ts';

export class LanguageLibrary extends ModelLibrary<LanguageModel> {
  readonly #generator: Pick<GeneratorClient, 'inspect' | 'end'>;

  constructor(downloads: ModelDownloads, generator: Pick<GeneratorClient, 'inspect' | 'end'>) {
    super(downloads, {
      name: 'language',
      idOf: writerId,
      owns: isWriterId,
      readId: readWriterId,
      // Not with the app's first screen: most never open it.
      known: async () => (await import('../core/languageCatalogue.ts')).LANGUAGE_IDS,
      async describe(id, { source, commit, weights }) {
        const facts = await generator.inspect(id);
        return { name: source, source, commit, weights: devicesOf(weights), ...facts };
      },
    });
    this.#generator = generator;
  }

  /** A worker that holds the model open would go on writing with it. */
  override async forget(id: string): Promise<void> {
    await super.forget(id);
    this.#generator.end();
  }
}
