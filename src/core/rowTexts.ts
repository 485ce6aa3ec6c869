/** The texts behind some rows as a sentence model sees them: each once, with the words it was trained to see before them. */
import type { RowVectors, SentenceModel } from './sentenceModel.ts';

export interface RowTexts extends Pick<RowVectors, 'promptOf' | 'responseOf'> {
  readonly texts: readonly string[];
}

export function rowTexts(
  { promptPrefix, responsePrefix }: Pick<SentenceModel, 'promptPrefix' | 'responsePrefix'>,
  inputs: readonly { readonly prompt: string; readonly response: string }[],
): RowTexts {
  const places = new Map<string, number>();
  const placeOf = (text: string): number => {
    const place = places.get(text) ?? places.size;
    places.set(text, place);
    return place;
  };
  const promptOf = Uint32Array.from(inputs, ({ prompt }) => placeOf(promptPrefix + prompt));
  const responseOf = Uint32Array.from(inputs, ({ response }) => placeOf(responsePrefix + response));
  return { texts: [...places.keys()], promptOf, responseOf };
}
