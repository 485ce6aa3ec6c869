/**
 * Lint: TypeScript with types, Svelte, and the project's own promises (texts are shown as text, nothing talks to the
 * network but four files, arithmetic is reproducible).
 */
import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';
import { networkGlobals, networkProperties, networkSyntax } from './tools/networkRules.js';

/**
 * May fetch: the decks that are built into the app, in the service worker the files of the build, models, and what a
 * language server on this machine writes.
 */
const FILES_THAT_MAY_FETCH = [
  'src/state/loadDeck.ts',
  'workers/serviceWorker.ts',
  'workers/modelDownload.worker.ts',
  'workers/localServer.worker.ts',
];

/** Rooms whose results depend on their arguments alone. */
const REPRODUCIBLE_ROOMS = ['core', 'compute', 'encoder', 'training', 'formats'].map(
  (room) => `src/${room}/**/*.ts`,
);

const forbiddenProperties = [
  { property: 'innerHTML', message: 'Texts are shown as text.' },
  { property: 'outerHTML', message: 'Texts are shown as text.' },
  { property: 'insertAdjacentHTML', message: 'Texts are shown as text.' },
  { object: 'document', property: 'write', message: 'Texts are shown as text.' },
];

const unseeded = [
  {
    object: 'Math',
    property: 'random',
    message: 'Take a seeded generator (src/core/random.ts) as an argument.',
  },
  { object: 'Date', property: 'now', message: 'Take the time as an argument.' },
];

/** What the language leaves to the engine in the last bits; the others are exact or rounded as everywhere. */
const engineDependent = [
  ...['acos', 'acosh', 'asin', 'asinh', 'atan', 'atan2', 'atanh', 'cbrt', 'cos', 'cosh', 'exp', 'expm1'],
  ...['hypot', 'log', 'log10', 'log1p', 'log2', 'pow', 'sin', 'sinh', 'tan', 'tanh'],
].map((property) => ({
  object: 'Math',
  property,
  message: 'Engines differ in its last bits: take it from src/core/elementary.ts.',
}));

const staticStyle = {
  selector: 'SvelteAttribute[key.name="style"]',
  message: 'The content policy drops style attributes: use a class, or style:property={value}.',
};

const currentTime = {
  selector: 'NewExpression[callee.name="Date"][arguments.length=0]',
  message: 'Take the time as an argument.',
};

const untypedValues = Object.fromEntries(
  ['argument', 'assignment', 'call', 'member-access', 'return'].map((use) => [
    `@typescript-eslint/no-unsafe-${use}`,
    'off',
  ]),
);

export default defineConfig(
  {
    ignores: [
      'dist/',
      'node_modules/',
      'test-results/',
      'playwright-report/',
      'tests/e2e/output/',
      // AssemblyScript: its own compiler checks it.
      'src/compute/wasm/assembly/',
    ],
  },
  js.configs.recommended,
  ...ts.configs.recommendedTypeChecked,
  ...svelte.configs.recommended,
  {
    languageOptions: {
      globals: { ...globals.browser, ...globals.worker },
      parserOptions: {
        // One program for everything: the compiler keeps the realms apart, lint only needs the types.
        project: './tsconfig.json',
        extraFileExtensions: ['.svelte'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: 'error',
      'no-eval': 'error',
      'no-implied-eval': 'off', // the typed rule of the same name checks it
      'no-new-func': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // A twin of an asynchronous interface may answer at once.
      '@typescript-eslint/require-await': 'off',
      'svelte/no-at-html-tags': 'error',
      // Plain maps behind $state.raw are deliberate: one reactive signal for thousands of entries.
      'svelte/prefer-svelte-reactivity': 'off',
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
  },
  // The compiler knows better which names exist.
  { files: ['**/*.{ts,svelte}'], rules: { 'no-undef': 'off' } },
  {
    files: ['src/**', 'workers/**'],
    rules: {
      'no-console': 'error',
      'no-restricted-globals': ['error', ...networkGlobals],
      'no-restricted-properties': ['error', ...forbiddenProperties, ...networkProperties],
      'no-restricted-syntax': ['error', staticStyle, ...networkSyntax],
    },
  },
  {
    files: REPRODUCIBLE_ROOMS,
    rules: {
      'no-restricted-properties': [
        'error',
        ...forbiddenProperties,
        ...networkProperties,
        ...unseeded,
        ...engineDependent,
      ],
      'no-restricted-syntax': ['error', currentTime, ...networkSyntax],
    },
  },
  {
    files: FILES_THAT_MAY_FETCH,
    rules: {
      'no-restricted-globals': ['error', ...networkGlobals.filter(({ name }) => name !== 'fetch')],
      'no-restricted-properties': [
        'error',
        ...forbiddenProperties,
        ...networkProperties.filter(({ property }) => property !== 'fetch'),
      ],
    },
  },
  { files: ['src/state/workerScripts.ts'], rules: { 'no-restricted-syntax': 'off' } },
  {
    // Tries all of it, so that it is known to fail.
    files: ['src/selfcheck/channels.ts'],
    rules: {
      'no-restricted-globals': 'off',
      'no-restricted-properties': 'off',
      'no-restricted-syntax': 'off',
    },
  },
  { files: ['src/cli/**'], rules: { 'no-console': 'off' } },
  {
    // Lint does not see the types of other components; svelte-check does, and it is as strict.
    files: ['**/*.svelte'],
    rules: { ...untypedValues, '@typescript-eslint/no-unnecessary-type-assertion': 'off' },
  },
  {
    // Tests hand wrong values to functions on purpose, and read back untyped JSON.
    files: ['tests/**'],
    rules: { ...untypedValues, '@typescript-eslint/unbound-method': 'off' },
  },
  {
    files: ['**/*.{js,mjs}'],
    extends: [ts.configs.disableTypeChecked],
    languageOptions: { globals: globals.node },
  },
);
