/** What a group of faults is given and hands back. A group injects faults and counts what they cost. */
import type { Random } from '../../src/core/random.ts';
import type { Outcome } from '../runner/reports.ts';

/** `small` is part of `npm test`, `push` takes minutes, `nightly` hours. */
export type Size = 'small' | 'push' | 'nightly';

export interface FaultContext {
  readonly size: Size;
  readonly seed: number;
  /** Seeded, of this group alone: what other groups draw does not matter. */
  readonly random: Random;
  /** Of the built app behind its own server, which is built and started at the first call. */
  readonly address: () => Promise<string>;
}

/** One line of the table. */
export interface FaultRow {
  readonly fault: string;
  readonly injected: number;
  /** Faults that ended as promised. */
  readonly survived: number;
  /** Of what was called saved, or of what else the fault must not cost. */
  readonly lost: number;
  readonly detail?: string;
  /** Why the fault could not be injected here; such a row counts as neither passed nor failed. */
  readonly notTested?: string;
}

export interface FaultGroup {
  readonly run: (context: FaultContext) => Promise<FaultRow[]>;
}

export function notTested(fault: string, why: string): FaultRow {
  return { fault, injected: 0, survived: 0, lost: 0, notTested: why };
}

export function endedWell({ injected, survived, lost }: FaultRow): boolean {
  return injected > 0 && survived === injected && lost === 0;
}

/** A row is a test. */
export function outcomeOf(rows: readonly FaultRow[]): Outcome {
  const tested = rows.filter((row) => row.notTested === undefined);
  return {
    passed: tested.filter(endedWell).length,
    failed: tested.filter((row) => !endedWell(row)).map(({ fault }) => fault),
    notTested: rows
      .filter((row) => row.notTested !== undefined)
      .map((row) => `${row.fault} (${row.notTested})`),
  };
}

export function tableOf(rows: readonly FaultRow[]): string {
  const total = (count: (row: FaultRow) => number): number => sum(rows.map(count));
  const lines = [
    ['fault', 'injected', 'survived', 'lost', 'detail'],
    ['---', '---', '---', '---', '---'],
    ...rows.map(({ fault, injected, survived, lost, detail = '', notTested: why }) =>
      why === undefined
        ? [fault, formatCount(injected), formatCount(survived), formatCount(lost), detail]
        : [fault, '', '', '', `NOT TESTED: ${why}`],
    ),
    [
      'all',
      formatCount(total(({ injected }) => injected)),
      formatCount(total(({ survived }) => survived)),
      formatCount(total(({ lost }) => lost)),
      '',
    ],
  ];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

export function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}

export function formatCount(count: number): string {
  return count.toLocaleString('en');
}
