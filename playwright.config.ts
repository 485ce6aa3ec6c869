/**
 * End-to-end tests: the built app behind its own preview server, headers included, in Chromium with WebGPU on the
 * software adapter. `npm test -- e2e` builds first.
 */
import { defineConfig } from '@playwright/test';
import { chromiumLaunchOptions } from './tests/runner/chromium.ts';

const port = Number(process.env.E2E_PORT ?? 4317);

export default defineConfig({
  testDir: 'tests/e2e',
  globalSetup: './tests/e2e/networkLogs.ts',
  outputDir: 'tests/e2e/output',
  // The first use of a kernel compiles it, which takes seconds on the software adapter.
  timeout: 60_000,
  expect: { timeout: 10_000 },
  workers: 1,
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  reporter: 'list',
  use: {
    baseURL: `http://localhost:${port}`,
    browserName: 'chromium',
    headless: true,
    trace: 'retain-on-failure',
    launchOptions: chromiumLaunchOptions(),
  },
  webServer: {
    command: `node node_modules/vite/bin/vite.js preview --port ${port} --strictPort`,
    port,
    reuseExistingServer: false,
    timeout: 30_000,
  },
});
