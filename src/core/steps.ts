/**
 * Work in steps: a generator that yields now and then and returns the result. The same code runs in one go, or in slices
 * between which the page can breathe.
 */
export type Steps<T> = Generator<void, T, void>;

/** Items handled between two steps: well under a millisecond of work. */
export const STEP_ITEMS = 500;

export function inOneGo<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** @param pause called after every few steps and waited for */
export async function inSlices<T>(steps: Steps<T>, pause: () => Promise<void>): Promise<T> {
  for (let taken = 1; ; taken++) {
    const { done, value } = steps.next();
    if (done) return value;
    if (taken % 4 === 0) await pause();
  }
}
