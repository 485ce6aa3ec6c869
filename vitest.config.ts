/**
 * Two kinds of test: `node` runs plain Node, `browser` runs tests/browser in Chromium with WebGPU on the software
 * adapter, in a page that is cross-origin isolated like the app itself.
 */
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { playwright } from '@vitest/browser-playwright';
import { defaultClientConditions } from 'vite';
import { defineConfig } from 'vitest/config';
import { isolationHeaders } from './src/securityHeaders.ts';
import { chromiumLaunchOptions } from './tests/runner/chromium.ts';

export default defineConfig({
  plugins: [svelte()],
  worker: { format: 'es' },
  test: {
    // By default one processor is left alone: on two, that is half. 30 s became of 48.
    maxWorkers: '100%',
    projects: [
      {
        extends: true,
        // Svelte's own code for a browser, to go with the environment below.
        resolve: { conditions: [...defaultClientConditions] },
        test: {
          name: 'node',
          environment: './tests/runner/clientEnvironment.ts',
          include: ['tests/**/*.test.ts'],
          exclude: ['tests/browser/**', 'tests/e2e/**', 'tests/bench/**'],
          // Starting 71 files each anew took a third of the time; nothing here leaves a trace in a module.
          isolate: false,
          // A crowded machine is slower by several times; a test that takes seconds when alone is still too slow.
          testTimeout: 20_000,
        },
      },
      {
        extends: true,
        server: { headers: { ...isolationHeaders } },
        resolve: { conditions: ['onnxruntime-web-use-extern-wasm', ...defaultClientConditions] },
        // Found only when a test runs, it would be prepared then, and the page loaded anew in the middle.
        optimizeDeps: { include: ['@huggingface/transformers', 'onnxruntime-web/webgpu'] },
        test: {
          name: 'browser',
          include: ['tests/browser/**/*.test.ts'],
          // The first use of a kernel compiles it, which takes seconds on the software adapter.
          testTimeout: 60_000,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({ launchOptions: chromiumLaunchOptions() }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
});
