/**
 * The scripts the page may start beside itself, all of them. With Trusted Types the browser itself refuses any other:
 * an address becomes a script only through the policy below, and the content policy lets no other policy be made.
 */
import embedder from '../../workers/embedder.worker.ts?worker&url';
import encoder from '../../workers/encoder.worker.ts?worker&url';
import generator from '../../workers/generator.worker.ts?worker&url';
import importer from '../../workers/importer.worker.ts?worker&url';
import journal from '../../workers/journal.worker.ts?worker&url';
import localServer from '../../workers/localServer.worker.ts?worker&url';
import modelDownload from '../../workers/modelDownload.worker.ts?worker&url';
import trainer from '../../workers/trainer.worker.ts?worker&url';

const WORKERS = { embedder, encoder, generator, importer, journal, localServer, modelDownload, trainer };

export type WorkerName = keyof typeof WORKERS;

interface ScriptPolicies {
  createPolicy(
    name: string,
    rules: { createScriptURL(address: string): string },
  ): { createScriptURL(address: string): unknown };
}

/** The name the content policy allows. */
export const POLICY_NAME = 'app-url';

/** Where the service worker lies: beside the page, so that it answers for everything below it. */
export const SERVICE_WORKER = 'sw.js';

let toScript: ((address: string) => string) | undefined;

export function startWorker(name: WorkerName): Worker {
  return new Worker(ownScript(WORKERS[name]), { type: 'module' });
}

/**
 * @param address a script of this build
 * @returns what `Worker` and `register` take; typed as the text it stands for, which TypeScript's own types ask for
 * @throws TypeError for every other address
 */
export function ownScript(address: string): string {
  toScript ??= createPolicy();
  return toScript(address);
}

function createPolicy(): (address: string) => string {
  const absolute = (address: string): string => new URL(address, document.baseURI).href;
  const own = new Set([...Object.values(WORKERS), SERVICE_WORKER].map(absolute));
  const createScriptURL = (address: string): string => {
    if (own.has(absolute(address))) return address;
    throw new TypeError(`${address} is not a script of this app.`);
  };
  // Not every browser has Trusted Types; TypeScript does not know them yet.
  const { trustedTypes } = globalThis as { trustedTypes?: ScriptPolicies };
  const policy = trustedTypes?.createPolicy(POLICY_NAME, { createScriptURL });
  return policy ? (address) => policy.createScriptURL(address) as string : createScriptURL;
}
