/** Serves the page from source and opens it in headless Chromium. */
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';
import { createServer, defaultClientConditions } from 'vite';
import { isolationHeaders } from '../../src/securityHeaders.ts';
import { chromiumLaunchOptions } from '../runner/chromium.ts';
import type { Bench } from './page/page.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface BenchPage {
  /** Runs one function of the page's `bench`. */
  call<Name extends keyof Bench>(
    name: Name,
    ...args: Parameters<Bench[Name]>
  ): Promise<Awaited<ReturnType<Bench[Name]>>>;
  close(): Promise<void>;
}

/**
 * @param realAdapter the machine's graphics adapter and not the software one
 * @param isolated with memory shared between threads
 */
export async function openBenchPage(realAdapter: boolean, isolated: boolean): Promise<BenchPage> {
  const headers = isolated ? { ...isolationHeaders } : {};
  const server = await createServer({
    root: ROOT,
    configFile: false,
    cacheDir: 'node_modules/.vite-bench',
    logLevel: 'error',
    // The sources may be edited meanwhile; the page must not reload for it.
    server: { port: 0, host: '127.0.0.1', headers, hmr: false, watch: null },
    resolve: { conditions: ['onnxruntime-web-use-extern-wasm', ...defaultClientConditions] },
    optimizeDeps: { entries: ['tests/bench/page/index.html'] },
  });
  await server.listen();
  const { executablePath, args } = chromiumLaunchOptions();
  const browser = await chromium.launch({
    executablePath,
    args: realAdapter ? forRealAdapter(args) : args,
  });
  const page = await browser.newPage();
  page.on('pageerror', (error) => process.stderr.write(`page: ${error.message}\n`));
  await page.goto(`${server.resolvedUrls!.local[0]}tests/bench/page/index.html`);
  await page.waitForFunction(() => 'bench' in window, undefined, { timeout: 120_000 });
  return {
    call: (name, ...args) =>
      page.evaluate(
        ([method, values]) => (window.bench[method] as (...values: unknown[]) => never)(...values),
        [name, args] as const,
      ),
    async close() {
      await browser.close();
      await server.close();
    },
  };
}

/** Chromium blocks unknown drivers and keeps Vulkan off unless told otherwise. */
function forRealAdapter(args: readonly string[]): string[] {
  return [
    ...args.filter((argument) => !argument.startsWith('--use-webgpu-adapter')),
    '--enable-features=Vulkan',
    '--use-angle=vulkan',
    '--disable-vulkan-surface',
    '--ignore-gpu-blocklist',
    '--enable-gpu',
  ];
}
