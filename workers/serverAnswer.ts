/** An answer of a language server while it comes in: in pieces, or in one where a server does not stream. */
import type { AnswerEnd } from '../src/core/languageModel.ts';
import { isRecord } from '../src/core/shape.ts';
import { stopPlace } from '../src/core/stopTexts.ts';

const [THINKS, HAS_THOUGHT] = ['<think>', '</think>'];

export class ServerAnswer {
  readonly #stopTexts: readonly string[];
  #written = '';
  #hasBegun = false;
  #isOver = false;
  #end?: AnswerEnd;
  #tokens?: number;

  constructor(stopTexts: readonly string[]) {
    this.#stopTexts = stopTexts;
  }

  /** So far: without what the model thinks aloud, without what ends it, without blanks around it. */
  get text(): string {
    return this.#spoken.slice(0, stopPlace(this.#spoken, this.#stopTexts)).trim();
  }

  /** Whether anything came that is of an answer. */
  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  /** Whether nothing of it is to come that is wanted. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Whether it was said, or is plain, that it is whole. */
  get isWhole(): boolean {
    return this.#end !== undefined || this.#isOver;
  }

  get whole(): { readonly text: string; readonly tokens?: number; readonly end: AnswerEnd } {
    const tokens = this.#tokens === undefined ? {} : { tokens: this.#tokens };
    return { text: this.text, ...tokens, end: this.#end ?? 'model' };
  }

  /** @param said an event of a stream, or all there is: its choice has a `delta` or a `message` */
  take({ choices, usage }: Readonly<Record<string, unknown>>): void {
    if (isRecord(usage) && Number.isInteger(usage.completion_tokens)) {
      this.#tokens = usage.completion_tokens as number;
    }
    const choice: unknown = Array.isArray(choices) ? choices[0] : undefined;
    if (!isRecord(choice)) return;
    this.#hasBegun = true;
    const part = choice.delta ?? choice.message;
    // What is thought aloud comes as `reasoning_content` or `reasoning`, where the server tells it apart.
    if (isRecord(part) && typeof part.content === 'string') this.#written += part.content;
    if (stopPlace(this.#spoken, this.#stopTexts) !== undefined) {
      this.#end = 'stop-text';
      this.#isOver = true;
    } else if (typeof choice.finish_reason === 'string') {
      this.#end = choice.finish_reason === 'length' ? 'length' : 'model';
    }
  }

  /** The server says that this was all. */
  finish(): void {
    this.#isOver = true;
  }

  /** What a server that does not tell thoughts apart sends begins with them. */
  get #spoken(): string {
    const begun = this.#written.trimStart();
    if (!begun.startsWith(THINKS)) return !this.isWhole && THINKS.startsWith(begun) ? '' : this.#written;
    const thought = begun.indexOf(HAS_THOUGHT);
    return thought < 0 ? '' : begun.slice(thought + HAS_THOUGHT.length);
  }
}
