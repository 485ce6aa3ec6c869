/**
 * The files of one build, kept by the browser beside those of the builds before it. Bytes are checked against the
 * hashes the build was made with whenever they come in and whenever they go out: what is cut short, another file, or
 * changed in the cache by whoever is not served. Files of older builds go out only for tabs that still run them.
 *
 * A cache is named `palate <folder> <build>`: several copies of the app on one host keep out of each other's way.
 */
import { TAB_LOCK } from '../src/core/updateSignals.ts';

/** What the build hands to its service worker. */
export interface Build {
  readonly id: string;
  /** SHA-256 in hexadecimal by path from the root of the build. */
  readonly files: Readonly<Record<string, string>>;
  /** Those of them that are large and not everybody's: kept once they were asked for. */
  readonly onDemand: readonly string[];
}

/** What is used of the browser. */
export interface CacheContext {
  /** Address of the root of the build, with its last slash. */
  readonly root: string;
  readonly caches: Pick<CacheStorage, 'open' | 'keys' | 'has' | 'delete'>;
  readonly locks: Pick<LockManager, 'query'>;
  readonly fetch: (address: string, options: RequestInit) => Promise<Response>;
}

/** Builds kept although no tab is known to run them: a page says so only once its script has started. */
const SPARE_BUILDS = 2;

export class BuildCache {
  readonly #build: Build;
  readonly #context: CacheContext;
  readonly #prefix: string;

  constructor(build: Build, context: CacheContext) {
    this.#build = build;
    this.#context = context;
    this.#prefix = `palate ${new URL(context.root).pathname} `;
  }

  /**
   * Takes in what is missing of the build, from older builds where they hold the same bytes, else from the host.
   * @throws Error naming the file that cannot be had; a cache that was begun for it is gone again
   */
  async complete(): Promise<void> {
    const { caches } = this.#context;
    const isNew = !(await caches.has(this.#name));
    const others = (await this.#otherNames()).reverse();
    const outcomes = await Promise.allSettled(this.#always().map((path) => this.#take(path, others)));
    const failed = outcomes.find(({ status }) => status === 'rejected');
    // What an older build was asked for is not fetched again, and still there without the host.
    if (!failed) return this.#takeOver(others);
    if (isNew) await this.#forget(this.#name);
    throw (failed as PromiseRejectedResult).reason;
  }

  /** Whether every file is there; whether its bytes are right is seen when it is read. */
  async isComplete(): Promise<boolean> {
    const cache = await this.#context.caches.open(this.#name);
    const kept = new Set((await cache.keys()).map(({ url }) => url));
    return this.#always().every((path) => kept.has(this.#address(path)));
  }

  /** The path of the file that is asked for, where it is one of this build. */
  pathOf(address: string): string | undefined {
    const { origin, pathname } = new URL(address);
    const root = new URL(this.#context.root);
    if (origin !== root.origin || !pathname.startsWith(root.pathname)) return undefined;
    const asked = pathname.slice(root.pathname.length);
    return [asked || 'index.html', `${asked}.html`].find((path) => Object.hasOwn(this.#build.files, path));
  }

  /**
   * The bytes of a file of this build.
   * @returns undefined where they are lost, or are no longer what was built; then they are forgotten
   */
  async read(path: string): Promise<ArrayBuffer | undefined> {
    const cache = await this.#context.caches.open(this.#name);
    const kept = await cache.match(this.#address(path), ANY_HEADERS);
    const bytes = await this.#checked(path, kept);
    // One that was missing may have come in meanwhile.
    if (kept && !bytes) await cache.delete(this.#address(path));
    return bytes;
  }

  /**
   * The bytes of a file that is kept once it was asked for, fetched if it was not; where there is no room for it, it is
   * fetched every time.
   * @returns undefined for any other file
   * @throws Error where it cannot be had
   */
  async readOnDemand(path: string): Promise<ArrayBuffer | undefined> {
    if (!this.#build.onDemand.includes(path)) return undefined;
    const bytes = await this.#fetchChecked(path, []);
    const cache = await this.#context.caches.open(this.#name);
    await cache.put(this.#address(path), new Response(bytes)).catch(() => undefined);
    return bytes;
  }

  /** A script or style that a tab of an older build asks for. */
  async readOlder(address: string): Promise<ArrayBuffer | undefined> {
    if (!address.startsWith(this.#address('assets/'))) return undefined;
    for (const name of await this.#otherNames()) {
      const found = await (await this.#context.caches.open(name)).match(address, ANY_HEADERS);
      if (found) return found.arrayBuffer();
    }
    return undefined;
  }

  /** Deletes the builds that no tab runs, but for the latest. */
  async forgetOlder(): Promise<void> {
    const { caches, locks } = this.#context;
    const { held = [] } = await locks.query();
    const inUse = held.flatMap(({ name }) =>
      name?.startsWith(TAB_LOCK) ? [name.slice(TAB_LOCK.length)] : [],
    );
    for (const name of (await this.#otherNames()).slice(0, -SPARE_BUILDS)) {
      const cache = await caches.open(name);
      const found = await Promise.all(inUse.map((address) => cache.match(address, ANY_HEADERS)));
      if (!found.some(Boolean)) await this.#forget(name);
    }
  }

  get #name(): string {
    return this.#prefix + this.#build.id;
  }

  #address(path: string): string {
    return this.#context.root + path;
  }

  /** Oldest first. */
  async #otherNames(): Promise<string[]> {
    const names = await this.#context.caches.keys();
    return names.filter((name) => name.startsWith(this.#prefix) && name !== this.#name);
  }

  /** File by file first: what is deleted with its cache, Chromium 150 goes on counting against the room there is. */
  async #forget(name: string): Promise<void> {
    const { caches } = this.#context;
    const cache = await caches.open(name);
    for (const file of await cache.keys()) await cache.delete(file);
    await caches.delete(name);
  }

  /** The files without which nothing works. */
  #always(): readonly string[] {
    const { files, onDemand } = this.#build;
    return Object.keys(files).filter((path) => !onDemand.includes(path));
  }

  async #takeOver(others: readonly string[]): Promise<void> {
    const { caches } = this.#context;
    const cache = await caches.open(this.#name);
    for (const path of this.#build.onDemand) {
      for (const name of others) {
        const found = await (await caches.open(name)).match(this.#address(path), ANY_HEADERS);
        const bytes = await this.#checked(path, found);
        if (bytes) await cache.put(this.#address(path), new Response(bytes)).catch(() => undefined);
        if (bytes) break;
      }
    }
  }

  async #take(path: string, others: readonly string[]): Promise<void> {
    if (await this.read(path)) return;
    const bytes = await this.#fetchChecked(path, others);
    await (await this.#context.caches.open(this.#name)).put(this.#address(path), new Response(bytes));
  }

  /** The bytes of a file from other builds, else from the host. @throws Error naming the file */
  async #fetchChecked(path: string, others: readonly string[]): Promise<ArrayBuffer> {
    const { caches, fetch } = this.#context;
    const address = this.#address(path);
    const sources = [
      ...others.map((name) => async () => (await caches.open(name)).match(address, ANY_HEADERS)),
      () => fetch(address, { cache: 'no-cache' }),
      // What lies between the host and here may have kept something else.
      () => fetch(address, { cache: 'reload' }),
    ];
    for (const source of sources) {
      const bytes = await this.#checked(path, await source());
      if (bytes) return bytes;
    }
    throw new Error(
      `${address} is not the file of build ${this.#build.id} that it should be: its bytes have another hash.`,
    );
  }

  /** The bytes of the answer if they are those that were built. */
  async #checked(path: string, response: Response | undefined): Promise<ArrayBuffer | undefined> {
    if (!response) return undefined;
    const bytes = await response.arrayBuffer();
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
    const text = Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
    return text === this.#build.files[path] ? bytes : undefined;
  }
}

/** Hosts send `Vary: Origin`, and a page asks for its scripts with that header, the service worker without. */
const ANY_HEADERS = { ignoreVary: true };
