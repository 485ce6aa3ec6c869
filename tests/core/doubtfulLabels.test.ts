import { expect, test } from 'vitest';
import { doubtfulRows } from '../../src/core/doubtfulLabels.ts';

test('labels are doubtful beyond one standard deviation on the wrong side, and only there', () => {
  expect([...doubtfulRows([2, 1, -0.5, -3, 1, 2, -2.5])]).toEqual([3, 6]);
  expect(doubtfulRows([1, 2, 3]).size).toBe(0);
  expect(doubtfulRows([]).size).toBe(0);
});
