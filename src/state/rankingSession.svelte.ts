/**
 * Putting all responses to one prompt in order: each is given a tier, equal tiers are ties, and accepting keeps it as
 * one act. What is on screen follows from what is stored, but for tiers that were not accepted yet.
 */
import { otherSide, promptText, type Comparison } from '../core/preference.ts';
import { textHash } from '../core/textHash.ts';
import { tiersOf, verdictOfTiers } from '../core/tiers.ts';
import { comparisonId } from '../formats/comparisonId.ts';
import { newComparison } from './newComparison.ts';
import type { Environment, ProjectState, SaidOf } from './projectState.svelte.ts';
import { ShownSince } from './shownSince.ts';
import type { ResponseSet, ResponseSets, SetResponse } from './responseSets.svelte.ts';

const LEAST_RANKED = 3;
/** More than a person can hold against each other; there is a digit for each. */
const MOST_RANKED = 6;

export interface ShownSet extends ResponseSet {
  /** Stays the same while the set is on screen. */
  readonly key: string;
}

export class RankingSession {
  readonly #project: ProjectState;
  readonly #sets: ResponseSets;
  readonly #shownSince: ShownSince;
  #placed = $state.raw<{ readonly key: string; readonly tiers: readonly number[] } | undefined>();
  #active = $state.raw<{ readonly key: string; readonly index: number } | undefined>();

  readonly #set = $derived.by(() => this.#nextSet());
  readonly #tiers = $derived.by(() => this.#tiersNow());

  constructor(project: ProjectState, sets: ResponseSets, environment: Environment) {
    this.#project = project;
    this.#sets = sets;
    this.#shownSince = new ShownSince(environment);
  }

  /** The responses to put in order; undefined when every set is done. */
  get set(): ShownSet | undefined {
    return this.#set;
  }
  /** Tier of every response, 1 best; 0 where none is given yet. */
  get tiers(): readonly number[] {
    return this.#tiers;
  }
  /** The response that the next digit is for. */
  get active(): number {
    if (this.#active && this.#active.key === this.#set?.key) return this.#active.index;
    const free = this.#tiers.indexOf(0);
    return free < 0 ? this.#tiers.length - 1 : free;
  }
  get isComplete(): boolean {
    return this.#tiers.length > 0 && !this.#tiers.includes(0);
  }

  /** Tells that the set is on screen; the time to the ranking counts from here. */
  present(key: string): void {
    this.#shownSince.show(key);
  }

  /** @param index from 0; out of range changes nothing */
  activate(index: number): void {
    if (this.#set?.responses[index]) this.#active = { key: this.#set.key, index };
  }

  /**
   * Gives a response its tier, and turns to the next that has none.
   * @param tier from 1 to the number of responses; 0 takes the tier away
   */
  place(index: number, tier: number): void {
    const set = this.#set;
    if (!set?.responses[index] || tier > set.responses.length) return;
    const tiers = this.#tiers.with(index, tier);
    this.#placed = { key: set.key, tiers };
    const later = tiers.findIndex((value, other) => other > index && value === 0);
    const free = later < 0 ? tiers.indexOf(0) : later;
    this.#active = { key: set.key, index: tier === 0 || free < 0 ? index : free };
  }

  /** Empties what was placed and is not accepted yet. @returns whether there was anything */
  clear(): boolean {
    if (!this.#placed || this.#placed.key !== this.#set?.key) return false;
    this.#placed = undefined;
    this.#active = undefined;
    return true;
  }

  /** Keeps the order. */
  async accept(): Promise<void> {
    const set = this.#set;
    if (!set || !this.isComplete) return;
    const said = this.#saidBy(set);
    await this.#project.rank(said, this.#shownSince.durationOf(set.key));
    this.#placed = undefined;
  }

  /** Goes on to another set without an order. */
  async skip(): Promise<void> {
    const set = this.#set;
    if (!set) return;
    const [one, other] = set.responses;
    await this.#project.rank(
      [{ comparison: this.#comparisonOf(set, one, other) }],
      this.#shownSince.durationOf(set.key),
    );
    this.#placed = undefined;
  }

  #nextSet(): ShownSet | undefined {
    const undone = this.#project.lastUndone;
    const ranked = new Set(
      this.#project.rankings.map(({ comparisonIds }) => this.#promptOf(comparisonIds[0])),
    );
    const last = undone?.kind === 'ranking' ? this.#promptOf(undone.comparisonIds[0]) : undefined;
    const sets = this.#sets.all.filter(({ responses }) => responses.length >= LEAST_RANKED);
    const open = sets.filter((set) => !ranked.has(set.promptText));
    const next =
      sets.find((set) => set.promptText === last) ??
      open.find((set) => this.#judgedPairs(set.responses).every((isJudged) => !isJudged)) ??
      open.find((set) => !this.#judgedPairs(set.responses).every((isJudged) => isJudged));
    if (!next) return undefined;
    const responses = next.responses.slice(0, MOST_RANKED);
    return {
      ...next,
      responses,
      key: textHash([next.promptText, ...responses.map(({ text }) => text)].join('\n')),
    };
  }

  #promptOf(id: string): string | undefined {
    const comparison = this.#project.comparison(id);
    return comparison && promptText(comparison.prompt);
  }

  /** Of every two of them, whether they have a verdict: an order would replace it. */
  #judgedPairs(responses: readonly SetResponse[]): boolean[] {
    return everyTwo(responses.slice(0, MOST_RANKED)).map(([one, other]) => {
      const id = comparisonId(one.comparison.prompt, one.text, other.text);
      return this.#project.stateOf(id).judgment !== undefined;
    });
  }

  #tiersNow(): readonly number[] {
    const set = this.#set;
    if (!set) return [];
    if (this.#placed?.key === set.key) return this.#placed.tiers;
    return this.#undoneTiers(set) ?? set.responses.map(() => 0);
  }

  /** The tiers of the ranking just taken back. */
  #undoneTiers({ promptText, responses }: ShownSet): readonly number[] | undefined {
    const undone = this.#project.lastUndone;
    if (undone?.kind !== 'ranking' || this.#promptOf(undone.comparisonIds[0]) !== promptText)
      return undefined;
    const parts = this.#project.partsOf(undone.id);
    if (parts.length === 0) return undefined;
    const winners = new Set<string>();
    for (const { comparisonId: id, verdict } of parts) {
      const comparison = this.#project.comparison(id);
      if (!comparison || (verdict !== 'a' && verdict !== 'b')) continue;
      winners.add(pairKey(comparison[verdict].text, comparison[otherSide(verdict)].text));
    }
    return tiersOf(responses.length, (one, other) =>
      winners.has(pairKey(responses[one].text, responses[other].text)),
    );
  }

  /**
   * One pair of every ranking counts in figures, drawn by hash among those with a direction: the others hang together
   * with it.
   */
  #saidBy(set: ShownSet): SaidOf[] {
    const tiers = this.#tiers;
    const said = everyTwo([...set.responses.keys()]).map(([one, other]): SaidOf => {
      const comparison = this.#comparisonOf(set, set.responses[one], set.responses[other]);
      const isOneA = comparison.a.text === set.responses[one].text;
      const [a, b] = isOneA ? [tiers[one], tiers[other]] : [tiers[other], tiers[one]];
      return { comparison, verdict: verdictOfTiers(a, b), isControl: false };
    });
    const decided = said.filter(({ verdict }) => verdict === 'a' || verdict === 'b');
    const hash = ({ comparison }: SaidOf): string =>
      textHash(`${this.#project.project.id}\n${comparison.id}`);
    const control = decided.reduce<SaidOf | undefined>(
      (least, one) => (least && hash(least) < hash(one) ? least : one),
      undefined,
    );
    return said.map((one) => (one === control ? { ...one, isControl: true } : one));
  }

  #comparisonOf({ prompt }: ShownSet, one: SetResponse, other: SetResponse): Comparison {
    const made = newComparison(prompt, one, other, one.comparison.source);
    return this.#project.comparison(made.id) ?? made;
  }
}

function everyTwo<T>(items: readonly T[]): [T, T][] {
  return items.flatMap((one, index) => items.slice(index + 1).map((other): [T, T] => [one, other]));
}

function pairKey(better: string, worse: string): string {
  return JSON.stringify([better, worse]);
}
