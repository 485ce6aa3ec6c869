/**
 * Reads the JSON reports of Vitest and Playwright into one small account: how many tests passed, which failed and
 * which could not run. A test that did not run is never counted as passed.
 */

export interface Outcome {
  readonly passed: number;
  /** Names of what failed. */
  readonly failed: readonly string[];
  /** Names of what did not run, with the reason where one was given. */
  readonly notTested: readonly string[];
}

interface VitestReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

interface PlaywrightSuite {
  readonly title: string;
  readonly file?: string;
  readonly suites?: readonly PlaywrightSuite[];
  readonly specs?: readonly {
    readonly title: string;
    readonly tests: readonly {
      readonly status: string;
      readonly annotations?: readonly { readonly type: string; readonly description?: string }[];
    }[];
  }[];
}

interface PlaywrightReport {
  readonly suites: readonly PlaywrightSuite[];
  readonly errors?: readonly { readonly message?: string }[];
}

/** @param report JSON of Vitest's reporter; a file that could not be loaded counts as one failure */
export function readVitestReport(report: VitestReport): Outcome {
  const account = { passed: 0, failed: [] as string[], notTested: [] as string[] };
  for (const file of report.testResults) {
    const before = account.failed.length;
    for (const { status, fullName } of file.assertionResults) {
      if (status === 'passed') account.passed++;
      else if (status === 'failed') account.failed.push(fullName);
      else account.notTested.push(fullName);
    }
    if (file.status === 'failed' && account.failed.length === before) account.failed.push(file.name);
  }
  return account;
}

/** @param report JSON of Playwright's reporter; an error outside the tests counts as a failure */
export function readPlaywrightReport(report: PlaywrightReport): Outcome {
  const account = { passed: 0, failed: [] as string[], notTested: [] as string[] };
  const visit = (suite: PlaywrightSuite, path: readonly string[]): void => {
    for (const spec of suite.specs ?? []) {
      const name = [...path, spec.title].join(' > ');
      for (const test of spec.tests) {
        if (test.status === 'expected') account.passed++;
        else if (test.status === 'skipped') account.notTested.push(name + skipReason(test.annotations));
        else account.failed.push(test.status === 'flaky' ? `${name} (passed only when repeated)` : name);
      }
    }
    for (const inner of suite.suites ?? []) visit(inner, [...path, inner.title]);
  };
  for (const suite of report.suites) visit(suite, [suite.title]);
  for (const error of report.errors ?? []) account.failed.push((error.message ?? 'error').split('\n')[0]);
  return account;
}

function skipReason(annotations: readonly { type: string; description?: string }[] = []): string {
  const reason = annotations.find((note) => note.type === 'skip' || note.type === 'fixme')?.description;
  return reason ? ` (${reason})` : '';
}

/**
 * What a step comes to, given its report and how its command ended. A command that failed while no test did, and a
 * step that ran no test at all, are failures of their own.
 */
export function judgeStep(stepName: string, outcome: Outcome, problem: string | undefined): Outcome {
  const failed = [...outcome.failed];
  if (problem && failed.length === 0) failed.push(`${stepName}: ${problem}`);
  if (failed.length === 0 && outcome.passed === 0) failed.push(`${stepName}: no test ran`);
  return { ...outcome, failed };
}

/** The account at the end of the run: what failed, what did not run, a table of steps, and the count as last line. */
export function formatSummary(
  results: readonly { readonly name: string; readonly seconds: number; readonly outcome: Outcome }[],
): string {
  const rows = results.map(({ name, seconds, outcome }) =>
    [
      name.padEnd(10),
      `${seconds.toFixed(1)} s`.padStart(9),
      `${outcome.passed} passed`.padStart(14),
      `${outcome.failed.length} failed`.padStart(11),
    ].join(''),
  );
  const failed = results.flatMap(({ outcome }) => outcome.failed);
  const notTested = results.flatMap(({ outcome }) => outcome.notTested);
  const passed = results.reduce((sum, { outcome }) => sum + outcome.passed, 0);
  return [
    ...failed.map((name) => `FAILED: ${name}`),
    // A test may carry the words in its own name.
    ...notTested.map((name) => `NOT TESTED: ${name.replace(/^NOT TESTED:\s*/, '')}`),
    '',
    ...rows,
    '',
    `${passed} passed, ${failed.length} failed`,
  ].join('\n');
}
