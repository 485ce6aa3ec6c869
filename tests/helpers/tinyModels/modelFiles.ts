/** What both tiny models have in common as files. */

/** Files of a model by their paths, as on the hub. */
export type ModelFiles = Map<string, Uint8Array<ArrayBuffer>>;

export function modelFiles(
  onnx: Uint8Array<ArrayBuffer>,
  documents: Readonly<Record<string, unknown>>,
): ModelFiles {
  const encoder = new TextEncoder();
  const texts = Object.entries(documents).map(
    ([name, value]) => [`${name}.json`, encoder.encode(`${JSON.stringify(value, null, 2)}\n`)] as const,
  );
  return new Map([...texts, ['onnx/model.onnx', onnx]]);
}

/** Entry of tokenizer.json for a token that no text is split into. */
export function specialToken(content: string, id: number): Readonly<Record<string, unknown>> {
  return { id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
}
