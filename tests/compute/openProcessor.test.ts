import { afterEach, expect, test, vi } from 'vitest';
import { openProcessor } from '../../src/compute/openProcessor.ts';

afterEach(() => vi.restoreAllMocks());

test('the processor works with SIMD where the engine has it', async () => {
  const { backend, how } = await openProcessor();
  expect(how).toBe('SIMD');
  expect(backend).toMatchObject({ kind: 'cpu', alignment: 4 });
});

test('and without where the engine refuses the kernels', async () => {
  vi.spyOn(WebAssembly, 'instantiate').mockRejectedValue(new WebAssembly.CompileError('no SIMD'));
  const { backend, how } = await openProcessor();
  expect(how).toBe('without SIMD');
  expect(backend).toMatchObject({ kind: 'cpu', alignment: 1 });
});
