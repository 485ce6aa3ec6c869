import { flushSync } from 'svelte';
import { expect, test } from 'vitest';

test('runes are reactive in unit tests, and there is no page', () => {
  const counter = $state({ count: 1 });
  const doubled = $derived(counter.count * 2);
  const seen: number[] = [];
  const stop = $effect.root(() => {
    $effect(() => {
      seen.push(doubled);
    });
  });
  flushSync();
  counter.count = 2;
  flushSync();
  stop();
  expect(seen).toEqual([2, 4]);
  expect(typeof window).toBe('undefined');
});
