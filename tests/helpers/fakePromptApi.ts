/**
 * A browser's own language model as the Prompt API gives it: it downloads only after a click, writes in pieces that are
 * added to each other, and obeys signals.
 */
import type { PromptApi, PromptSession } from '../../src/state/browserModel.svelte.ts';

type Options = Parameters<PromptApi['create']>[0];

export class FakePromptApi implements PromptApi {
  state: Awaited<ReturnType<PromptApi['availability']>> = 'available';
  /** Whether a person has just clicked. */
  isClicked = true;
  /** What is written, by the number of the session. */
  write: (session: number) => readonly string[] = (session) => ['Tea ', 'is ', `good ${session}.`];
  /** Thrown in place of an answer. */
  failure?: Error;
  readonly created: Options[] = [];
  readonly asked: unknown[] = [];
  downloads = 0;
  open = 0;

  async availability(): Promise<typeof this.state> {
    return this.state;
  }

  async create(options: Options): Promise<PromptSession> {
    if (this.state === 'unavailable')
      throw new DOMException('The device is not eligible.', 'NotSupportedError');
    options.signal?.throwIfAborted();
    if (this.state !== 'available') await this.#download(options);
    const number = this.created.push(options) - 1;
    this.open++;
    return {
      promptStreaming: (input, { signal }) => {
        this.asked.push(input);
        return this.#stream(number, signal);
      },
      destroy: () => void this.open--,
    };
  }

  async #download({ monitor }: Options): Promise<void> {
    if (!this.isClicked) throw new DOMException('Requires a user gesture.', 'NotAllowedError');
    this.downloads++;
    this.state = 'downloading';
    const target = new EventTarget();
    monitor?.(target as never);
    for (const loaded of [0, 0.5, 1]) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      target.dispatchEvent(Object.assign(new Event('downloadprogress'), { loaded, total: 1 }));
    }
    this.state = 'available';
  }

  #stream(session: number, signal: AbortSignal): ReadableStream<string> {
    const pieces = [...this.write(session)];
    return new ReadableStream({
      start: (controller) => {
        if (this.failure) controller.error(this.failure);
        signal.addEventListener('abort', () => controller.error(signal.reason));
      },
      pull: async (controller) => {
        await new Promise((resolve) => setTimeout(resolve, 2));
        if (signal.aborted) return;
        const piece = pieces.shift();
        if (piece === undefined) controller.close();
        else controller.enqueue(piece);
      },
    });
  }
}
