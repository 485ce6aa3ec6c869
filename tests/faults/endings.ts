/** How disturbed runs ended, as a line of the table. */
import type { FaultRow } from './group.ts';

/** With what an undisturbed run gives, with a reason, or in neither way. */
export interface Ending {
  readonly kind: 'same' | 'stop' | 'neither';
  /** What the run says of itself, or what stopped it: `code: sentence`. */
  readonly what: string;
  /** Whether the fault came about: a run may be over before its turn. */
  readonly happened: boolean;
}

/** @param same what an undisturbed run gives */
export function rowOf(fault: string, endings: readonly Ending[], same: string): FaultRow {
  const came = endings.filter(({ happened }) => happened);
  const count = (kind: Ending['kind']): number => came.filter((ending) => ending.kind === kind).length;
  for (const { what } of came.filter(({ kind }) => kind === 'neither')) console.error(`${fault}: ${what}`);
  const stops = new Map<string, number>();
  for (const { kind, what } of came) {
    const name = kind === 'stop' ? what.split(':')[0] : undefined;
    if (name) stops.set(name, (stops.get(name) ?? 0) + 1);
  }
  const reasons = Array.from(stops, ([name, times]) => `${times} ${name}`);
  return {
    fault,
    injected: came.length,
    survived: count('same') + count('stop'),
    lost: count('neither'),
    detail: [`${count('same')} ${same}`, ...reasons].join(', '),
  };
}

export function range(count: number): number[] {
  return [...new Array(count).keys()];
}
