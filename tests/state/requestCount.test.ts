import { expect, test } from 'vitest';
import { countRequests } from '../../src/state/requestCount.ts';

test('requests are counted by where they went, and what was made in the page went nowhere', () => {
  const addresses = [
    'https://palate.example/assets/a.js',
    'https://palate.example/decks/everyday.json?x=1',
    'data:image/png;base64,AA',
    'https://palate.example:8443/a.js',
    'https://cdn.example/a.js',
    'https://cdn.example/b.js',
  ];
  expect(countRequests(addresses, 'https://palate.example')).toEqual({
    own: 2,
    others: ['https://palate.example:8443', 'https://cdn.example'],
  });
});
