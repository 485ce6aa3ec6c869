/** A language server on this machine, off until the person connects to it: nothing is asked of it before. */
import type { TextSource } from '../core/languageModel.ts';
import { readServerAddress } from '../core/loopback.ts';
import { messageOf, PalateError } from '../core/palateError.ts';
import type { LocalServerApi } from '../../workers/localServerApi.ts';

/** Ollama's. */
export const DEFAULT_ADDRESS = 'http://localhost:11434';

export type LocalServerStatus =
  | { readonly kind: 'idle' | 'asking' }
  | { readonly kind: 'connected'; readonly models: readonly string[] }
  | { readonly kind: 'failed'; readonly message: string };

export class LocalServer {
  readonly #api: Pick<LocalServerApi, 'models' | 'generate' | 'cancel'>;
  #address = $state.raw('');
  #status = $state.raw<LocalServerStatus>({ kind: 'idle' });
  #hasAsked = $state(false);
  /** Grows whenever what was asked before is of no more interest. */
  #asked = 0;

  constructor(api: Pick<LocalServerApi, 'models' | 'generate' | 'cancel'>, address = DEFAULT_ADDRESS) {
    this.#api = api;
    this.#address = address;
  }

  /** As it was last given; where that connected, in its plain form. */
  get address(): string {
    return this.#address;
  }
  get status(): LocalServerStatus {
    return this.#status;
  }

  /** Whether the server was asked for anything since the page opened. */
  get hasAsked(): boolean {
    return this.#hasAsked;
  }

  async connect(address: string): Promise<void> {
    const asked = ++this.#asked;
    this.#address = address;
    this.#status = { kind: 'asking' };
    let status: LocalServerStatus;
    try {
      const plain = readServerAddress(address);
      this.#address = plain;
      this.#hasAsked = true;
      status = { kind: 'connected', models: await this.#api.models(plain) };
    } catch (error) {
      status = { kind: 'failed', message: messageOf(error) };
    }
    if (asked === this.#asked) this.#status = status;
  }

  /** Hangs up, and asks nothing more. */
  async disconnect(): Promise<void> {
    this.#asked++;
    this.#status = { kind: 'idle' };
    await this.#api.cancel();
  }

  /**
   * A model of the server whose address this is now. Whether it heeds a seed is the server's matter.
   * @param model one it told, or told another time
   */
  source(model: string): TextSource {
    const address = this.#address;
    const host = address.replace(/^https?:\/\//, '');
    return {
      name: `${model} on ${host}`,
      passesOver: [],
      generate: async (request, onProgress) => {
        if (this.#status.kind !== 'connected' || this.#address !== address) {
          throw new PalateError('server-failed', `Palate is not connected to ${host}. Connect to it first.`);
        }
        return this.#api.generate({ ...request, address, model }, onProgress);
      },
      cancel: () => this.#api.cancel(),
    };
  }
}
