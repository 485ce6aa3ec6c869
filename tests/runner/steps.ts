/**
 * The steps of the test command, in order. A step runs its commands one after the other. Types, lint and build count
 * as one test each; the others report their tests as JSON.
 */

/** `outcome`: the runner's own form, see `Outcome` in reports.ts. */
export type Report = 'exit status' | 'vitest' | 'playwright' | 'outcome';

export interface Step {
  readonly name: string;
  /** Arguments to Node; the first is a script inside node_modules or an option. */
  readonly commands: readonly (readonly string[])[];
  readonly report: Report;
  readonly needsChromium: boolean;
  /** A step whose result this one uses: it runs too, and must have passed. */
  readonly needs?: string;
  /** After this time the step counts as failed and is stopped. */
  readonly limitMinutes: number;
}

const tsc = 'node_modules/typescript/bin/tsc';
const vite = 'node_modules/vite/bin/vite.js';
const vitest = 'node_modules/vitest/vitest.mjs';
const playwright = 'node_modules/@playwright/test/cli.js';
const svelteCheck = ['node_modules/svelte-check/bin/svelte-check', '--output', 'human'];

/** @param reportFile where the step named writes its JSON report */
export function listSteps(reportFile: (name: string) => string): readonly Step[] {
  return [
    {
      name: 'types',
      commands: [
        [tsc, '-p', 'src/core/tsconfig.json'],
        [tsc, '-p', 'tsconfig.workers.json'],
        [...svelteCheck, '--tsconfig', './tsconfig.json', '--fail-on-warnings'],
      ],
      report: 'exit status',
      needsChromium: false,
      limitMinutes: 5,
    },
    {
      name: 'lint',
      commands: [
        ['node_modules/eslint/bin/eslint.js', '.', '--max-warnings', '0'],
        ['node_modules/prettier/bin/prettier.cjs', '--check', '.'],
      ],
      report: 'exit status',
      needsChromium: false,
      limitMinutes: 5,
    },
    vitestStep('unit', 'node', reportFile('unit'), 5),
    vitestStep('browser', 'browser', reportFile('browser'), 8),
    {
      name: 'build',
      commands: [[vite, 'build']],
      report: 'exit status',
      needsChromium: false,
      limitMinutes: 3,
    },
    {
      name: 'e2e',
      commands: [[playwright, 'test', '--reporter=list,json']],
      report: 'playwright',
      needsChromium: true,
      needs: 'build',
      limitMinutes: 12,
    },
    {
      name: 'faults',
      commands: [['--import', 'tsx', 'tests/faults/run.ts', '--small', '--report', reportFile('faults')]],
      report: 'outcome',
      needsChromium: true,
      limitMinutes: 10,
    },
  ];
}

function vitestStep(name: string, project: string, reportFile: string, limitMinutes: number): Step {
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`];
  return {
    name,
    commands: [[vitest, 'run', '--project', project, ...reporters]],
    report: 'vitest',
    needsChromium: project === 'browser',
    limitMinutes,
  };
}

/**
 * The steps to run for the names given, with those they need, in order; all for no names.
 * @throws Error naming the steps there are, when a name is none of them
 */
export function chooseSteps(steps: readonly Step[], names: readonly string[]): readonly Step[] {
  const wanted = new Set(names);
  for (const name of names) {
    const step = steps.find((candidate) => candidate.name === name);
    if (!step) {
      const known = steps.map((candidate) => candidate.name).join(', ');
      throw new Error(`There is no test step "${name}". The steps are: ${known}.`);
    }
    if (step.needs) wanted.add(step.needs);
  }
  return names.length === 0 ? steps : steps.filter((step) => wanted.has(step.name));
}
