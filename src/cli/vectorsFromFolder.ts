/** Vectors of texts by a sentence model that lies in a folder, with the files of its repository. */
import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { PalateError } from '../core/palateError.ts';
import { rowTexts } from '../core/rowTexts.ts';
import type { RowVectors, SentenceChoice } from '../core/sentenceModel.ts';
import { UsageError } from './usage.ts';

/** Texts that go through the model together. */
const BATCH = 16;

/** @throws UsageError where no folder is named; PalateError naming a folder that holds no model */
export async function vectorsFromFolder(
  choice: SentenceChoice,
  folder: string | undefined,
  inputs: readonly { readonly prompt: string; readonly response: string }[],
): Promise<RowVectors> {
  const { model } = choice;
  if (folder === undefined) {
    throw new UsageError(
      `this head reads texts by ${model.name}: name the folder with the files of ${model.source} (weights ${model.weights}) after --model`,
    );
  }
  const path = resolve(folder);
  if (!existsSync(join(path, 'config.json'))) {
    throw new PalateError('model-missing', `${folder} holds no model: it has no config.json.`);
  }
  // Loading the runtime takes a second that no other command needs.
  const { openFromFolder } = await import('../encoder/transformers.ts');
  const runtime = await openFromFolder(`${dirname(path)}/`, basename(path), choice);
  const { texts, promptOf, responseOf } = rowTexts(model, inputs);
  const data = new Float32Array(texts.length * model.dimension);
  for (let start = 0; start < texts.length; start += BATCH) {
    const vectors = await runtime.embed(texts.slice(start, start + BATCH));
    data.set(vectors.data, start * model.dimension);
  }
  await runtime.close();
  return { data, dimension: model.dimension, promptOf, responseOf };
}
