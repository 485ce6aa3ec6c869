/**
 * How the app is built and served. All paths are relative, so the build works from any folder of a host; the preview
 * server (`npm start`) sends the headers of the real thing.
 */
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { developmentHeaders, securityHeaders } from './src/securityHeaders.ts';
import { headersPlugin } from './tools/headersPlugin.ts';
import { serviceWorkerPlugin } from './tools/serviceWorkerPlugin.ts';

export default defineConfig({
  base: './',
  // An unknown path is a 404, never the start page: a missing file must not be read as an empty one.
  appType: 'mpa',
  plugins: [svelte(), headersPlugin(), serviceWorkerPlugin()],
  worker: { format: 'es' },
  build: {
    target: 'es2022',
    // Small assets stay files: the content policy allows fonts and scripts from the origin, not from data: URLs.
    assetsInlineLimit: 0,
    rolldownOptions: { input: ['index.html', 'selfcheck.html'] },
  },
  server: { headers: { ...developmentHeaders } },
  preview: { headers: { ...securityHeaders } },
});
