import { describe, expect, test } from 'vitest';
import { formatSummary, judgeStep, readPlaywrightReport, readVitestReport } from './reports.ts';

const nothing = { passed: 0, failed: [], notTested: [] };

describe('the report of Vitest', () => {
  test('tells passed, failed and skipped tests apart', () => {
    const assertionResults = [
      { fullName: 'adds', status: 'passed' },
      { fullName: 'divides', status: 'failed' },
      { fullName: 'runs on a phone', status: 'skipped' },
      { fullName: 'sings', status: 'todo' },
      { fullName: 'waits', status: 'pending' },
    ];
    const report = { testResults: [{ name: 'a.test.ts', status: 'failed', assertionResults }] };
    expect(readVitestReport(report)).toEqual({
      passed: 1,
      failed: ['divides'],
      notTested: ['runs on a phone', 'sings', 'waits'],
    });
  });

  test('counts a file that could not be loaded as one failure, by its name', () => {
    const report = { testResults: [{ name: 'broken.test.ts', status: 'failed', assertionResults: [] }] };
    expect(readVitestReport(report)).toEqual({ ...nothing, failed: ['broken.test.ts'] });
  });
});

describe('the report of Playwright', () => {
  const suite = (status: string, annotations?: { type: string; description?: string }[]) => ({
    suites: [
      {
        title: 'app.spec.ts',
        suites: [{ title: 'import', specs: [{ title: 'by drop', tests: [{ status, annotations }] }] }],
      },
    ],
  });

  test('names a test by its file and groups', () => {
    expect(readPlaywrightReport(suite('unexpected')).failed).toEqual(['app.spec.ts > import > by drop']);
    expect(readPlaywrightReport(suite('expected'))).toEqual({ ...nothing, passed: 1 });
  });

  test('gives the reason of a skipped test', () => {
    const skipped = readPlaywrightReport(suite('skipped', [{ type: 'skip', description: 'needs a phone' }]));
    expect(skipped).toEqual({ ...nothing, notTested: ['app.spec.ts > import > by drop (needs a phone)'] });
  });

  test('counts a flaky test and an error outside the tests as failures', () => {
    expect(readPlaywrightReport(suite('flaky')).failed).toHaveLength(1);
    const report = { suites: [], errors: [{ message: 'the server did not start\n at …' }] };
    expect(readPlaywrightReport(report).failed).toEqual(['the server did not start']);
  });
});

describe('a step', () => {
  test('that ran no test has failed', () => {
    expect(judgeStep('unit', nothing, undefined).failed).toEqual(['unit: no test ran']);
    expect(judgeStep('unit', { ...nothing, notTested: ['a'] }, undefined).failed).toHaveLength(1);
  });

  test('whose command failed though no test did has failed', () => {
    const outcome = judgeStep('unit', { ...nothing, passed: 3 }, 'ended with status 1');
    expect(outcome).toEqual({ passed: 3, failed: ['unit: ended with status 1'], notTested: [] });
  });

  test('with failed tests is told by those tests alone', () => {
    expect(judgeStep('unit', { ...nothing, failed: ['a'] }, 'ended with status 1').failed).toEqual(['a']);
  });
});

test('the summary names failures and what did not run, and ends with the count', () => {
  const lines = formatSummary([
    { name: 'types', seconds: 4.25, outcome: { ...nothing, passed: 1 } },
    {
      name: 'unit',
      seconds: 3,
      outcome: { passed: 7, failed: ['adds'], notTested: ['sings', 'NOT TESTED: real files'] },
    },
  ]).split('\n');
  expect(lines).toContain('FAILED: adds');
  expect(lines).toContain('NOT TESTED: sings');
  expect(lines).toContain('NOT TESTED: real files');
  expect(lines.at(-1)).toBe('8 passed, 1 failed');
});
