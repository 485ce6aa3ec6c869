import { expect, test } from 'vitest';
import { interleaveRows, pairTexts } from '../../src/core/pairTexts.ts';
import { pairDifferences } from '../../src/core/pairDifferences.ts';

test('a text that stands in several pairs of its prompt is one row', () => {
  const texts = pairTexts([
    { prompt: 'p', chosen: 'x', rejected: 'y' },
    { prompt: 'p', chosen: 'x', rejected: 'z' },
    { prompt: 'q', chosen: 'x', rejected: 'y' },
  ]);
  expect(texts.inputs).toHaveLength(5);
  expect([...texts.rows.chosen]).toEqual([0, 0, 3]);
  expect([...texts.promptOfRow]).toEqual([0, 0, 0, 1, 1]);
  expect([...interleaveRows(texts.rows)]).toEqual([0, 1, 0, 2, 3, 4]);
});

test('prompt and response do not run into each other', () => {
  const texts = pairTexts([
    { prompt: 'ab', chosen: 'c', rejected: 'd' },
    { prompt: 'a', chosen: 'bc', rejected: 'bd' },
  ]);
  expect(texts.inputs).toHaveLength(4);
});

test('a pair difference is chosen minus rejected', () => {
  const features = Float32Array.of(1, 2, 10, 20, 100, 200);
  const rows = { chosen: Uint32Array.of(1, 2), rejected: Uint32Array.of(0, 1) };
  expect([...pairDifferences(features, 2, rows)]).toEqual([9, 18, 90, 180]);
});
