/**
 * Keeps the app on this device and tells of new versions. A version that came in waits: it takes over when the last
 * tab is closed, or when the person asks for it here, and nothing is ever reloaded unasked.
 */
import { TAB_LOCK, TAKE_OVER } from '../core/updateSignals.ts';
import { ownScript, SERVICE_WORKER } from './workerScripts.ts';

/** What is used of `navigator.serviceWorker`; absent where the browser has none, and while the app is developed. */
export type ServiceWorkers = Pick<
  ServiceWorkerContainer,
  'controller' | 'register' | 'ready' | 'addEventListener'
>;

export interface UpdateContext {
  readonly workers: ServiceWorkers | undefined;
  /** Address of the service worker. */
  readonly script: string;
  readonly page: Pick<Document, 'visibilityState' | 'addEventListener'>;
  /** Holds the build of this tab as long as the tab lives, so that no newer one deletes its files. */
  readonly holdBuild: () => void;
  readonly reload: () => void;
  /** Whether this page came with the security headers. */
  readonly isGuarded: boolean;
}

const CHECK_EVERY_MS = 3 * 60 * 60_000;
const TAKE_OVER_LIMIT_MS = 5_000;

export class AppUpdates {
  readonly #context: UpdateContext;
  #registration?: ServiceWorkerRegistration;
  #isReady = $state.raw(false);
  #isKept = $state.raw(false);
  #isReloading = false;
  #hasController = false;

  constructor(context: UpdateContext) {
    this.#context = context;
  }

  /** A newer version is here and waits to be asked for. */
  get isReady(): boolean {
    return this.#isReady;
  }
  /** Everything the app needs is kept here: it starts without a connection. */
  get worksOffline(): boolean {
    return this.#isKept;
  }
  /** The host sent this page without its security headers, and the next load will have them all the same. */
  get canBeGuarded(): boolean {
    return this.#isKept && !this.#context.isGuarded;
  }

  /** Has the app kept; a browser that refuses still runs it, from its host. */
  async start(): Promise<void> {
    const { workers, script, page, holdBuild } = this.#context;
    if (!workers) return;
    holdBuild();
    this.#hasController = Boolean(workers.controller);
    workers.addEventListener('controllerchange', () => this.#afterTakeOver());
    void workers.ready.then(() => (this.#isKept = true));
    try {
      this.#registration = await workers.register(script, { updateViaCache: 'none' });
    } catch {
      return;
    }
    this.#follow(this.#registration);
    page.addEventListener('visibilitychange', () => {
      if (page.visibilityState === 'visible') void this.check();
    });
    setInterval(() => void this.check(), CHECK_EVERY_MS);
    await this.check();
  }

  /** Asks the host for a newer version; without a connection there is none. */
  async check(): Promise<void> {
    await this.#registration?.update().catch(() => undefined);
  }

  /** Reloads the page with the newest version that is here. */
  reload(): void {
    const waiting = this.#registration?.waiting;
    if (!waiting) return this.#context.reload();
    this.#isReloading = true;
    waiting.postMessage(TAKE_OVER);
    // One that does not answer is no reason to keep the person waiting.
    setTimeout(() => this.#context.reload(), TAKE_OVER_LIMIT_MS);
  }

  #follow(registration: ServiceWorkerRegistration): void {
    if (registration.waiting) this.#tellInstalled();
    const followNew = ({ installing }: ServiceWorkerRegistration): void =>
      installing?.addEventListener('statechange', () => {
        if (installing.state === 'installed') this.#tellInstalled();
      });
    followNew(registration);
    registration.addEventListener('updatefound', () => followNew(registration));
  }

  /** At a first visit what came in is what the page runs. */
  #tellInstalled(): void {
    if (this.#context.workers?.controller) this.#isReady = true;
  }

  /** Another tab may have asked for the new version: this one goes on with its own. */
  #afterTakeOver(): void {
    if (this.#isReloading) this.#context.reload();
    else if (this.#hasController) this.#isReady = true;
    this.#hasController = true;
  }
}

/** The updates of the page in a browser. */
export function browserUpdates(): AppUpdates {
  return new AppUpdates({
    // What is being developed changes under the page and is not kept.
    workers: import.meta.env.PROD ? navigator.serviceWorker : undefined,
    script: ownScript(SERVICE_WORKER),
    page: document,
    holdBuild: () => {
      const forever = new Promise<never>(() => undefined);
      void navigator.locks.request(TAB_LOCK + import.meta.url, { mode: 'shared' }, () => forever);
    },
    reload: () => window.location.reload(),
    isGuarded: window.crossOriginIsolated,
  });
}
