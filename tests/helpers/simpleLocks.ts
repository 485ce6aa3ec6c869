/** The part of the browser's locks that is used, one lock after the other, for tabs that are objects of one test. */
export class SimpleLocks {
  #last: Promise<unknown> = Promise.resolve();
  #held = 0;

  readonly request = async (...args: unknown[]): Promise<unknown> => {
    const options = (args.length === 3 ? args[1] : {}) as LockOptions;
    const use = args.at(-1) as (lock: Lock | null) => unknown;
    if (options.ifAvailable && this.#held > 0) return use(null);
    this.#held++;
    const before = this.#last;
    const used = before.then(() => use({ name: String(args[0]), mode: 'exclusive' }));
    this.#last = used.catch(() => undefined).finally(() => this.#held--);
    return used;
  };

  get manager(): LockManager {
    return { request: this.request, query: () => Promise.resolve({}) } as LockManager;
  }
}
