import { flushSync } from 'svelte';
import { expect, test } from 'vitest';

test('runes are reactive in unit tests, and there is no page', () => {
  let count = $state(1);
  const doubled = $derived(count * 2);
  const seen: number[] = [];
  const stop = $effect.root(() => {
    $effect(() => {
      seen.push(doubled);
    });
  });
  flushSync();
  count = 2;
  flushSync();
  stop();
  expect(seen).toEqual([2, 4]);
  expect(typeof window).toBe('undefined');
});
