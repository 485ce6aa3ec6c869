/** What the study's tables are made of. */
import { mean, standardError } from '../../core/statistics.ts';

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** ".613 ± .005": mean and standard error over the seeds. */
export function withError(values: readonly number[]): string {
  return `${short(mean(values))} ± ${short(standardError(values))}`;
}

/** "+.0042 ± .0018": mean and standard error of a difference, seed by seed. */
export function differenceWithError(values: readonly number[]): string {
  const sign = mean(values) < 0 ? '' : '+';
  return `${sign}${short(mean(values), 4)} ± ${short(standardError(values), 4)}`;
}

/** "all" for a number of labels without bound. */
export function labelsName(labels: number): string {
  return labels === Infinity ? 'all' : String(labels);
}

function short(value: number, digits = 3): string {
  const size = Math.abs(value).toFixed(digits).replace(/^0/u, '');
  return value < 0 ? `−${size}` : size;
}
