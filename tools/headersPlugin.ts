/**
 * Brings the headers to where a server is not ours: the policy into the built pages, and all of them into the file
 * `_headers`, which Netlify and Cloudflare Pages read. The preview server gets its rules for caching here too, since
 * they differ by file.
 */
import type { HtmlTagDescriptor, Plugin } from 'vite';
import { cacheControl, policyInPage, securityHeaders } from '../src/securityHeaders.ts';

export function headersPlugin(): Plugin {
  return {
    name: 'palate-headers',
    configurePreviewServer(server) {
      server.middlewares.use((request, response, next) => {
        response.setHeader('Cache-Control', cacheControl(request.url!.split('?')[0]));
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

function headersFile(): string {
  const rule = (path: string, headers: Readonly<Record<string, string>>): string =>
    [path, ...Object.entries(headers).map(([name, value]) => `  ${name}: ${value}`), ''].join('\n');
  // These hosts ask for pages again by themselves; only what may be kept needs to be told.
  return rule('/*', securityHeaders) + rule('/assets/*', { 'Cache-Control': cacheControl('/assets/') });
}
