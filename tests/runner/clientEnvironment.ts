/**
 * Vitest environment of the unit tests: plain Node, but modules are compiled as for a browser. Otherwise Svelte would
 * compile `*.svelte.ts` for server rendering, where `$state` and `$derived` are not reactive, and the tests of the
 * state classes would test another program than the one people run. The price: `new URL('…', import.meta.url)` means
 * an asset of a page here, so tests find their files by `import.meta.dirname`.
 */
import type { Environment } from 'vitest/runtime';

const clientEnvironment: Environment = {
  name: 'client',
  viteEnvironment: 'client',
  setup: () => ({ teardown: () => undefined }),
};

export default clientEnvironment;
