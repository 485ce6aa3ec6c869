/**
 * Reranked candidates as a file: every input field as it came, and what the ranking adds. An input field that has an
 * added name stays as `input_<name>`.
 *
 * A set made of one row (a prompt with a list of responses) stays one JSON line with `candidates`, best first, and
 * `winner_index`. A set made of one row per candidate stays so: `score`, `lower_bound`, `rank`, `ranked_by`, `p_beats_next`
 * with its 95 % interval, `too_close_to_call` and `winner_index` are added to each row, in the order of the input. A table
 * has one row per candidate either way. `p_good` is the probability of being good enough, and `abstain` says that even the
 * best probably is not; both are null where the head has no bar that holds. `ranked_by` names the order of `core/ranking.ts` that was used.
 */
import { isGoodEnough } from '../core/acceptanceBar.ts';
import type { RankedCandidate, Ranking, RankingOrder } from '../core/ranking.ts';
import type { CandidateSet } from './candidateReport.ts';
import { jsonLines } from './jsonLines.ts';
import { tableText, type Cell, type TableStyle } from './tableText.ts';

export interface RankedSet {
  readonly set: CandidateSet;
  /** Best first; `index` points into `set.candidates`. */
  readonly ranking: Ranking;
}

type Fields = Record<string, unknown>;

const LONG_NAMES = [
  'score',
  'lower_bound',
  'rank',
  'ranked_by',
  'p_beats_next',
  'p_beats_next_low',
  'p_beats_next_high',
  'too_close_to_call',
  'p_good',
  'p_good_low',
  'p_good_high',
  'abstain',
  'winner_index',
];
const WIDE_NAMES = ['candidates', 'abstain', 'winner_index'];
const WIDE_TABLE_NAMES = ['index', 'text', 'model', ...LONG_NAMES];

export function rankedJsonLines(sets: readonly RankedSet[]): string {
  return jsonLines(sets.flatMap((ranked) => (isLong(ranked.set) ? longRows(ranked) : [wideRow(ranked)])));
}

/** CSV, one row per candidate; an input field that is no text or number is written as JSON. */
export function rankedTable(sets: readonly RankedSet[], style?: TableStyle): string {
  const rows = sets.flatMap((ranked) =>
    isLong(ranked.set) ? longRows(ranked) : wideRowsPerCandidate(ranked),
  );
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return tableText(
    columns,
    rows.map((row) => columns.map((column) => cell(Object.hasOwn(row, column) ? row[column] : undefined))),
    style,
  );
}

function isLong(set: CandidateSet): boolean {
  return set.rows.length === set.candidates.length;
}

function longRows({ set, ranking }: RankedSet): Fields[] {
  return byIndex(ranking).map((candidate) => ({
    ...keepInput(set.rows[candidate.index], LONG_NAMES),
    ...standing(candidate),
    ...outcome(ranking),
  }));
}

function wideRow({ set, ranking }: RankedSet): Fields {
  return {
    ...keepInput(set.rows[0], WIDE_NAMES),
    candidates: ranking.map((candidate) => ({
      index: candidate.index,
      ...set.candidates[candidate.index],
      ...standing(candidate),
    })),
    ...outcome(ranking),
  };
}

function wideRowsPerCandidate({ set, ranking }: RankedSet): Fields[] {
  return byIndex(ranking).map((candidate) => ({
    ...keepInput(set.rows[0], WIDE_TABLE_NAMES),
    index: candidate.index,
    ...set.candidates[candidate.index],
    ...standing(candidate),
    ...outcome(ranking),
  }));
}

/** `abstain`: even the best is more likely not good enough than good enough; null where the head has no bar. */
function outcome(ranking: Ranking): Fields {
  const { acceptance, index } = ranking[0];
  return { abstain: acceptance ? !isGoodEnough(acceptance) : null, winner_index: index };
}

function byIndex(ranking: Ranking): RankedCandidate[] {
  return ranking.toSorted((one, other) => one.index - other.index);
}

function standing(candidate: RankedCandidate): Fields {
  const { score, lowerBound, rank, beatsNext, beatsNextInterval, tooCloseToCall, acceptance } = candidate;
  return {
    score,
    lower_bound: lowerBound ?? null,
    rank,
    ranked_by: (lowerBound === undefined ? 'expected' : 'cautious') satisfies RankingOrder,
    p_beats_next: beatsNext ?? null,
    p_beats_next_low: beatsNextInterval?.low ?? null,
    p_beats_next_high: beatsNextInterval?.high ?? null,
    too_close_to_call: beatsNext === undefined ? null : tooCloseToCall,
    p_good: acceptance?.probability ?? null,
    p_good_low: acceptance?.low ?? null,
    p_good_high: acceptance?.high ?? null,
  };
}

/** The input's fields; those with an added name get a name that is free. */
function keepInput(row: Readonly<Fields>, addedNames: readonly string[]): Fields {
  const kept = Object.entries(row).map(([name, value]): [string, unknown] => {
    let free = name;
    while (addedNames.includes(free) || (free !== name && Object.hasOwn(row, free))) free = `input_${free}`;
    return [free, value];
  });
  return Object.fromEntries(kept);
}

function cell(value: unknown): Cell {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' || typeof value === 'number' ? value : JSON.stringify(value);
}
