import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { kernelBytesSource } from '../../tools/buildWasm.ts';

test('the committed WebAssembly is what its source compiles to', () => {
  const committed = readFileSync(
    join(import.meta.dirname, '../../src/compute/wasm/kernelBytes.ts'),
    'utf8',
  ).replaceAll('\r\n', '\n');
  expect(committed).toBe(kernelBytesSource());
});
