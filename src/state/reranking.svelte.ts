/**
 * Best-of-n: ranks every prompt's candidates with the project's head or with a head from a file. A file is ranked in
 * slices of whole sets, so that memory stays flat, progress shows and cancelling is quick; since a set is ranked by
 * itself, where the slices fall changes nothing.
 */
import { bestOfNCurve, type BestOfNCurve, type CandidateRewards } from '../core/bestOfNCurve.ts';
import type { PortableHead } from '../core/headFile.ts';
import { errorCode, type ErrorCode, messageOf } from '../core/palateError.ts';
import { rankedJsonLines, rankedTable } from '../formats/rankedFile.ts';
import type { Ranking, RankingOrder } from '../core/ranking.ts';
import type { CandidateReport, CandidateSet, ImportProgress } from '../../workers/importerApi.ts';
import { slicesOf } from './candidateSlices.ts';
import { throwIfAborted, type MeasurementCache } from './encodeTexts.ts';
import { rankWithHead } from './rankWithHead.ts';
import { readHead, saysItIsHead } from './readHead.ts';
import type { TextFile } from './textFile.ts';
import type { TrainingRun } from './trainingRun.svelte.ts';
import type { Workers } from './workerClients.ts';

export interface RankedSet {
  readonly set: CandidateSet;
  readonly ranking: Ranking;
  /** P(best ≻ second best); 1 for a lone candidate. The smaller, the closer the call. */
  readonly lead: number;
}

export type RerankStatus =
  | { readonly kind: 'idle' }
  | ({ readonly kind: 'reading' } & ImportProgress)
  /** Counted in candidates. */
  | { readonly kind: 'ranking'; readonly done: number; readonly total: number }
  | { readonly kind: 'done' }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly code?: ErrorCode; readonly message: string };

/** The head that ranks, and whose it is. */
export interface HeadInUse {
  readonly portable: PortableHead;
  /** Name of the file it was read from; absent for a head of the project. */
  readonly file?: string;
  /** The reason whose head it is; absent for the head in use. */
  readonly aspect?: string;
}

type Signal = { aborted: boolean };

export class Reranking {
  readonly #cache: MeasurementCache;
  readonly #training: TrainingRun;
  readonly #workers: Workers;
  #status = $state.raw<RerankStatus>({ kind: 'idle' });
  #loaded = $state.raw<HeadInUse | undefined>();
  #aspect = $state.raw<string | undefined>();
  #headProblem = $state.raw<string | undefined>();
  #order = $state.raw<RankingOrder>('cautious');
  #report = $state.raw<CandidateReport | undefined>();
  #ranked = $state.raw<readonly RankedSet[]>([]);
  #rankedBy = $state.raw<PortableHead | undefined>();
  #signal: Signal = { aborted: false };

  readonly #closestFirst = $derived([...this.#ranked].sort((one, other) => one.lead - other.lead));

  readonly #bestOfN = $derived.by(
    () => this.#rankedBy && bestOfNCurve(this.#ranked.map(rewardsOf), this.#rankedBy.head.inverseTemperature),
  );

  constructor(cache: MeasurementCache, training: TrainingRun, workers: Workers) {
    this.#cache = cache;
    this.#training = training;
    this.#workers = workers;
  }

  get status(): RerankStatus {
    return this.#status;
  }
  get isRunning(): boolean {
    return this.#status.kind === 'reading' || this.#status.kind === 'ranking';
  }
  get head(): HeadInUse | undefined {
    if (this.#loaded) return this.#loaded;
    const { current, aspects } = this.#training;
    const ofAspect = aspects.find(({ aspect }) => aspect === this.#aspect);
    if (ofAspect?.stored) return { portable: ofAspect.stored, aspect: ofAspect.aspect };
    return current && { portable: current };
  }
  /** The reasons whose heads can rank. */
  get aspects(): readonly string[] {
    return this.#training.aspects.filter(({ stored }) => stored).map(({ aspect }) => aspect);
  }
  /** Why the last head file was refused. */
  get headProblem(): string | undefined {
    return this.#headProblem;
  }
  /** In which order candidates are ranked, where the head knows how sure it is. */
  get order(): RankingOrder {
    return this.#order;
  }
  /** What was read from the last file. */
  get report(): CandidateReport | undefined {
    return this.#report;
  }
  /** In the order of the input. */
  get ranked(): readonly RankedSet[] {
    return this.#ranked;
  }
  /** Closest calls first: where a look by a person is worth most. */
  get closestFirst(): readonly RankedSet[] {
    return this.#closestFirst;
  }
  /** What more candidates bring as the head sees it; undefined where too little was ranked to tell. */
  get bestOfN(): BestOfNCurve | undefined {
    return this.#bestOfN;
  }
  /** The head in use is not the one that made what is shown. */
  get isOutdated(): boolean {
    // A head that follows the judgments keeps its id.
    return this.#rankedBy !== undefined && this.#rankedBy.head !== this.head?.portable.head;
  }

  /** Takes a head from a file, or says in `headProblem` why not and keeps the one in use. */
  async loadHead(file: Blob, name: string): Promise<void> {
    this.#headProblem = undefined;
    try {
      const portable = await readHead(this.#workers.encoder, file, name);
      this.#loaded = { portable, file: name };
    } catch (error) {
      this.#headProblem = messageOf(error);
    }
  }

  /** Takes files as they are dropped: heads are told from candidates by what they say they are. */
  async openFiles(files: readonly File[]): Promise<void> {
    const areHeads = await Promise.all(files.map(saysItIsHead));
    for (const [index, file] of files.entries()) {
      if (areHeads[index]) await this.loadHead(file, file.name);
    }
    const candidates = files.find((_, index) => !areHeads[index]);
    if (candidates) await this.rankFile(candidates, candidates.name);
  }

  /** @param aspect ranks by the head of this reason; left out, by the head in use */
  useProjectHead(aspect?: string): void {
    this.#loaded = undefined;
    this.#aspect = aspect;
    this.#headProblem = undefined;
  }

  /** Ranks candidates that were typed or pasted. Never rejects: how it went is in `status`. */
  async rankPasted(prompt: string, texts: readonly string[]): Promise<void> {
    const candidates = texts.map((text) => ({ text }));
    await this.#attempt(async (signal, head) => {
      this.#report = undefined;
      await this.#rank(
        [{ line: 1, prompt, candidates, rows: [{ prompt, candidates: texts }] }],
        head,
        signal,
      );
    });
  }

  /** Ranks every set of a file. Never rejects: how it went is in `status`. */
  async rankFile(file: Blob, name: string): Promise<void> {
    await this.#attempt(async (signal, head) => {
      this.#status = { kind: 'reading', bytes: 0, totalBytes: file.size, rows: 0 };
      const report = await this.#workers.importer.readCandidates(file, name, (progress) => {
        if (this.#status.kind === 'reading') this.#status = { kind: 'reading', ...progress };
      });
      throwIfAborted(signal);
      this.#report = report;
      await this.#rank(report.sets, head, signal);
    });
  }

  /** Ranks what is shown again, with the head now in use. */
  async rankAgain(): Promise<void> {
    const sets = this.#ranked.map(({ set }) => set);
    await this.#attempt((signal, head) => this.#rank(sets, head, signal));
  }

  /** Ranks what is shown in another order; where that does not come about, the order stays what is shown. */
  async orderBy(order: RankingOrder): Promise<void> {
    if (this.isRunning) return;
    const before = this.#order;
    this.#order = order;
    if (this.#ranked.length === 0) return;
    await this.rankAgain();
    if (this.#status.kind !== 'done') this.#order = before;
  }

  async cancel(): Promise<void> {
    if (!this.isRunning) return;
    this.#signal.aborted = true;
    const { importer, encoder } = this.#workers;
    await (this.#status.kind === 'reading' ? importer : encoder).cancel();
  }

  /** What is shown, in the order of the input, with all input fields kept. */
  exportRanked(kind: 'jsonl' | 'csv' | 'spreadsheet'): TextFile {
    const stem = (this.#report?.file ?? 'candidates').replace(/(\.\w+)?(\.gz)?$/, '');
    if (kind === 'jsonl') {
      return { name: `${stem}-ranked.jsonl`, text: rankedJsonLines(this.#ranked), type: 'application/jsonl' };
    }
    return kind === 'csv'
      ? { name: `${stem}-ranked.csv`, text: rankedTable(this.#ranked), type: 'text/csv' }
      : {
          name: `${stem}-ranked-for-spreadsheets.csv`,
          text: rankedTable(this.#ranked, 'spreadsheet'),
          type: 'text/csv',
        };
  }

  clear(): void {
    if (this.isRunning) return;
    this.#show([], undefined);
    this.#report = undefined;
    this.#status = { kind: 'idle' };
  }

  async #attempt(work: (signal: Signal, head: PortableHead) => Promise<void>): Promise<void> {
    const head = this.head?.portable;
    if (this.isRunning || !head) return;
    const signal = (this.#signal = { aborted: false });
    try {
      await work(signal, head);
      this.#status = { kind: 'done' };
    } catch (error) {
      const code = errorCode(error);
      this.#status =
        code === 'cancelled' ? { kind: 'cancelled' } : { kind: 'failed', code, message: messageOf(error) };
    }
  }

  /** Shows the result when all of it is there; until then what was shown before stays. */
  async #rank(sets: readonly CandidateSet[], head: PortableHead, signal: Signal): Promise<void> {
    const total = sets.reduce((sum, set) => sum + set.candidates.length, 0);
    const ranked: RankedSet[] = [];
    let done = 0;
    this.#status = { kind: 'ranking', done, total };
    for (const slice of slicesOf(sets)) {
      const rankings = await rankWithHead(this.#cache, this.#workers, slice, head, this.#order, signal);
      slice.forEach((set, index) => ranked.push(rankedSet(set, rankings[index])));
      done += slice.reduce((sum, set) => sum + set.candidates.length, 0);
      this.#status = { kind: 'ranking', done, total };
      throwIfAborted(signal);
    }
    this.#show(ranked, head);
  }

  #show(ranked: readonly RankedSet[], by: PortableHead | undefined): void {
    this.#ranked = ranked;
    this.#rankedBy = by;
  }
}

function rankedSet(set: CandidateSet, ranking: Ranking): RankedSet {
  return { set, ranking, lead: ranking[0]?.beatsNext ?? 1 };
}

function rewardsOf({ set, ranking }: RankedSet): CandidateRewards {
  const candidates = ranking.map(({ index, score }) => ({ text: set.candidates[index].text, reward: score }));
  return { prompt: set.prompt, candidates };
}
