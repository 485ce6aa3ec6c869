/** The sentence models, and how the one in use did. */
import { isWriterId } from '../core/languageModel.ts';
import { SENTENCE_MODELS } from '../core/modelCatalogue.ts';
import { modelId, readModelId, type SentenceModel } from '../core/sentenceModel.ts';
import type { EmbedderApi } from '../../workers/embedderApi.ts';
import type { ModelDownloads } from './modelDownloads.svelte.ts';
import { ModelLibrary } from './modelLibrary.svelte.ts';
import type { Extent, Running } from './sentenceVectors.ts';

const CATALOGUE_IDS: ReadonlySet<string> = new Set(SENTENCE_MODELS.map(({ model }) => modelId(model)));

export class SentenceLibrary extends ModelLibrary<SentenceModel> {
  /** On what a model runs, told when it was tested. */
  running = $state.raw<Running>();
  /** How far the model in use read the texts it was last given. */
  extent = $state.raw<Extent>();

  constructor(downloads: ModelDownloads, embedder: Pick<EmbedderApi, 'inspect'>) {
    super(downloads, {
      name: 'sentence',
      idOf: modelId,
      owns: (id) => !isWriterId(id),
      readId: readModelId,
      known: () => Promise.resolve(CATALOGUE_IDS),
      async describe(id, files) {
        const facts = await embedder.inspect(id);
        return { name: files.source, ...files, ...facts, promptPrefix: '', responsePrefix: '' };
      },
    });
  }
}
