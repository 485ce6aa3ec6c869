/**
 * Candidates for one prompt, written by a language model, ranked by the head in use, judged two at a time, and ranked
 * again by the head that has learned from it. All that was written for a prompt, in whatever round, is one pool: what
 * says the same in nearly the same words is in it once.
 */
import { pairToJudge, type CandidatePair } from '../core/candidatePair.ts';
import { distinctRuns } from '../core/distinctness.ts';
import type { GenerationProgress, GenerationRequest, Sampling, TextSource } from '../core/languageModel.ts';
import { mergeCandidates } from '../core/mergedCandidates.ts';
import { errorCode, messageOf, type ErrorCode } from '../core/palateError.ts';
import {
  promptText,
  type Comparison,
  type GenerationEvent,
  type Message,
  type Side,
} from '../core/preference.ts';
import type { RankedCandidate, Ranking, RankingOrder } from '../core/ranking.ts';
import type { StoredHead } from '../storage/appStorage.ts';
import { untrack } from 'svelte';
import type { MeasurementCache } from './encodeTexts.ts';
import { newComparison, userPrompt } from './newComparison.ts';
import type { Environment, ProjectState } from './projectState.svelte.ts';
import { rankWithHead } from './rankWithHead.ts';
import { ShownSince } from './shownSince.ts';
import { actWords, firstSide, storedVerdict, verdictWords, type ShownVerdict } from './shownVerdict.ts';
import type { TrainingRun } from './trainingRun.svelte.ts';
import type { Workers } from './workerClients.ts';

/** One wording, however often it was written. */
export interface PoolCandidate {
  readonly text: string;
  readonly writer: string;
  /** In which it was written first, from 1. */
  readonly round: number;
  readonly seed?: number;
  /** How many candidates say this, itself included. */
  readonly alike: number;
}

/** One act of writing candidates, and what it brought. */
export interface Round {
  readonly generation: GenerationEvent;
  readonly written: number;
  /** Of those, wordings that were not there before. */
  readonly fresh: number;
  /** Place in the pool of what the head puts first of this round; absent without a head. */
  readonly best?: number;
  /** P(its best ≻ the best of all rounds before it), with its interval. */
  readonly beatsBefore?: Pick<RankedCandidate, 'beatsNext' | 'beatsNextInterval' | 'tooCloseToCall'>;
}

/** What was written for a prompt, as of one moment. */
export interface Pool {
  readonly candidates: readonly PoolCandidate[];
  /** Absent where no head ranks. */
  readonly ranking?: Ranking;
  readonly rankedBy?: StoredHead;
  readonly rounds: readonly Round[];
  /** Distinct words and pairs of words over all there are; see `core/distinctness.ts`. */
  readonly distinct: { readonly words?: number; readonly pairs?: number };
}

export interface AskedPair {
  readonly comparison: Comparison;
  readonly first: Side;
  readonly why: CandidatePair['why'];
}

/** A prompt for which something was written. */
export interface WrittenPrompt {
  readonly text: string;
  readonly rounds: number;
  readonly candidates: number;
  readonly judged: number;
}

export type GeneratingStatus =
  | { readonly kind: 'idle' }
  /** The model is being opened, or reads the prompt. */
  | { readonly kind: 'opening'; readonly count: number }
  | {
      readonly kind: 'writing';
      readonly count: number;
      /** How many are whole. */
      readonly done: number;
      /** The one that is being written, so far. */
      readonly text: string;
      readonly tokensPerSecond?: number;
    }
  | { readonly kind: 'done'; readonly kept: number; readonly empty: number }
  | { readonly kind: 'cancelled'; readonly kept: number }
  | { readonly kind: 'failed'; readonly code?: ErrorCode; readonly message: string; readonly kept: number };

/** How candidates are asked for; a seed is drawn where none is given. */
export interface GeneratingSettings extends Sampling {
  readonly count: number;
  readonly seed?: number;
}

const DEFAULT_SETTINGS: GeneratingSettings = {
  ...{ count: 4, temperature: 0.8, topK: 40, maxNewTokens: 200, stopTexts: [] },
};

export const MOST_CANDIDATES = 32;

interface Written {
  readonly text: string;
  readonly seed?: number;
}

const EMPTY: Pool = { candidates: [], rounds: [], distinct: {} };

export class Generating {
  readonly #cache: MeasurementCache;
  readonly #project: ProjectState;
  readonly #training: TrainingRun;
  readonly #workers: Pick<Workers, 'encoder' | 'trainer'>;
  readonly #environment: Environment;
  readonly #writer: { readonly source: TextSource | undefined };
  #prompt = $state.raw('');
  #settings = $state.raw(DEFAULT_SETTINGS);
  #status = $state.raw<GeneratingStatus>({ kind: 'idle' });
  /** Whole, and not kept yet. */
  #drafts = $state.raw<readonly Written[]>([]);
  #pool = $state.raw(EMPTY);
  #rankProblem = $state.raw<string>();
  #asked = $state.raw<AskedPair>();
  readonly #shownSince: ShownSince;
  #announcement = $state.raw('');
  #source?: TextSource;
  #ranking?: Promise<void>;
  #isOutdated = false;
  /** What the pool was made of, and the head there was. */
  #rankedOf?: Pool;
  #rankedFor?: StoredHead;
  #last: readonly GenerationEvent[] = [];

  /** The same list as long as the same are in it: judgments come more often than candidates. */
  readonly #generations = $derived.by(() => {
    const now = this.#project.generations.filter((one) => textOf(one) === this.#prompt);
    const isSame = now.length === this.#last.length && now.every((one, at) => one === this.#last[at]);
    return isSame ? this.#last : (this.#last = now);
  });
  readonly #gathered = $derived.by(() => gathered(this.#generations, this.#drafts, this.#source?.name));
  readonly #prompts = $derived.by(() => this.#writtenPrompts());

  constructor(
    cache: MeasurementCache,
    project: ProjectState,
    training: TrainingRun,
    workers: Pick<Workers, 'encoder' | 'trainer'>,
    writer: { readonly source: TextSource | undefined },
    environment: Environment,
  ) {
    this.#cache = cache;
    this.#project = project;
    this.#training = training;
    this.#workers = workers;
    this.#writer = writer;
    this.#environment = environment;
    this.#shownSince = new ShownSince(environment);
  }

  /** The prompt whose candidates are shown; it cannot be changed while some are written. */
  get prompt(): string {
    return this.#prompt;
  }
  get settings(): GeneratingSettings {
    return this.#settings;
  }
  get status(): GeneratingStatus {
    return this.#status;
  }
  get isRunning(): boolean {
    return this.#status.kind === 'opening' || this.#status.kind === 'writing';
  }
  get pool(): Pool {
    return this.#pool;
  }
  /** Why what is shown could not be ranked. */
  get rankProblem(): string | undefined {
    return this.#rankProblem;
  }
  /** The two candidates to judge; undefined where there are none, or while some are written or the head learns. */
  get pair(): AskedPair | undefined {
    return this.#asked;
  }
  get isLearning(): boolean {
    return this.#training.isLearning;
  }
  /** Newest first. */
  get prompts(): readonly WrittenPrompt[] {
    return this.#prompts;
  }
  /** What just happened, in words, for those who cannot see it. */
  get announcement(): string {
    return this.#announcement;
  }

  setPrompt(prompt: string): void {
    if (!this.isRunning) this.#prompt = prompt;
  }

  set(change: Partial<GeneratingSettings>): void {
    this.#settings = { ...this.#settings, ...change };
  }

  /** From now on the ranking follows what is written and learned, and the pair what is judged. @returns ends it */
  follow(): () => void {
    return $effect.root(() => {
      $effect(() => {
        void [this.#gathered, this.#training.current];
        untrack(() => void this.#refresh());
      });
      $effect(() => {
        void [this.#pool, this.#project.states, this.#training.isLearning, this.isRunning];
        // A head that follows the verdict begins to learn in this turn: the next pair is for it to choose.
        queueMicrotask(() => this.#ask());
      });
    });
  }

  /** Writes candidates and keeps them. Never rejects: how it went is in `status`. */
  async generate(): Promise<void> {
    const source = this.#writer.source;
    const prompt = this.#prompt;
    if (this.isRunning || !source || prompt.trim() === '') return;
    this.#source = source;
    const { count, seed = Math.floor(this.#environment.random() * 2 ** 32), ...sampling } = this.#settings;
    const request = { ...sampling, count, seed, messages: [{ role: 'user', content: prompt }] } as const;
    this.#status = { kind: 'opening', count };
    let end: GeneratingStatus;
    try {
      const empty = await this.#write(source, request);
      end = { kind: 'done', kept: 0, empty };
    } catch (error) {
      const code = errorCode(error);
      end =
        code === 'cancelled'
          ? { kind: 'cancelled', kept: 0 }
          : { kind: 'failed', code, message: messageOf(error), kept: 0 };
    }
    const kept = this.#drafts.length;
    if (kept > 0) await this.#keep(source, request);
    this.#drafts = [];
    this.#status = { ...end, kept };
    this.#announcement = kept > 0 ? `${kept} candidates written.` : 'Nothing was written.';
  }

  async cancel(): Promise<void> {
    if (this.isRunning) await this.#source?.cancel();
  }

  /** Tells that a pair is on screen now; the time to the verdict counts from here. */
  present(comparisonId: string): void {
    this.#shownSince.show(comparisonId);
  }

  async judge(verdict: ShownVerdict): Promise<void> {
    const pair = this.#asked;
    if (!pair) return;
    const { comparison, first } = pair;
    const durationMs = this.#shownSince.durationOf(comparison.id);
    this.#shownSince.end(comparison.id);
    this.#asked = undefined;
    // Asked for what the answer tells, so that it is no fair sample for a headline figure.
    const act = { strength: 1, shownFirst: first, durationMs, isControl: false } as const;
    await this.#project.judge(comparison, { verdict: storedVerdict(verdict, first), ...act });
    this.#announcement = `${verdictWords({ verdict, strength: 1 })}.`;
  }

  async undo(): Promise<void> {
    const act = await this.#project.undo();
    // What was taken back is asked again.
    const comparison = act?.kind === 'judgment' && this.#project.comparison(act.comparisonId);
    if (comparison && promptText(comparison.prompt) === this.#prompt) {
      this.#asked = { comparison, first: this.#firstOf(comparison), why: 'closest' };
    }
    this.#announcement = act
      ? `Taken back: ${actWords(act, this.#project.project.id)}.`
      : 'There is nothing to take back.';
  }

  /** Takes all that was written for a prompt out of the project; judgments stay. */
  async forget(prompt: string): Promise<void> {
    const gone = this.#project.generations.filter((one) => textOf(one) === prompt);
    await this.#project.removeGenerations(gone.map(({ id }) => id));
  }

  /** The best candidate of every prompt by the head in use. @throws PalateError where they cannot be ranked */
  async winners(): Promise<readonly { prompt: readonly Message[]; text: string; isClose: boolean }[]> {
    const head = this.#training.current;
    if (!head) return [];
    const pools = this.#prompts.map(({ text }) => {
      const generations = this.#project.generations.filter((one) => textOf(one) === text);
      return { text, prompt: generations[0].prompt, candidates: gathered(generations, []).candidates };
    });
    const sets = pools.map(({ text, candidates }) => ({ prompt: text, candidates }));
    const rankings = await this.#rank(sets, head, 'cautious');
    return pools.map(({ prompt, candidates }, index) => {
      const [best] = rankings[index];
      return { prompt, text: candidates[best.index].text, isClose: best.tooCloseToCall };
    });
  }

  /** @returns how many candidates turned out empty */
  async #write(source: TextSource, request: GenerationRequest): Promise<number> {
    const { count } = request;
    await source.generate(request, ({ text, seed, end, tokensPerSecond }: GenerationProgress) => {
      // The last word of a run that was given up may come after its end.
      if (!this.isRunning) return;
      const isWhole = end !== undefined && end !== 'cancelled';
      const whole = text.trim();
      if (isWhole && whole !== '') this.#drafts = [...this.#drafts, { text: whole, seed }];
      const done = this.#drafts.length;
      this.#status = { kind: 'writing', count, done, text: end ? '' : text, tokensPerSecond };
    });
    return count - this.#drafts.length;
  }

  async #keep({ name }: TextSource, { messages, temperature, topK }: GenerationRequest): Promise<void> {
    const candidates = this.#drafts.map(({ text, seed }) => (seed === undefined ? { text } : { text, seed }));
    const head = this.#training.current;
    let winner: GenerationEvent['winner'];
    try {
      const [ranking] = head
        ? await this.#rank([{ prompt: messages[0].content, candidates }], head, 'cautious')
        : [];
      winner = ranking && { headId: head!.head.id, place: ranking[0].index };
    } catch {
      // Told where the pool is ranked; what was written is kept either way.
    }
    await this.#project.keepGeneration({
      ...{ prompt: messages, writer: name, candidates, temperature, topK },
      ...(winner && { winner }),
    });
  }

  /** Ranks what there is, one run at a time and once more where something changed meanwhile. */
  #refresh(): Promise<void> {
    this.#isOutdated = true;
    this.#ranking ??= this.#refreshAll().finally(() => (this.#ranking = undefined));
    return this.#ranking;
  }

  async #refreshAll(): Promise<void> {
    while (this.#isOutdated) {
      this.#isOutdated = false;
      const now = this.#gathered;
      const head = this.#training.current;
      let pool: Pool = now;
      let problem: string | undefined;
      try {
        if (head && now.candidates.length > 0) pool = await this.#ranked(now, head);
      } catch (error) {
        // Whoever cancels the encoder for another reason changes something, and that leads here again.
        if (errorCode(error) !== 'cancelled') problem = messageOf(error);
      }
      if (now !== this.#gathered) continue;
      [this.#rankedOf, this.#rankedFor] = [now, head];
      this.#pool = pool;
      this.#rankProblem = problem;
    }
  }

  async #ranked(pool: Pool, head: StoredHead): Promise<Pool> {
    const prompt = this.#prompt;
    const { candidates } = pool;
    const [ranking] = await this.#rank([{ prompt, candidates }], head, 'cautious');
    const rounds = bestOfRounds(pool, ranking);
    const contests = rounds.flatMap(({ best, before }) =>
      best === undefined || before === undefined || best === before ? [] : [{ best, before }],
    );
    // By reward: of two candidates the order is by reward whatever is taken off.
    const results = await this.#rank(
      contests.map(({ best, before }) => ({ prompt, candidates: [candidates[best], candidates[before]] })),
      head,
      'expected',
    );
    return {
      ...pool,
      ranking,
      rankedBy: head,
      rounds: rounds.map(({ round, best, before }) => {
        const place = contests.findIndex((one) => one.best === best && one.before === before);
        return { ...round, best, ...(place >= 0 && { beatsBefore: chanceOfFirst(results[place]) }) };
      }),
    };
  }

  #rank(
    sets: readonly { readonly prompt: string; readonly candidates: readonly { readonly text: string }[] }[],
    head: StoredHead,
    order: RankingOrder,
  ): Promise<Ranking[]> {
    if (sets.length === 0) return Promise.resolve([]);
    return rankWithHead(this.#cache, this.#workers, sets, head, order, { aborted: false });
  }

  /** What is on screen stays there while it can be judged, however it is ranked meanwhile. */
  #ask(): void {
    const { candidates, ranking } = this.#pool;
    // It is being ranked by another head, or with more candidates: this comes again when it is.
    if (this.#rankedOf !== this.#gathered || this.#rankedFor !== this.#training.current) return;
    const texts = new Set(candidates.map(({ text }) => text));
    const asked = this.#asked?.comparison;
    const isOpen = asked && !this.#isJudged(asked.id) && texts.has(asked.a.text) && texts.has(asked.b.text);
    if (isOpen && promptText(asked.prompt) === this.#prompt) return;
    const comparisonOf = (one: number, other: number): Comparison =>
      this.#comparison(candidates[one], candidates[other]);
    // The closest of all is known once all are there.
    const next =
      this.isLearning || this.isRunning
        ? undefined
        : pairToJudge(ranking, candidates.length, (one, other) =>
            this.#isJudged(comparisonOf(one, other).id),
          );
    if (!next) {
      this.#asked = undefined;
      return;
    }
    const comparison = comparisonOf(next.one, next.other);
    this.#asked = { comparison, first: this.#firstOf(comparison), why: next.why };
  }

  #comparison(one: PoolCandidate, other: PoolCandidate): Comparison {
    const of = this.#generations[Math.max(one.round, other.round) - 1].id;
    const [a, b] = [one, other].map(({ text, writer }) => ({ text, model: writer }));
    return newComparison(userPrompt(this.#prompt), a, b, { kind: 'generated', of });
  }

  #isJudged(comparisonId: string): boolean {
    return this.#project.stateOf(comparisonId).judgment !== undefined;
  }

  #firstOf({ id }: Comparison): Side {
    return firstSide(this.#project.project.id, id);
  }

  #writtenPrompts(): WrittenPrompt[] {
    const found = new Map<string, { rounds: number; candidates: number }>();
    for (const generation of this.#project.generations.toReversed()) {
      const text = textOf(generation);
      const { rounds, candidates } = found.get(text) ?? { rounds: 0, candidates: 0 };
      found.set(text, { rounds: rounds + 1, candidates: candidates + generation.candidates.length });
    }
    const judged = new Map<string, number>();
    for (const { id, prompt, source } of this.#project.comparisons) {
      if (source.kind !== 'generated' || !this.#isJudged(id)) continue;
      const text = promptText(prompt);
      judged.set(text, (judged.get(text) ?? 0) + 1);
    }
    return [...found].map(([text, counts]) => ({ text, ...counts, judged: judged.get(text) ?? 0 }));
  }
}

function textOf({ prompt }: GenerationEvent): string {
  return promptText(prompt);
}

/** Everything written for a prompt, each wording once, in the order of writing. */
function gathered(
  generations: readonly GenerationEvent[],
  drafts: readonly Written[],
  draftWriter = '',
): Pool {
  const all = [
    ...generations.flatMap(({ candidates, writer }, index) =>
      candidates.map((one) => ({ ...one, writer, round: index + 1 })),
    ),
    ...drafts.map((one) => ({ ...one, writer: draftWriter, round: generations.length + 1 })),
  ];
  const texts = all.map(({ text }) => text);
  const groups = mergeCandidates(texts);
  const candidates = groups.map((places) => ({ ...all[places[0]], alike: places.length }));
  return {
    candidates,
    rounds: generations.map((generation, index) => ({
      generation,
      written: generation.candidates.length,
      fresh: candidates.filter(({ round }) => round === index + 1).length,
    })),
    distinct: { words: distinctRuns(texts, 1), pairs: distinctRuns(texts, 2) },
  };
}

/** The best fresh candidate of every round, and the best of all rounds before it. */
function bestOfRounds(
  { candidates, rounds }: Pool,
  ranking: Ranking,
): { round: Round; best?: number; before?: number }[] {
  const bestWhere = (isOf: (round: number) => boolean): number | undefined =>
    ranking.find(({ index }) => isOf(candidates[index].round))?.index;
  return rounds.map((round, at) => ({
    round,
    best: bestWhere((one) => one === at + 1),
    before: bestWhere((one) => one < at + 1),
  }));
}

/** P(the first of two ≻ the second), whichever the ranking put first. */
function chanceOfFirst([better]: Ranking): Round['beatsBefore'] {
  const { index, beatsNext, beatsNextInterval, tooCloseToCall } = better;
  if (index === 0) return { beatsNext, beatsNextInterval, tooCloseToCall };
  return {
    beatsNext: 1 - beatsNext!,
    beatsNextInterval: beatsNextInterval && {
      low: 1 - beatsNextInterval.high,
      high: 1 - beatsNextInterval.low,
    },
    tooCloseToCall,
  };
}
