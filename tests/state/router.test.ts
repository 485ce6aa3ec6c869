import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hashOf, Router } from '../../src/state/router.svelte.ts';
import { addressBar } from './openApp.ts';

test('an address leads back to its subject, whatever text its id is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (id) => {
      const router = new Router(addressBar(hashOf('compare', id)));
      expect([router.screen, router.subject]).toEqual(['compare', id]);
    }),
  );
});

test('half a surrogate pair in an id breaks no link', () => {
  const router = new Router(addressBar(hashOf('compare', 'a\ud800b')));
  expect([router.screen, router.subject]).toEqual(['compare', 'a\ufffdb']);
});
