/** The language models. */
import { devicesOf, isWriterId, readWriterId, writerId, type LanguageModel } from '../core/languageModel.ts';
import type { GeneratorApi } from '../../workers/generatorApi.ts';
import type { ModelDownloads } from './modelDownloads.svelte.ts';
import { ModelLibrary } from './modelLibrary.svelte.ts';

export class LanguageLibrary extends ModelLibrary<LanguageModel> {
  constructor(downloads: ModelDownloads, generator: Pick<GeneratorApi, 'inspect'>) {
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
  }
}
