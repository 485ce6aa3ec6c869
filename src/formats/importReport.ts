/**
 * What a file holds, told so that it adds up: `imported + ties + rejected + duplicates = entries`.
 *
 * An entry is one stated comparison. A row that states several (four answers, six verdicts) counts once for each; a
 * row that cannot be read counts once. Rows that label one response (KTO) state nothing alone: every pair made of
 * them is an entry, and so is every such row that finds no partner.
 */
import type { Message, Response, Strength } from '../core/preference.ts';

/** One comparison as a file states it. `line` is 1-based; in a JSON array it is the line the element starts on. */
export interface ReadComparison {
  /** `comparisonId` of prompt and responses: the same for the same pair, whichever way round and whoever won. */
  readonly id: string;
  readonly line: number;
  readonly format: string;
  readonly prompt: readonly Message[];
  /** Which response is `a` depends on the texts alone, never on the verdict or the order in the file. */
  readonly a: Response;
  readonly b: Response;
  readonly verdict: 'a' | 'b' | 'tie' | 'both-bad';
  readonly strength: Strength;
  /** The side the rater saw first, where the file says so. */
  readonly shownFirst?: 'a' | 'b';
  readonly targetMargin?: number;
}

export interface RejectedRow {
  readonly line: number;
  /** What was expected, what came, in words. */
  readonly reason: string;
  /** The start of the row as it stands in the file, at most 200 characters. */
  readonly excerpt: string;
}

export interface DuplicateRow {
  readonly line: number;
  /** Line of the first occurrence in this file; absent when the project held it already. */
  readonly firstLine?: number;
  /** The first occurrence in this file has another verdict. */
  readonly conflicts?: true;
}

/** A row that was taken in otherwise than it stands in the file. */
export interface RowWarning {
  readonly line: number;
  readonly reason: string;
}

export interface FormatShare {
  readonly id: string;
  readonly title: string;
  readonly rows: number;
}

export interface ImportReport {
  readonly file: string;
  /** Formats found, most rows first; more than one for a mixed file. Rows that fit none are in `rejected`. */
  readonly formats: readonly FormatShare[];
  /** Rows in the file, blank lines left out. */
  readonly rows: number;
  readonly entries: number;
  /** Entries with a direction. */
  readonly imported: number;
  /** Entries stated as ties or both bad; kept, and left out of accuracy. */
  readonly ties: number;
  readonly rejected: readonly RejectedRow[];
  readonly duplicates: readonly DuplicateRow[];
  readonly warnings: readonly RowWarning[];
}
