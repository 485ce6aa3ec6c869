/** A browser whose pages run parts of the app from source, with faults in them. */
import { resolve } from 'node:path';
import { chromium, type Browser, type BrowserContext, type CDPSession, type Page } from 'playwright';
import { createServer, type ViteDevServer } from 'vite';
import { isolationHeaders } from '../../src/securityHeaders.ts';
import { chromiumLaunchOptions } from '../runner/chromium.ts';

export const ROOT = resolve(import.meta.dirname, '../..');

export interface LabOptions {
  /** Of the page in `tests/faults/page`, and of what it puts on its window. */
  readonly name: string;
  /** What a page may ask of the one who drives it, before it is loaded. */
  readonly expose?: (page: Page, browser: CDPSession) => Promise<void>;
  /** Once, in the page of most faults. */
  readonly prepare?: (page: Page) => Promise<void>;
}

export class Lab {
  readonly #server: ViteDevServer;
  readonly #browser: Browser;
  readonly #options: LabOptions;
  #context?: BrowserContext;
  #page?: Page;

  private constructor(server: ViteDevServer, browser: Browser, options: LabOptions) {
    this.#server = server;
    this.#browser = browser;
    this.#options = options;
  }

  static async open(options: LabOptions): Promise<Lab> {
    const server = await createServer({
      root: ROOT,
      configFile: false,
      cacheDir: 'node_modules/.vite-faults',
      logLevel: 'error',
      appType: 'mpa',
      server: { port: 0, host: '127.0.0.1', headers: { ...isolationHeaders }, hmr: false, watch: null },
      // The same of every lab, which share what is prepared.
      optimizeDeps: {
        entries: [
          'tests/faults/page/*.html',
          'tests/faults/page/*.worker.ts',
          'tests/helpers/faulty.worker.ts',
        ],
      },
      worker: { format: 'es' },
    });
    await server.listen();
    return new Lab(server, await chromium.launch(chromiumLaunchOptions()), options);
  }

  /** The page of most faults. */
  async page(): Promise<Page> {
    if (this.#page) return this.#page;
    this.#page = await this.newPage();
    await this.#options.prepare?.(this.#page);
    return this.#page;
  }

  async newPage(): Promise<Page> {
    const { name, expose } = this.#options;
    this.#context ??= await this.#browser.newContext();
    const page = await this.#context.newPage();
    page.setDefaultTimeout(0);
    await expose?.(page, await this.#browser.newBrowserCDPSession());
    await page.goto(`${this.#server.resolvedUrls!.local[0]}tests/faults/page/${name}.html`);
    await page.waitForFunction((verbs) => verbs in window, name);
    return page;
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.#server.close();
  }
}
