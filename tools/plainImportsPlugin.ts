/**
 * Lets a screen that comes later be imported as it stands. Vite would fetch its scripts ahead by `link` elements, which
 * the prelude refuses; styles are one file, there from the start.
 */
import type { Plugin } from 'vite';

export function plainImportsPlugin(): Plugin {
  return {
    name: 'palate-plain-imports',
    apply: 'build',
    enforce: 'pre',
    load: {
      filter: { id: /^\0vite\/preload-helper/ },
      handler: () => 'export const __vitePreload = (load) => load();',
    },
  };
}
