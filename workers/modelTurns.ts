/**
 * Calls of a model's runtime, one after the other: two at once on a graphics device never end. A cancel is for all calls
 * made so far, those that wait included.
 */
import { errorCode, messageOf, PalateError } from '../src/core/palateError.ts';

export class ModelTurns {
  #last: Promise<unknown> = Promise.resolve();
  /** Grows with every cancel: a call that began under an earlier number is over. */
  #cancels = 0;

  /** @param act looks at `isOver` wherever the event loop had a turn */
  take<T>(act: (isOver: () => boolean) => Promise<T>): Promise<T> {
    const begun = this.#cancels;
    const next = this.#last.then(() => act(() => this.#cancels !== begun));
    this.#last = next.catch(() => undefined);
    return next;
  }

  cancel(): void {
    this.#cancels++;
  }
}

/** What the runtime throws says that the worker is of no more use. @throws PalateError `model-failed`, or one of ours */
export async function ran<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (errorCode(error)) throw error;
    throw new PalateError('model-failed', `The model could not be run: ${messageOf(error)}`, {
      cause: error,
    });
  }
}
