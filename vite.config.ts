/**
 * How the app is built and served. All paths are relative, so the build works from any folder of a host; the preview
 * server (`npm start`) sends the headers of the real thing.
 */
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defaultClientConditions, defineConfig } from 'vite';
import { headersPlugin } from './tools/headersPlugin.ts';
import { plainImportsPlugin } from './tools/plainImportsPlugin.ts';
import { serviceWorkerPlugin } from './tools/serviceWorkerPlugin.ts';

export default defineConfig({
  base: './',
  // An unknown path is a 404, never the start page: a missing file must not be read as an empty one.
  appType: 'mpa',
  plugins: [svelte(), plainImportsPlugin(), headersPlugin(), serviceWorkerPlugin()],
  // The runtime of models without the glue inside: it is a file of its own (workers/modelRuntime.ts).
  resolve: { conditions: ['onnxruntime-web-use-extern-wasm', ...defaultClientConditions] },
  worker: {
    format: 'es',
    // Not every host knows that a file ending in .mjs is a script.
    rolldownOptions: {
      output: {
        assetFileNames: ({ names }) =>
          `assets/[name]-[hash]${names.some((name) => name.endsWith('.mjs')) ? '.js' : '[extname]'}`,
      },
    },
  },
  build: {
    target: 'es2022',
    // Small assets stay files: the content policy allows fonts and scripts from the origin, not from data: URLs.
    assetsInlineLimit: 0,
    cssCodeSplit: false,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: ['index.html', 'selfcheck.html'] },
  },
});
