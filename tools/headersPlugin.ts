/**
 * Brings the headers to every server: they differ by file, so that Vite's own are told here and not in its settings.
 * Where a server is not ours, the policy stands in the built pages, and all headers in the file `_headers`, which
 * Netlify and Cloudflare Pages read.
 */
import type { IncomingMessage } from 'node:http';
import type { HtmlTagDescriptor, Plugin } from 'vite';
import {
  cacheControl,
  developmentHeadersOf,
  differingHeaders,
  headersOf,
  policyInPage,
  securityHeaders,
} from '../src/securityHeaders.ts';

export function headersPlugin(): Plugin {
  return {
    name: 'palate-headers',
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        response.setHeaders(new Map(Object.entries(developmentHeadersOf(pathOf(request)))));
        next();
      });
    },
    configurePreviewServer(server) {
      server.middlewares.use((request, response, next) => {
        const path = pathOf(request);
        response.setHeaders(new Map(Object.entries(headersOf(path))));
        response.setHeader('Cache-Control', cacheControl(path));
        next();
      });
    },
    transformIndexHtml: (_, { server }) => (server ? [] : Object.entries(policyInPage).map(metaTag)),
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: '_headers', source: headersFile() });
    },
  };
}

/** Before everything else in the head: a policy holds from where it stands. */
function metaTag([name, value]: readonly [string, string]): HtmlTagDescriptor {
  return { tag: 'meta', attrs: { 'http-equiv': name, content: value }, injectTo: 'head-prepend' };
}

function pathOf({ url }: IncomingMessage): string {
  return url!.split('?')[0];
}

/**
 * Of two rules for one path Netlify takes a header from the later. Cloudflare sends both values with a comma between
 * them, which makes two policies that hold at once, and so none that lets a worker reach anything more; a line `! Name`
 * takes away what an earlier rule said. Netlify passes over that line, as over all without a colon.
 *
 * A host that knows neither sends the stricter headers or both: models cannot be fetched at a first visit there, nor a
 * server on this machine be asked, and both can once the service worker answers.
 */
function headersFile(): string {
  const rule = (path: string, lines: readonly string[]): string =>
    [path, ...lines.map((line) => `  ${line}`), ''].join('\n');
  const headerLines = (headers: Readonly<Record<string, string>>): string[] =>
    Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [
    rule('/*', headerLines(securityHeaders)),
    // These hosts ask for pages again by themselves; only what may be kept needs to be told.
    rule('/assets/*', headerLines({ 'Cache-Control': cacheControl('/assets/') })),
    ...differingHeaders.map(([path, headers]) => {
      const withdrawn = Object.keys(headers).map((name) => `! ${name}`);
      return rule(path, [...withdrawn, ...headerLines(headers)]);
    }),
  ].join('');
}
