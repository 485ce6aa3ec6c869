/** The built app behind its own server, built and served when it is first asked for. */
import { build, preview, type PreviewServer } from 'vite';

export class ServedApp {
  #server?: Promise<PreviewServer>;

  async address(): Promise<string> {
    this.#server ??= build({ logLevel: 'error' }).then(() =>
      preview({ preview: { port: 0 }, logLevel: 'error' }),
    );
    return (await this.#server).resolvedUrls!.local[0];
  }

  async close(): Promise<void> {
    await (await this.#server)?.close();
  }
}
