/** What the account of faults says. */
import { expect, test } from 'vitest';
import { notTested, outcomeOf, tableOf, type FaultRow } from './group.ts';

const well: FaultRow = { fault: 'kill', injected: 3, survived: 3, lost: 0 };
const lossy: FaultRow = { fault: 'tear', injected: 2, survived: 2, lost: 1 };
const hung: FaultRow = { fault: 'hang', injected: 2, survived: 1, lost: 0 };
const idle: FaultRow = { fault: 'nothing', injected: 0, survived: 0, lost: 0 };

test('a row passes only when faults were injected, all survived and nothing is lost', () => {
  const outcome = outcomeOf([well, lossy, hung, idle, notTested('elsewhere', 'no Linux')]);
  expect(outcome).toEqual({
    passed: 1,
    failed: ['tear', 'hang', 'nothing'],
    notTested: ['elsewhere (no Linux)'],
  });
});

test('the table ends with the sums and says what was not tested', () => {
  const lines = tableOf([well, lossy, notTested('elsewhere', 'no Linux')]).split('\n');
  expect(lines.at(-2)).toContain('NOT TESTED: no Linux');
  expect(lines.at(-1)).toBe('| all | 5 | 5 | 1 |  |');
});
