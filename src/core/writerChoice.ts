/** What a person chose to write candidates with, as it is remembered on the device. */
import { WEIGHTS } from './hubListing.ts';
import type { LanguageModel } from './languageModel.ts';
import type { ModelDevice } from './sentenceModel.ts';
import { dictionary, integer, list, oneOf, record, text, type Check } from './shape.ts';

export type WriterChoice =
  | { readonly kind: 'model'; readonly model: LanguageModel; readonly device: ModelDevice }
  /** The one the browser brings. */
  | { readonly kind: 'browser' }
  /** A model of a server on this machine. */
  | { readonly kind: 'server'; readonly address: string; readonly model: string };

const MAX_NAME = 200;
const MOST_TOKENS = 2 ** 24;

const model = record({
  name: text(MAX_NAME),
  source: text(MAX_NAME),
  commit: text(MAX_NAME),
  weights: dictionary(oneOf(WEIGHTS), 2),
  contextTokens: integer(1, MOST_TOKENS),
  stopIds: list(integer(0, MOST_TOKENS), 100),
});

const CHECKS: Readonly<Record<WriterChoice['kind'], Check>> = {
  model: record({ kind: oneOf(['model']), model, device: oneOf(['wasm', 'webgpu']) }),
  browser: record({ kind: oneOf(['browser']) }),
  server: record({ kind: oneOf(['server']), address: text(MAX_NAME), model: text(MAX_NAME) }),
};

/** The choice that a text remembers; undefined where it remembers none that this app knows. */
export function readWriterChoice(json: string | null): WriterChoice | undefined {
  if (json === null) return undefined;
  try {
    const value = JSON.parse(json) as WriterChoice;
    CHECKS[value.kind](value, 'writer');
    return value;
  } catch {
    return undefined;
  }
}
