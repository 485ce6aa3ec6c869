/** An answer while it is being written: how long it may become, how much of it counts, and when it ends. */
import type { AnswerEnd } from '../../core/languageModel.ts';
import { PalateError } from '../../core/palateError.ts';
import { stopPlace } from '../../core/stopTexts.ts';

/**
 * Tokens that an answer may have, at most as many as asked for: the prompt and it must fit what the model can hold, or
 * its run fails. A prompt is never cut, because what it asks for may stand anywhere.
 * @throws PalateError `bad-prompt` where the prompt is empty or leaves no room
 */
export function roomForAnswer(promptTokens: number, contextTokens: number, maxNewTokens: number): number {
  if (promptTokens === 0) throw new PalateError('bad-prompt', 'The prompt is empty: write what to ask for.');
  const room = contextTokens - promptTokens;
  if (room > 0) return Math.min(room, maxNewTokens);
  throw new PalateError(
    'bad-prompt',
    `The prompt has ${promptTokens} tokens, and this model holds ${contextTokens} with the answer. ` +
      'Shorten the prompt, or choose a model that holds more.',
  );
}

export interface EndsOfAnswer {
  readonly endIds: readonly number[];
  readonly stopTexts: readonly string[];
}

export class GrowingAnswer {
  readonly #decode: (tokens: number[]) => string;
  readonly #ends: EndsOfAnswer;
  readonly #drawn: number[] = [];
  #tokens = 0;
  #text = '';
  #end?: AnswerEnd;

  constructor(decode: (tokens: number[]) => string, ends: EndsOfAnswer) {
    this.#decode = decode;
    this.#ends = ends;
  }

  /** So far: without what ends it, and without a last character that still lacks some of its bytes. */
  get text(): string {
    return this.#text;
  }

  /** Drawn so far, that which ended it included. */
  get tokens(): number {
    return this.#tokens;
  }

  get end(): AnswerEnd | undefined {
    return this.#end;
  }

  take(token: number): void {
    this.#tokens++;
    if (this.#ends.endIds.includes(token)) {
      this.#end = 'model';
      return;
    }
    this.#drawn.push(token);
    const text = this.#decode(this.#drawn);
    const place = stopPlace(text, this.#ends.stopTexts);
    if (place !== undefined) this.#end = 'stop-text';
    this.#text = text.slice(0, place).replace(/\uFFFD+$/, '');
  }

  /** A person wants no more of it. */
  cancel(): void {
    this.#end = 'cancelled';
  }
}
