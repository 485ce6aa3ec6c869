/**
 * Keeps the account of one file: every entry is imported, a tie, rejected, or a duplicate, and nothing else. The sums
 * are what `ImportReport` promises.
 */
import { comparisonId, firstIsSideA } from './comparisonId.ts';
import type { DuplicateRow, ImportReport, ReadComparison, RejectedRow, RowWarning } from './importReport.ts';
import type { PreferenceFormat, StatedPair } from './preferenceFormat.ts';
import { excerpt } from './rows/sourceRow.ts';

/** Where an entry stands in the file. */
export interface EntryPlace {
  readonly line: number;
  /** The row as it stands in the file. */
  readonly text: string;
  readonly format: string;
}

interface FirstOccurrence {
  readonly line: number;
  readonly verdict: ReadComparison['verdict'];
}

export class ImportAccount {
  readonly #knownIds: ReadonlySet<string>;
  readonly #seen = new Map<string, FirstOccurrence>();
  readonly #shares = new Map<string, { readonly title: string; rows: number }>();
  readonly #rejected: RejectedRow[] = [];
  readonly #duplicates: DuplicateRow[] = [];
  readonly #warnings: RowWarning[] = [];
  #rows = 0;
  #imported = 0;
  #ties = 0;

  /** @param knownIds ids of the comparisons that the project holds already */
  constructor(knownIds: Iterable<string>) {
    this.#knownIds = new Set(knownIds);
  }

  get rows(): number {
    return this.#rows;
  }

  /** Counts a row of the file, and its format if it fits one. */
  countRow(format?: PreferenceFormat): void {
    this.#rows++;
    if (!format) return;
    const share = this.#shares.get(format.id);
    if (share) share.rows++;
    else this.#shares.set(format.id, { title: format.title, rows: 1 });
  }

  warn(line: number, reason: string): void {
    this.#warnings.push({ line, reason });
  }

  reject(line: number, reason: string, text: string): void {
    this.#rejected.push({ line, reason, excerpt: excerpt(text) });
  }

  /** Books one stated pair; returns the comparison to keep, or undefined for a rejected one or a duplicate. */
  book(pair: StatedPair, place: EntryPlace): ReadComparison | undefined {
    const problem = problemOf(pair);
    if (problem !== undefined) {
      this.reject(place.line, pair.name ? `${pair.name}: ${problem}` : problem, place.text);
      return undefined;
    }
    const comparison = comparisonOf(pair, place);
    if (this.#isDuplicate(comparison)) return undefined;
    if (comparison.verdict === 'a' || comparison.verdict === 'b') this.#imported++;
    else this.#ties++;
    return comparison;
  }

  /** Formats found so far, most rows first. */
  shares(): ImportReport['formats'] {
    return [...this.#shares].map(([id, share]) => ({ id, ...share })).sort((a, b) => b.rows - a.rows);
  }

  report(file: string): ImportReport {
    const byLine = (a: { line: number }, b: { line: number }): number => a.line - b.line;
    return {
      file,
      formats: this.shares(),
      rows: this.#rows,
      entries: this.#imported + this.#ties + this.#rejected.length + this.#duplicates.length,
      imported: this.#imported,
      ties: this.#ties,
      rejected: this.#rejected.toSorted(byLine),
      duplicates: this.#duplicates.toSorted(byLine),
      warnings: this.#warnings,
    };
  }

  #isDuplicate({ id, line, verdict }: ReadComparison): boolean {
    if (this.#knownIds.has(id)) {
      this.#duplicates.push({ line });
      return true;
    }
    const first = this.#seen.get(id);
    if (!first) {
      this.#seen.set(id, { line, verdict });
      return false;
    }
    const duplicate = { line, firstLine: first.line };
    this.#duplicates.push(first.verdict === verdict ? duplicate : { ...duplicate, conflicts: true });
    return true;
  }
}

function problemOf({ first, second }: StatedPair): string | undefined {
  const [one, other] = [first.text.trim(), second.text.trim()];
  if (one === '' && other === '') return 'both responses are empty';
  if (one === '' || other === '') return 'one of the responses is empty';
  return one === other ? 'both responses are the same text' : undefined;
}

function comparisonOf(pair: StatedPair, { line, format }: EntryPlace): ReadComparison {
  const { prompt, first, second, verdict, strength, targetMargin } = pair;
  const id = comparisonId(prompt, first.text, second.text);
  const firstIsA = firstIsSideA(id, first.text, second.text);
  return {
    id,
    line,
    format,
    prompt,
    a: withoutUndefined(firstIsA ? first : second),
    b: withoutUndefined(firstIsA ? second : first),
    verdict:
      verdict === 'first' ? (firstIsA ? 'a' : 'b') : verdict === 'second' ? (firstIsA ? 'b' : 'a') : verdict,
    strength: strength ?? 1,
    ...(targetMargin === undefined ? {} : { targetMargin }),
  };
}

function withoutUndefined({ text, model }: StatedPair['first']): StatedPair['first'] {
  return model === undefined ? { text } : { text, model };
}
