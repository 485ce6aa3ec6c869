/** The one model that a worker holds open. */
export class OpenedModel<Runtime extends { close(): Promise<void> }> {
  #opened?: { readonly key: string; readonly runtime: Runtime };

  /** Closes another one first: two would need room for both. @param key names the model and all it is opened with */
  async get(key: string, open: () => Promise<Runtime>): Promise<Runtime> {
    if (this.#opened?.key === key) return this.#opened.runtime;
    await this.#opened?.runtime.close();
    this.#opened = undefined;
    const runtime = await open();
    this.#opened = { key, runtime };
    return runtime;
  }
}
