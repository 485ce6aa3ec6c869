/** A static host whose contents, headers and health a test decides, and builds that differ from one another. */
import { cpSync, existsSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { cacheControl, headersOf } from '../../src/securityHeaders.ts';
import { listBuild } from '../../tools/serviceWorkerPlugin.ts';

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};

export class Host {
  /** The folder that is served; what was there before is gone from the host. */
  folder: string;
  sendsHeaders = true;
  /** Answers in place of the host's own for some paths. */
  spoil: (path: string, response: ServerResponse) => boolean = () => false;
  /** How long each answer takes. */
  delayMs: () => number = () => 0;
  /** Paths that were asked for and not there, from the root. */
  readonly missing: string[] = [];
  #server?: Server;
  #port = 0;

  constructor(folder: string) {
    this.folder = folder;
  }

  get address(): string {
    return `http://localhost:${this.#port}`;
  }

  /** Starts, or starts again at the same address. */
  async start(): Promise<this> {
    const server = createServer((request, response) => {
      setTimeout(() => this.#answer(request.url!.split('?')[0], response), this.delayMs());
    });
    await new Promise<void>((resolve) => server.listen(this.#port, resolve));
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
    return this;
  }

  /** Gone: not even a connection is accepted. */
  async stop(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    this.#server = undefined;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }

  #answer(path: string, response: ServerResponse): void {
    const file = join(this.folder, path.endsWith('/') ? `${path}index.html` : path);
    if (this.sendsHeaders) {
      for (const [name, value] of Object.entries(headersOf(path))) response.setHeader(name, value);
    }
    response.setHeader('Cache-Control', cacheControl(path));
    response.setHeader('Vary', 'Origin');
    response.setHeader('Content-Type', CONTENT_TYPES[extname(file)] ?? 'application/octet-stream');
    if (this.spoil(path, response)) return;
    if (!existsSync(file) || statSync(file).isDirectory()) {
      this.missing.push(path);
      response.statusCode = 404;
      response.setHeader('Content-Type', 'text/html');
      response.end('<!doctype html><title>Not found</title>');
    } else response.end(readFileSync(file));
  }
}

/**
 * Copies a build as another version of it: every script, style and font has another name and, but for the fonts,
 * other contents, and the service worker knows them. This takes no second build.
 * @param mark letters and digits
 */
export function writeVersion(build: string, folder: string, mark: string): string {
  cpSync(build, folder, { recursive: true });
  const before = listBuild(folder);
  const assets = readdirSync(join(folder, 'assets'));
  const renamed = assets.map((name) => [name, name.replace(/\.(\w+)$/, `${mark}.$1`)] as const);
  const rename = (text: string): string =>
    renamed.reduce((all, [from, to]) => all.replaceAll(from, to), text);
  for (const [from, to] of renamed) renameSync(join(folder, 'assets', from), join(folder, 'assets', to));
  const pages = readdirSync(folder).filter((name) => name.endsWith('.html'));
  for (const path of [...renamed.map(([, to]) => `assets/${to}`), ...pages]) {
    if (/\.(js|css|html)$/.test(path)) rewrite(join(folder, path), rename);
  }
  const after = listBuild(folder);
  rewrite(join(folder, 'sw.js'), (text) => {
    const named = rename(text).replaceAll(before.id, after.id);
    return Object.entries(before.files).reduce(
      (all, [path, hash]) => all.replaceAll(hash, after.files[rename(path)]),
      named,
    );
  });
  return folder;
}

function rewrite(file: string, change: (text: string) => string): void {
  writeFileSync(file, change(readFileSync(file, 'utf8')));
}
