/**
 * The test command: `npm test` runs every step, `npm test -- unit lint` only those named. This file only makes
 * TypeScript runnable on every supported version of Node; the work is in tests/runner/.
 */
import { existsSync } from 'node:fs';

if (existsSync(new URL('../node_modules/tsx', import.meta.url))) {
  const { register } = await import('tsx/esm/api');
  register();
  const { runTests } = await import('./runner/runTests.ts');
  process.exitCode = await runTests(process.argv.slice(2));
} else {
  console.error('The packages are not installed. Run: npm ci');
  console.log('0 passed, 1 failed');
  process.exitCode = 1;
}
