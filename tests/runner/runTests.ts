/**
 * Runs the steps of the test command. Every step runs even when an earlier one fails, except one whose groundwork is
 * missing: that one fails and says so. The last line printed is `N passed, N failed`.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureChromium } from './installChromium.ts';
import { formatSummary, judgeStep, readPlaywrightReport, readVitestReport, type Outcome } from './reports.ts';
import { chooseSteps, listSteps, type Step } from './steps.ts';

/** How long a step that is told to stop may take to put away its servers and browsers. */
const STOP_GRACE_MS = 10_000;

interface StepResult {
  readonly name: string;
  readonly seconds: number;
  readonly outcome: Outcome;
}

/**
 * Runs the steps named, or all.
 * @returns the exit status: 0 when every step ran and nothing failed
 */
export async function runTests(names: readonly string[]): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'palate-tests-'));
  try {
    const reportFile = (name: string) => join(folder, `${name}.json`);
    const results: StepResult[] = [];
    for (const step of chooseSteps(listSteps(reportFile), names)) {
      console.log(`\n== ${step.name}`);
      const started = performance.now();
      const outcome = await runStep(step, reportFile(step.name), results);
      results.push({ name: step.name, seconds: (performance.now() - started) / 1000, outcome });
    }
    console.log(`\n${formatSummary(results)}`);
    return results.some(({ outcome }) => outcome.failed.length > 0) ? 1 : 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    console.log('0 passed, 1 failed');
    return 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runStep(step: Step, reportFile: string, earlier: readonly StepResult[]): Promise<Outcome> {
  const obstacle = findObstacle(step, earlier);
  if (obstacle) {
    console.log(obstacle);
    return { passed: 0, failed: [`${step.name}: ${obstacle}`], notTested: [`${step.name} (did not run)`] };
  }
  const problem = await runCommands(step, reportFile);
  if (problem) console.log(`${step.name}: ${problem}`);
  return judgeStep(step.name, readOutcome(step, reportFile, problem), problem);
}

function findObstacle(step: Step, earlier: readonly StepResult[]): string | undefined {
  const ground = earlier.find(({ name }) => name === step.needs);
  if (ground && ground.outcome.failed.length > 0) return `the step ${ground.name} failed`;
  return step.needsChromium ? ensureChromium() : undefined;
}

function readOutcome(step: Step, reportFile: string, problem: string | undefined): Outcome {
  if (step.report === 'exit status') return { passed: problem ? 0 : 1, failed: [], notTested: [] };
  try {
    const text = readFileSync(reportFile, 'utf8');
    const report = JSON.parse(text) as never;
    if (step.report === 'outcome') return report;
    return step.report === 'vitest' ? readVitestReport(report) : readPlaywrightReport(report);
  } catch {
    return { passed: 0, failed: [`${step.name}: left no readable report`], notTested: [] };
  }
}

/** @returns undefined when all commands succeeded, else what went wrong; a failure does not hold up the next one */
async function runCommands(step: Step, reportFile: string): Promise<string | undefined> {
  const deadline = performance.now() + step.limitMinutes * 60_000;
  const problems: string[] = [];
  for (const command of step.commands) {
    const problem = await runNode(command, reportFile, deadline - performance.now());
    if (problem === 'time') return `did not end within ${step.limitMinutes} minutes`;
    if (problem) problems.push(`${command.slice(0, 3).join(' ')} ${problem}`);
  }
  return problems.length > 0 ? problems.join('; ') : undefined;
}

/**
 * Runs Node with the arguments given in a process group of its own, so that at the time limit, or when this process
 * is told to stop, the servers and browsers it started end with it.
 */
function runNode(
  command: readonly string[],
  reportFile: string,
  limitMs: number,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, command, {
      stdio: ['ignore', 'inherit', 'inherit'],
      detached: process.platform !== 'win32',
      // CI makes both runners refuse a forgotten `.only`.
      env: { ...process.env, CI: '1', PLAYWRIGHT_JSON_OUTPUT_FILE: reportFile },
    });
    const stopAll = () => {
      child.once('close', () => process.exit(130));
      stopGroup(child.pid);
    };
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      stopGroup(child.pid);
    }, limitMs);
    process.once('SIGINT', stopAll).once('SIGTERM', stopAll);
    const settle = (problem: string | undefined) => {
      clearTimeout(timer);
      process.off('SIGINT', stopAll).off('SIGTERM', stopAll);
      resolve(timedOut ? 'time' : problem);
    };
    child.once('error', (error) => settle(error.message));
    child.once('close', (status, signal) =>
      settle(status === 0 ? undefined : `ended with ${signal ?? `status ${status}`}`),
    );
  });
}

/** Asks first, because the runners end the servers they started themselves; what is left after a while is killed. */
function stopGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  const target = process.platform === 'win32' ? pid : -pid;
  const send = (signal: NodeJS.Signals) => {
    try {
      process.kill(target, signal);
    } catch {
      // The group has ended by itself.
    }
  };
  send('SIGINT');
  setTimeout(() => send('SIGKILL'), STOP_GRACE_MS).unref();
}
