/** Looking through a project's comparisons: filters, pages, a selection, and what can be done to it. */
import { promptText, type Comparison, type ComparisonState, type Verdict } from '../core/preference.ts';
import type { ProjectState } from './projectState.svelte.ts';

export type VerdictFilter = 'any' | 'preference' | 'tie' | 'both-bad' | 'skip' | 'unjudged';

export interface TableFilters {
  readonly verdict: VerdictFilter;
  /** `any`, `deck`, `typed`, or the id of an import. */
  readonly source: string;
  /** Words to be found in the prompt, a response or the note; case does not matter. */
  readonly text: string;
  readonly hasNote: boolean;
  /** Show what was deleted instead of what is there. */
  readonly deleted: boolean;
}

export interface TableRow {
  readonly comparison: Comparison;
  readonly state: ComparisonState;
  readonly prompt: string;
  /** The better response, or the first where there is none. */
  readonly upper: string;
  readonly lower: string;
  readonly verdict: Verdict | undefined;
}

export const PAGE_ROWS = 50;

const EVERYTHING: TableFilters = { verdict: 'any', source: 'any', text: '', hasNote: false, deleted: false };

export class ComparisonTable {
  readonly #project: ProjectState;
  #filters = $state.raw(EVERYTHING);
  #page = $state.raw(0);
  #selected = $state.raw<ReadonlySet<string>>(new Set());
  /** Texts never change, so what is searched is made once per comparison. */
  readonly #searched = new WeakMap<Comparison, string>();

  readonly #found = $derived.by(() => this.#find());
  readonly #pages = $derived(Math.max(1, Math.ceil(this.#found.length / PAGE_ROWS)));
  readonly #rows = $derived(
    this.#found.slice(this.page * PAGE_ROWS, (this.page + 1) * PAGE_ROWS).map((found) => this.#rowOf(found)),
  );

  constructor(project: ProjectState) {
    this.#project = project;
  }

  get filters(): TableFilters {
    return this.#filters;
  }
  /** Comparisons that pass the filters. */
  get count(): number {
    return this.#found.length;
  }
  /** Rows of the present page, newest first. */
  get rows(): readonly TableRow[] {
    return this.#rows;
  }
  get pages(): number {
    return this.#pages;
  }
  /** From 0. */
  get page(): number {
    return Math.min(this.#page, this.#pages - 1);
  }
  get selected(): ReadonlySet<string> {
    return this.#selected;
  }

  filter(change: Partial<TableFilters>): void {
    this.#filters = { ...this.#filters, ...change };
    this.#page = 0;
    this.#selected = new Set();
  }

  clearFilters(): void {
    this.filter(EVERYTHING);
  }

  turnTo(page: number): void {
    this.#page = Math.min(Math.max(0, page), this.#pages - 1);
  }

  select(comparisonId: string, on: boolean): void {
    const next = new Set(this.#selected);
    if (on) next.add(comparisonId);
    else next.delete(comparisonId);
    this.#selected = next;
  }

  /** Everything that passes the filters, on all pages; or nothing. */
  selectAll(on: boolean): void {
    this.#selected = new Set(on ? this.#found.map(({ id }) => id) : []);
  }

  /** Deletes the selection, or brings it back where deleted ones are shown. Returns how many. */
  async deleteOrRestore(): Promise<number> {
    const ids = [...this.#selected];
    if (ids.length === 0) return 0;
    await (this.#filters.deleted ? this.#project.restore(ids) : this.#project.delete(ids));
    this.#selected = new Set();
    return ids.length;
  }

  #find(): Comparison[] {
    const words = this.#filters.text.trim().toLowerCase();
    const found = this.#project.comparisons.filter((comparison) => this.#passes(comparison, words));
    return found.reverse();
  }

  #passes(comparison: Comparison, words: string): boolean {
    const { verdict, source, hasNote, deleted } = this.#filters;
    const state = this.#project.stateOf(comparison.id);
    if (state.deleted !== deleted || isTakenBack(comparison, state)) return false;
    if (hasNote && state.note === undefined) return false;
    if (source !== 'any' && source !== sourceKey(comparison)) return false;
    if (verdict !== 'any' && verdict !== verdictKey(state)) return false;
    if (words === '') return true;
    return (
      this.#searchedText(comparison).includes(words) || (state.note?.toLowerCase().includes(words) ?? false)
    );
  }

  #searchedText(comparison: Comparison): string {
    let text = this.#searched.get(comparison);
    if (text === undefined) {
      const { prompt, a, b } = comparison;
      text = [promptText(prompt), a.text, b.text].join('\n').toLowerCase();
      this.#searched.set(comparison, text);
    }
    return text;
  }

  #rowOf(comparison: Comparison): TableRow {
    const state = this.#project.stateOf(comparison.id);
    const verdict = state.judgment?.verdict;
    const isB = verdict === 'b';
    return {
      comparison,
      state,
      prompt: promptText(comparison.prompt)
        .trim()
        .replace(/\n{2,}/g, '\n'),
      upper: (isB ? comparison.b : comparison.a).text,
      lower: (isB ? comparison.a : comparison.b).text,
      verdict,
    };
  }
}

/** What an edit made is gone when the edit is. */
function isTakenBack({ source }: Comparison, { judgment }: ComparisonState): boolean {
  return source.kind === 'edited' && !judgment;
}

function sourceKey({ source }: Comparison): string {
  return source.kind === 'import' ? source.importId : source.kind;
}

function verdictKey({ judgment }: ComparisonState): VerdictFilter {
  if (!judgment) return 'unjudged';
  return judgment.verdict === 'a' || judgment.verdict === 'b' ? 'preference' : judgment.verdict;
}
