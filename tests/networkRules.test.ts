/** What lint knows of ways to the network, on made-up sources. */
import { Linter } from 'eslint';
import { expect, test } from 'vitest';
import { networkGlobals, networkProperties, networkSyntax } from '../tools/networkRules.js';

const linter = new Linter();
const names = [
  ...new Set([...networkGlobals.map(({ name }) => name), 'location', 'navigator', 'document', 'window']),
];

function complaints(source: string): number {
  return linter.verify(source, {
    languageOptions: { globals: Object.fromEntries(names.map((name) => [name, 'readonly'])) },
    rules: {
      'no-restricted-globals': ['error', ...networkGlobals],
      'no-restricted-properties': ['error', ...networkProperties],
      'no-restricted-syntax': ['error', ...networkSyntax],
    },
  }).length;
}

test.each([
  'fetch(a)',
  'window.fetch(a)',
  'const { fetch } = globalThis;',
  'new XMLHttpRequest()',
  'navigator.sendBeacon(a, text)',
  'new WebSocket(a)',
  'new RTCPeerConnection()',
  'new Image().src = a',
  'picture.src = a',
  'open(a)',
  'location = a',
  'window.location = a',
  'location.href = a',
  'location.assign(a)',
  'importScripts(a)',
  'import(a)',
  'new Worker(a)',
  'new SharedWorker(a)',
  "document.createElement('link')",
  "document.createElement('script')",
  "document.createElementNS(space, 'image')",
  'document.createElement(tag)',
  'context.audioWorklet.addModule(a)',
  'WebAssembly.compileStreaming(a)',
  "new FontFace('x', a)",
])('lint refuses %s', (source) => {
  expect(complaints(source)).toBeGreaterThan(0);
});

test.each([
  "import('./later.ts')",
  "document.createElement('a')",
  'window.location.reload()',
  'const { hash } = location;',
  'storage.open(name)',
])('and lets %s be', (source) => {
  expect(complaints(source)).toBe(0);
});
