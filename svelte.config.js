import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';

/** @type {import('@sveltejs/vite-plugin-svelte').SvelteConfig} */
export default {
  preprocess: vitePreprocess(),
  // Styles leave the components as files: the content policy refuses style elements that scripts insert.
  compilerOptions: { css: 'external', runes: true },
};
