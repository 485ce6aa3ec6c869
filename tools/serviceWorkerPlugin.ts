/**
 * Puts the service worker at the root of the build, as `sw.js`: last, for it holds the list of all other files with
 * their hashes. It is one script without imports, so nothing of it can be missing or of another build.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build, type Plugin } from 'vite';
import type { Build } from '../workers/buildCache.ts';

const SERVICE_WORKER = 'sw.js';
/** What runs models: 45 MB that most people never ask for. */
export const ON_DEMAND = /^assets\/((embedder|generator)\.worker|ort-wasm)/;

export function serviceWorkerPlugin(): Plugin {
  let outDir = '';
  return {
    name: 'palate-service-worker',
    apply: 'build',
    configResolved(config) {
      outDir = resolve(config.root, config.build.outDir);
    },
    writeBundle: { order: 'post', sequential: true, handler: () => writeServiceWorker(outDir) },
  };
}

async function writeServiceWorker(outDir: string): Promise<void> {
  await build({
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    define: { __BUILD__: JSON.stringify(listBuild(outDir)) },
    build: {
      target: 'es2022',
      outDir,
      emptyOutDir: false,
      rolldownOptions: {
        input: resolve(import.meta.dirname, '../workers/serviceWorker.ts'),
        output: { format: 'iife', entryFileNames: SERVICE_WORKER },
      },
    },
  });
}

/**
 * Every file a browser may ask for, in one order on every machine. Names with an underscore in front are for the host
 * and not served.
 */
export function listBuild(folder: string): Build {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(folder, path)).isFile())
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path !== SERVICE_WORKER && !path.startsWith('_'))
    .sort();
  const files = Object.fromEntries(paths.map((path) => [path, sha256(readFileSync(join(folder, path)))]));
  return {
    id: sha256(JSON.stringify(files)).slice(0, 16),
    files,
    onDemand: paths.filter((path) => ON_DEMAND.test(path)),
  };
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
