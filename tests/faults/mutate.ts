/** Makes mutated copies of the project and runs in each what must notice. */
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { readPlaywrightReport, readVitestReport, type Outcome } from '../runner/reports.ts';

export interface Mutant {
  readonly name: string;
  /** From the project's root. */
  readonly file: string;
  /** Occurs exactly once in the file. */
  readonly find: string;
  readonly replace: string;
  /** What must fail: a file of Vitest (`….test.ts`), one of Playwright (`….spec.ts`), or a group of faults. */
  readonly killedBy: string;
}

export interface MutantResult {
  readonly mutant: Mutant;
  /** The first test that failed. */
  readonly noticed?: string;
  /** Why nothing can be said. */
  readonly problem?: string;
}

const root = resolve(import.meta.dirname, '../..');
/** Not copied: made anew, or linked to. */
const LEFT_OUT = ['node_modules', '.git', 'dist', 'test-results', 'tests/e2e/output'];
const LIMIT_MS = 10 * 60_000;

/** @throws Error when the text to replace is not there exactly once */
export function mutate({ name, file, find, replace }: Mutant, source: string): string {
  const occurrences = source.split(find).length - 1;
  if (occurrences !== 1) {
    throw new Error(
      `Mutant ${name}: the text to replace occurs ${occurrences} times in ${file}, not once: ${find}`,
    );
  }
  return source.replace(find, () => replace);
}

/** Runs in a mutated copy what must notice. */
export async function tryMutant(mutant: Mutant, seed: number): Promise<MutantResult> {
  const folder = mkdtempSync(join(tmpdir(), 'palate-mutant-'));
  try {
    copyProject(folder);
    const file = join(folder, mutant.file);
    writeFileSync(file, mutate(mutant, readFileSync(file, 'utf8')));
    const report = join(folder, 'mutant-report.json');
    const outcome = await runKiller(folder, mutant.killedBy, report, seed);
    return { mutant, noticed: outcome.failed[0] };
  } catch (error) {
    return { mutant, problem: error instanceof Error ? error.message : String(error) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function copyProject(folder: string): void {
  const left = LEFT_OUT.map((name) => join(root, name));
  cpSync(root, folder, {
    recursive: true,
    filter: (source) => !left.includes(source) && relative(root, source).split('/')[0] !== 'shared',
  });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
}

async function runKiller(folder: string, killer: string, report: string, seed: number): Promise<Outcome> {
  if (killer.endsWith('.test.ts')) {
    const project = killer.startsWith('tests/browser/') ? 'browser' : 'node';
    const output = ['--reporter=json', `--outputFile.json=${report}`];
    const options = ['run', '--project', project, killer, '--bail=1', ...output];
    await runNode(folder, ['node_modules/vitest/vitest.mjs', ...options]);
    return readVitestReport(readReport(report));
  }
  if (killer.endsWith('.spec.ts')) {
    await runNode(folder, ['node_modules/vite/bin/vite.js', 'build', '--logLevel', 'error']);
    const environment = { E2E_PORT: String(await freePort()), PLAYWRIGHT_JSON_OUTPUT_FILE: report };
    const options = [killer, '--reporter=json', '--max-failures=1'];
    await runNode(folder, ['node_modules/@playwright/test/cli.js', 'test', ...options], environment);
    return readPlaywrightReport(readReport(report));
  }
  const options = ['--small', '--only', killer, '--seed', String(seed), '--report', report];
  await runNode(folder, ['--import', 'tsx', 'tests/faults/run.ts', ...options]);
  return readReport(report);
}

function readReport<T>(file: string): T {
  if (!existsSync(file)) throw new Error('what must notice left no report');
  return JSON.parse(readFileSync(file, 'utf8')) as T;
}

/** Runs Node in the folder without a word; its exit status says less than its report. */
function runNode(folder: string, command: readonly string[], environment: object = {}): Promise<void> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, command, {
      cwd: folder,
      stdio: 'ignore',
      timeout: LIMIT_MS,
      env: { ...process.env, ...environment },
    });
    child.once('error', fail);
    child.once('close', () => done());
  });
}

function freePort(): Promise<number> {
  return new Promise((done) => {
    const server = createServer().listen(0, () => {
      const { port } = server.address() as { port: number };
      server.close(() => done(port));
    });
  });
}
