/**
 * The rooms of the house and the one way its arrows run. The table is the rule; the second half of this file proves
 * on made-up sources that breaking it is noticed.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findCycles, findForbiddenForms, findForbiddenImports, type Rule } from './architecture/rules.ts';

const IMPORT_TABLE: readonly Rule[] = [
  { place: 'src/core/', mayImport: [] },
  { place: 'src/compute/', mayImport: ['src/core/'] },
  { place: 'src/encoder/', mayImport: ['src/core/'], packages: ['@huggingface/transformers'] },
  { place: 'src/formats/', mayImport: ['src/core/'], packages: ['valibot'] },
  {
    place: 'src/training/',
    // The layout is the shape of the numbers a backend hands back; which backend it is, training does not know.
    mayImport: ['src/core/', 'src/compute/layout.ts'],
    typesOf: ['src/compute/backend.ts'],
  },
  { place: 'src/storage/', mayImport: ['src/core/'], packages: ['idb', 'valibot'] },
  {
    place: 'workers/',
    mayImport: [
      'src/core/',
      'src/compute/',
      'src/encoder/',
      'src/training/',
      'src/formats/',
      'src/prelude.ts',
      'src/securityHeaders.ts',
    ],
    packages: ['comlink', '@noble/hashes', 'eventsource-parser', 'onnxruntime-web'],
  },
  {
    place: 'src/state/',
    mayImport: ['src/core/', 'src/formats/'],
    typesOf: [
      'src/storage/appStorage.ts',
      'src/storage/backup.ts',
      'src/storage/journaledStorage.ts',
      'workers/embedderApi.ts',
      'workers/encoderApi.ts',
      'workers/generatorApi.ts',
      'workers/importerApi.ts',
      'workers/journalApi.ts',
      'workers/localServerApi.ts',
      'workers/modelDownloadApi.ts',
      'workers/trainerApi.ts',
    ],
    mayStart: [
      'workers/embedder.worker.ts',
      'workers/encoder.worker.ts',
      'workers/generator.worker.ts',
      'workers/importer.worker.ts',
      'workers/journal.worker.ts',
      'workers/localServer.worker.ts',
      'workers/modelDownload.worker.ts',
      'workers/trainer.worker.ts',
    ],
    packages: ['comlink', 'svelte'],
  },
  { place: 'src/ui/', mayImport: ['src/core/', 'src/state/'], packages: ['svelte', 'd3-*', 'diff'] },
  {
    place: 'src/cli/',
    mayImport: ['src/core/', 'src/compute/', 'src/encoder/', 'src/training/', 'src/formats/'],
    packages: ['node:*'],
  },
  { place: 'src/App.svelte', mayImport: ['src/core/', 'src/state/', 'src/ui/'], packages: ['svelte'] },
  {
    place: 'src/main.ts',
    mayImport: ['src/App.svelte', 'src/prelude.ts', 'src/core/', 'src/state/', 'src/storage/', 'src/ui/'],
    packages: ['svelte'],
  },
  { place: 'src/prelude.ts', mayImport: [] },
  {
    place: 'src/selfcheck/',
    mayImport: ['src/prelude.ts', 'src/state/', 'src/ui/common/'],
    // One of the ways it tries is to import from an address.
    packages: ['(computed)', 'svelte'],
  },
  { place: 'src/securityHeaders.ts', mayImport: ['src/core/loopback.ts'] },
];

/** Packages that only some files of a room may know. */
const PACKAGE_HOMES = {
  '@huggingface/transformers': ['src/encoder/transformers.ts'],
  '@noble/hashes': ['workers/fileDigest.ts'],
  'eventsource-parser': ['workers/languageServer.ts'],
  'onnxruntime-web': ['workers/modelRuntime.ts'],
  idb: ['src/storage/idbConnection.ts'],
  valibot: ['src/formats/', 'src/storage/backup.ts', 'src/storage/backupRecords.ts'],
};

const root = join(import.meta.dirname, '..');

function readSources(folders: readonly string[]): ReadonlyMap<string, string> {
  const files = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
      .filter((path) => /\.(ts|svelte)$/.test(path)),
  );
  return new Map(files.map((path) => [path, readFileSync(join(root, path), 'utf8')]));
}

describe('the house', () => {
  const sources = readSources(['src', 'workers']);

  test('has sources to look at', () => {
    expect(sources.size).toBeGreaterThan(20);
  });

  test('imports only along the table', () => {
    expect(findForbiddenImports(sources, IMPORT_TABLE, PACKAGE_HOMES)).toEqual([]);
  });

  test('has no cycle of imports', () => {
    expect(findCycles(sources)).toEqual([]);
  });

  test('has no barrels, no raw HTML and no style attributes', () => {
    expect(findForbiddenForms(sources)).toEqual([]);
  });
});

describe('the check notices', () => {
  const forbidden = (path: string, text: string) =>
    findForbiddenImports(new Map([[path, text]]), IMPORT_TABLE, PACKAGE_HOMES);

  test.each([
    ['src/core/split.ts', `import { x } from '../compute/backend.ts';`],
    ['src/core/split.ts', `import type { X } from '../encoder/encoder.ts';`],
    ['src/core/split.ts', `type X = import('../encoder/encoder.ts').X;`],
    ['src/core/split.ts', `export * from '../storage/schema.ts';`],
    ['src/core/split.ts', `import { sum } from 'd3-array';`],
    ['src/core/split.ts', `const fs = await import('node:fs');`],
    ['src/core/split.ts', 'const room = await import(`../${name}.ts`);'],
    ['src/training/trainHead.ts', `import { Backend } from '../compute/backend.ts';`],
    ['src/training/trainHead.ts', `import { Backend, type Options } from '../compute/backend.ts';`],
    ['src/training/trainHead.ts', `import { open } from '../compute/webgpuBackend.ts';`],
    ['src/storage/idbStorage.ts', `import { openDB } from 'idb';`],
    ['src/storage/schema.ts', `import * as v from 'valibot';`],
    ['src/state/project.svelte.ts', `import { Trainer } from '../../workers/trainerService.ts';`],
    ['src/state/project.svelte.ts', `import { openStorage } from '../storage/openStorage.ts';`],
    ['src/ui/data/Table.svelte', `<script>import { put } from '../../storage/idbStorage.ts';</script>`],
    ['src/ui/data/Table.svelte', `<script module>import x from 'comlink';</script><script>let y;</script>`],
    ['src/ui/data/Table.svelte', `<script>import a from '../../../workers/a.worker.ts?worker&url';</script>`],
    [
      'src/ui/data/Table.svelte',
      `<script>new Worker(new URL('../../../workers/a.ts', import.meta.url))</script>`,
    ],
    ['src/extra/file.ts', `export const x = 1;`],
  ])('what %s may not do: %s', (path, text) => {
    const problems = forbidden(path, text);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(path);
  });

  test.each([
    ['src/training/trainHead.ts', `import type { Backend } from '../compute/backend.ts';`],
    ['src/training/trainHead.ts', `import { type Backend, type Options } from '../compute/backend.ts';`],
    ['src/compute/kernels/sum/sum.gpu.ts', `import code from './sum.wgsl?raw';`],
    ['src/ui/charts/Curve.svelte', `<script lang="ts">import { line } from 'd3-shape';</script>`],
    ['src/state/clients.ts', `new Worker(new URL('../../workers/trainer.worker.ts', import.meta.url));`],
    ['src/state/clients.ts', `import trainer from '../../workers/trainer.worker.ts?worker&url';`],
    ['src/core/split.ts', `// import { x } from '../compute/backend.ts'`],
  ])('and lets be what %s may do: %s', (path, text) => {
    expect(forbidden(path, text)).toEqual([]);
  });

  test('a cycle, told as a path', () => {
    const cycles = findCycles(
      new Map([
        ['src/core/a.ts', `import { b } from './b.ts';`],
        ['src/core/b.ts', `import type { C } from './c.ts';`],
        ['src/core/c.ts', `export { a } from './a.ts';`],
        ['src/core/d.ts', `import { a } from './a.ts';`],
      ]),
    );
    expect(cycles).toEqual(['src/core/a.ts -> src/core/b.ts -> src/core/c.ts -> src/core/a.ts']);
  });

  test('files that import the same one without a cycle are fine', () => {
    const diamond = new Map([
      ['a.ts', `import './b.ts'; import './c.ts';`],
      ['b.ts', `import './d.ts';`],
      ['c.ts', `import './d.ts';`],
      ['d.ts', ''],
    ]);
    expect(findCycles(diamond)).toEqual([]);
  });

  test.each([
    ['src/core/index.ts', ''],
    ['src/ui/A.svelte', '<p>{@html text}</p>'],
    ['src/ui/A.svelte', '<p\n  style="color: red">text</p>'],
    ['src/ui/A.svelte', '<p style={colour}>text</p>'],
    ['src/ui/A.svelte', '<p {style}>text</p>'],
  ])('a form the house does not allow in %s: %s', (path, text) => {
    expect(findForbiddenForms(new Map([[path, text]]))).toHaveLength(1);
  });

  test('but not style directives, style elements or the word in a comment', () => {
    const text =
      '<!-- style="x" --><p style:width={width}>{@render children()}</p><style>p { top: 0 }</style>';
    expect(findForbiddenForms(new Map([['src/ui/A.svelte', text]]))).toEqual([]);
  });
});
