/**
 * Tries every channel in a real browser against the sink: in the app as it is served, or in bare pages and workers
 * without any protection, which shows that a channel would work.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext } from 'playwright';
import { build } from 'vite';
import { CHANNELS, type Context } from '../../src/selfcheck/channels.ts';
import { chromiumLaunchOptions } from '../runner/chromium.ts';
import { Sink } from './sink.ts';

/** Makes a Chromium that knows the header Connection-Allowlist, but waits for its trial to end, obey it. */
export const OBEY_ALLOWLIST = '--enable-features=ConnectionAllowlists,OverrideConnectionAllowlistOriginTrial';

export interface BatteryResult {
  /** Channels tried, as `channel.context`. */
  readonly tried: readonly string[];
  /** Those of them that got through to the sink. */
  readonly reached: readonly string[];
  /** Those whose host the browser looked up or connected to, as its own log of the network tells, and no more. */
  readonly connected: readonly string[];
}

/** Keeps Chromium from guessing ahead, which would hide what a page can make it guess. */
const QUIET = '--disable-background-networking';
interface Realm {
  evaluate(code: string): Promise<unknown>;
}

const PATIENCE_MS = 2_000;
const CONTEXTS: readonly Context[] = ['page', 'worker', 'service worker'];
const DATAGRAMS = [
  ...['web-rtc.page', 'web-rtc-of-a-frame.page'],
  ...CONTEXTS.map((context) => `web-transport.${hostOf(context)}`),
];

/**
 * @param protection what of it is there: the headers on bare pages, or the app at its address
 * @param flags of Chromium
 */
export async function runBattery(
  protection: { readonly headers: Readonly<Record<string, string>>; readonly app?: string },
  flags: readonly string[],
): Promise<BatteryResult> {
  const sink = await Sink.open(DATAGRAMS);
  const bare = await BareServer.open(protection.headers);
  const folder = mkdtempSync(join(tmpdir(), 'palate-battery-'));
  const browser = await openBrowser(folder, flags);
  try {
    const start = protection.app ?? bare.address;
    const code = await bundle();
    const codeFor = (name: string, context: Context, value: string | number): string => {
      const values = [sink.aim(hostOf(context)), context, value].map((one) => JSON.stringify(one));
      return `${code}; battery.${name}(${values.join()})`;
    };
    const page = await browser.newPage();
    await page.goto(start);
    const realms: Readonly<Record<Context, Realm>> = {
      page,
      worker: page.workers()[0] ?? (await page.waitForEvent('worker')),
      'service worker': browser.serviceWorkers()[0] ?? (await browser.waitForEvent('serviceworker')),
    };
    const tried: string[] = [];
    for (const context of CONTEXTS) {
      const names = (await realms[context].evaluate(codeFor('tryAll', context, PATIENCE_MS))) as string[];
      tried.push(...names.map((name) => `${name}.${hostOf(context)}`));
    }
    for (const { name, contexts } of CHANNELS.filter(({ leaves }) => leaves)) {
      const [context] = contexts;
      tried.push(`${name}.${hostOf(context)}`);
      const leaving = await browser.newPage();
      await leaving.goto(start);
      const realm = context === 'page' ? leaving : realms['service worker'];
      // It rejects when the page goes away under it.
      await realm.evaluate(codeFor('tryToLeave', context, name)).catch(() => undefined);
      await leaving.waitForTimeout(PATIENCE_MS / 2);
      await leaving.close();
    }
    // The log is whole when the browser is closed.
    await browser.close();
    const logged = new Set(
      [...readFileSync(logIn(folder), 'utf8').matchAll(sink.names)].map(([, name]) => name),
    );
    const { reached } = sink;
    return { tried, reached, connected: [...logged].filter((name) => !reached.includes(name)) };
  } finally {
    await browser.close();
    bare.close();
    sink.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** With a profile on disk, as a person has it: in a private window Chromium fetches less ahead of time. */
async function openBrowser(folder: string, flags: readonly string[]): Promise<BrowserContext> {
  const { executablePath, args } = chromiumLaunchOptions();
  return chromium.launchPersistentContext(folder, {
    executablePath,
    args: [...args.filter((argument) => argument !== QUIET), ...flags, `--log-net-log=${logIn(folder)}`],
    ignoreDefaultArgs: [QUIET],
  });
}

function logIn(folder: string): string {
  return join(folder, 'network.json');
}

function hostOf(context: Context): string {
  return context.replace(' ', '-');
}

async function bundle(): Promise<string> {
  const entry = join(import.meta.dirname, 'inside.ts');
  const result = await build({
    configFile: false,
    logLevel: 'error',
    build: { write: false, minify: false, lib: { entry, formats: ['iife'], name: 'battery' } },
  });
  const [{ output }] = result as { output: { code: string }[] }[];
  return output[0].code;
}

const BARE_START = `
  const rules = { createScriptURL: (address) => address };
  const policy = globalThis.trustedTypes?.createPolicy('app-url', rules) ?? rules;
  new Worker(policy.createScriptURL('/worker.js'));
  navigator.serviceWorker.register(policy.createScriptURL('/service-worker.js'));
`;

/** An empty page with an empty worker and an empty service worker, all with the headers given. */
class BareServer {
  readonly #server: Server;
  readonly address: string;

  private constructor(server: Server) {
    this.#server = server;
    this.address = `http://localhost:${(server.address() as AddressInfo).port}/`;
  }

  static async open(headers: Readonly<Record<string, string>>): Promise<BareServer> {
    const server = createServer((request, response) => {
      const isScript = request.url!.endsWith('.js');
      response.setHeader('Content-Type', isScript ? 'text/javascript' : 'text/html');
      response.setHeaders(new Map(Object.entries(headers)));
      if (request.url === '/start.js') response.end(BARE_START);
      else if (request.url === '/service-worker.js')
        response.end('onactivate = (event) => event.waitUntil(clients.claim())');
      else if (isScript) response.end('onmessage = () => undefined');
      else response.end('<!doctype html><title>bare</title><body><script src="/start.js"></script>');
    });
    await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
    return new BareServer(server);
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
