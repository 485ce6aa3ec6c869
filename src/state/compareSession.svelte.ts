/**
 * Judging: which pair is asked now, on which sides, and what a verdict does.
 *
 * What is shown follows from what is stored and the address (a comparison opened to be judged again, else the one whose
 * judgment was just taken back, else now and then one asked before, else what the head in use would ask next, else the
 * first unjudged one the project holds, else the next of the deck), so a reload shows the same pair; and what is on
 * screen stays there whatever a newer head would rather ask. Sides follow from a hash of project and comparison:
 * unpredictable to the person, the same every time, and swapped where a pair is repeated.
 */
import type { Comparison, Judgment, PreferenceEvent, Side, Strength } from '../core/preference.ts';
import type { AskingMode, NextQuestion } from '../storage/appStorage.ts';
import type { AskingPool } from './askingPool.svelte.ts';
import { newComparison, userPrompt } from './newComparison.ts';
import type { Environment, ProjectState } from './projectState.svelte.ts';
import { RepeatedPair } from './repeatedPair.svelte.ts';
import type { Router } from './router.svelte.ts';
import { ShownSince } from './shownSince.ts';
import type { TrainingRun } from './trainingRun.svelte.ts';
import {
  actWords,
  firstSide,
  shownVerdict,
  storedVerdict,
  verdictWords,
  type GivenVerdict,
  type ShownVerdict,
} from './shownVerdict.ts';

export interface ShownPair {
  readonly comparison: Comparison;
  /** The side in the first pane. */
  readonly first: Side;
  /** The verdict that was taken back, or that is up for a second thought. */
  readonly former?: GivenVerdict;
  /** Given with the former verdict. */
  readonly reasons: readonly string[];
  /** The pair is shown again although it has a verdict that holds; it can be left as it is. */
  readonly isJudged: boolean;
  /** The person says how a verdict turned out. */
  readonly isHindsight: boolean;
  /** Asked a second time without saying so: neither the former verdict nor an earlier note is shown. */
  readonly isRepeat: boolean;
  readonly note: string;
  /** Why this pair is asked. */
  readonly reason: NextQuestion['reason'];
}

/** Before a comparison's id in the address: the person says how its verdict turned out. */
const LATER = 'later:';
/** Answers given since a verdict before it is looked at again. */
const LEAST_SINCE = 5;

/** A pair just judged, for the moment its verdict is confirmed on screen. */
export interface JudgedMark extends GivenVerdict {
  readonly pair: ShownPair;
}

export class CompareSession {
  readonly #project: ProjectState;
  readonly #shownSince: ShownSince;
  readonly #router: Router;
  readonly #asking: AskingPool;
  readonly #repeatedPair: RepeatedPair;
  readonly #training: Pick<TrainingRun, 'questions'>;
  readonly deckTitle: string;
  /** Judged, but not stored yet: no longer asked. */
  #inFlight = $state.raw<ReadonlyMap<string, ShownPair>>(new Map());
  #leftAsIs = $state.raw<string | undefined>();
  #mark = $state.raw<JudgedMark | undefined>();
  #announcement = $state.raw('');
  #mode = $state.raw<AskingMode>('pairs');

  readonly #pair = $derived.by(() => this.#nextPair());

  constructor(
    project: ProjectState,
    asking: AskingPool,
    deckTitle: string,
    training: Pick<TrainingRun, 'questions'>,
    environment: Environment,
    router: Router,
  ) {
    this.#project = project;
    this.#asking = asking;
    this.#repeatedPair = new RepeatedPair(project);
    this.#training = training;
    this.#shownSince = new ShownSince(environment);
    this.#router = router;
    this.deckTitle = deckTitle;
    this.#mode = project.project.settings.askingMode ?? 'pairs';
  }

  /** The pair to judge; undefined when everything is judged. */
  get pair(): ShownPair | undefined {
    return this.#pair;
  }
  /** The verdict just given, until `endMark`. */
  get mark(): JudgedMark | undefined {
    return this.#mark;
  }
  /** What just happened, in words, for those who cannot see it. */
  get announcement(): string {
    return this.#announcement;
  }
  /** What is asked: two responses, all of a prompt, or one. */
  get mode(): AskingMode {
    return this.#subject() ? 'pairs' : this.#mode;
  }
  get hasDeck(): boolean {
    return this.#asking.hasDeck;
  }
  /** Verdicts that hold and thumbs, skips left out. A repeat counts as well: a number that stands still would give it away. */
  get judged(): number {
    const { preferences, fromThumbs, ties, bothBad, thumbs } = this.#project.counts;
    const counts = (answer: Judgment): boolean =>
      isRepeat(answer) && answer.verdict !== 'skip' && !this.#project.stateOf(answer.comparisonId).deleted;
    const verdicts = preferences - fromThumbs + ties + bothBad + thumbs;
    return verdicts + this.#project.answers.filter(counts).length;
  }

  /** Tells that the pair is on screen now; the time to the verdict counts from here. */
  present(comparisonId: string): void {
    if (!this.#shownSince.show(comparisonId)) return;
    const pair = this.#pair;
    if (pair?.comparison.id === comparisonId && !pair.isJudged && !pair.isRepeat) {
      this.#asking.shown = { comparisonId, reason: pair.reason };
    }
  }

  async judge(verdict: ShownVerdict, strength: Strength = 1, reasons: readonly string[] = []): Promise<void> {
    const pair = this.#pair;
    if (!pair) return;
    const { comparison, first } = pair;
    const isPreference = verdict === 'first' || verdict === 'second';
    const act = {
      verdict: storedVerdict(verdict, first),
      strength: isPreference ? strength : 1,
      shownFirst: first,
      durationMs: this.#shownSince.durationOf(comparison.id),
      isControl: this.#isControl(pair),
      ...(pair.isRepeat && ({ isRepeat: true } as const)),
      ...(pair.isHindsight && ({ isHindsight: true } as const)),
      ...(isPreference && reasons.length > 0 && { reasons }),
    } as const;
    this.#mark = { pair, verdict, strength: act.strength };
    this.#setInFlight(comparison.id, pair);
    this.#leaveSubject();
    try {
      await this.#project.judge(comparison, act);
      this.#announcement = `${verdictWords({ verdict, strength: act.strength })}. ${this.#progressWords()}`;
    } finally {
      this.#setInFlight(comparison.id, undefined);
      this.#shownSince.end(comparison.id);
    }
  }

  endMark(): void {
    this.#mark = undefined;
  }

  async undo(): Promise<void> {
    this.#mark = undefined;
    this.#leaveSubject();
    const act = await this.#project.undo();
    this.#leftAsIs = undefined;
    await this.#showWhereGiven(act);
    this.#announcement = act
      ? `Taken back: ${actWords(act, this.#project.project.id)}. ${this.#progressWords()}`
      : 'There is nothing to take back.';
  }

  async redo(): Promise<void> {
    this.#mark = undefined;
    const act = await this.#project.redo();
    await this.#showWhereGiven(act);
    this.#announcement = act
      ? `Done again: ${actWords(act, this.#project.project.id)}. ${this.#progressWords()}`
      : 'There is nothing to do again.';
  }

  /** Leaves what is shown for another way of asking. */
  async setMode(mode: AskingMode): Promise<void> {
    this.#mark = undefined;
    this.#leaveSubject();
    if (mode === this.#mode) return;
    // At once, so that the next key means the new way; that it is not kept would only be seen after a reload.
    this.#mode = mode;
    await this.#project.updateSettings({ askingMode: mode });
  }

  /** Says what was done elsewhere on the screen. */
  announce(words: string): void {
    this.#announcement = `${words} ${this.#progressWords()}`;
  }

  /** Whether a verdict is old enough to ask how it turned out. */
  get canLookBack(): boolean {
    return this.#pastVerdict !== undefined;
  }

  /** Shows the oldest verdict that was not looked at again, to say how it turned out. */
  lookBack(): void {
    const id = this.#pastVerdict;
    if (id !== undefined) this.#router.go('compare', `${LATER}${id}`);
  }

  get #pastVerdict(): string | undefined {
    const isOpen = ({ comparisonId, verdict, isRepeat }: Judgment): boolean => {
      const { hindsight, deleted } = this.#project.stateOf(comparisonId);
      return !hindsight && !deleted && !isRepeat && (verdict === 'a' || verdict === 'b');
    };
    return this.#project.answers.slice(0, -LEAST_SINCE).find(isOpen)?.comparisonId;
  }

  /** Undo and redo lead to where the act was given. */
  async #showWhereGiven(act: PreferenceEvent | undefined): Promise<void> {
    if (!act) return;
    const mode = act.kind === 'ranking' ? 'rank' : act.kind === 'thumb' ? 'single' : 'pairs';
    await this.setMode(mode);
  }

  /** Goes on without changing the verdict of the pair that is shown again. */
  leaveAsItIs(): void {
    this.#leftAsIs = this.#project.lastUndone?.id;
    this.#leaveSubject();
  }

  async setNote(text: string): Promise<void> {
    const pair = this.#pair;
    if (!pair || text === pair.note) return;
    await this.#project.setNote(pair.comparison, this.#wholeNote(pair, text));
    this.#announcement = text === '' ? 'Note removed.' : 'Note saved.';
  }

  /**
   * Adds every pair of the person's own responses to a prompt; they are asked before the deck.
   * @param texts at least two different responses
   * @returns how many pairs were not known before
   */
  async addOwn(prompt: string, texts: readonly string[]): Promise<number> {
    const pairs = texts.flatMap((text, index) =>
      texts
        .slice(index + 1)
        .map((other) => newComparison(userPrompt(prompt), { text }, { text: other }, { kind: 'typed' })),
    );
    const isNew = ({ id }: Comparison): boolean => this.#project.comparison(id) === undefined;
    const comparisons = pairs.filter(isNew);
    if (comparisons.length > 0) await this.#project.add({ comparisons });
    this.#announcement = `${comparisons.length} ${comparisons.length === 1 ? 'pair' : 'pairs'} added.`;
    return comparisons.length;
  }

  /** Puts the skipped comparisons back into the queue by opening the first of them. */
  get firstSkipped(): string | undefined {
    const isSkipped = ({ id }: Comparison): boolean => {
      const { judgment, deleted } = this.#project.stateOf(id);
      return judgment?.verdict === 'skip' && !deleted && !this.#inFlight.has(id);
    };
    return this.#project.comparisons.find(isSkipped)?.id;
  }

  #nextPair(): ShownPair | undefined {
    const subject = this.#subject();
    if (subject) return { ...this.#shown(subject, 'chance'), isHindsight: this.#isLater };
    const takenBack = this.#justTakenBack();
    if (takenBack) return this.#shown(takenBack, 'chance', isRepeat(this.#project.lastUndone));
    const open = this.#asking.open.filter(({ id }) => !this.#inFlight.has(id));
    if (open.length === 0) return undefined;
    const byId = new Map(open.map((comparison) => [comparison.id, comparison]));
    const { shown } = this.#asking;
    const isShown = shown !== undefined && byId.has(shown.comparisonId);
    const repeated = isShown ? undefined : this.#repeatedPair.next(this.#inFlight);
    if (repeated) return this.#shown(repeated, 'chance', true);
    const question = isShown
      ? shown
      : this.#training.questions.find(({ comparisonId }) => byId.has(comparisonId));
    if (question) return this.#shown(byId.get(question.comparisonId)!, question.reason);
    return this.#shown(open[0], 'chance');
  }

  /** A pair judged again keeps how it came to be asked. */
  #isControl({ comparison, reason }: ShownPair): boolean {
    const undone = this.#project.lastUndone;
    const isUndone = undone?.kind === 'judgment' && undone.comparisonId === comparison.id;
    const former = this.#project.stateOf(comparison.id).judgment ?? (isUndone ? undone : undefined);
    return former?.isControl ?? reason === 'chance';
  }

  /** The comparison the address names. */
  #subject(): Comparison | undefined {
    if (this.#router.screen !== 'compare' || this.#router.subject === undefined) return undefined;
    return this.#askable(this.#router.subject.slice(this.#isLater ? LATER.length : 0));
  }

  get #isLater(): boolean {
    return this.#router.subject?.startsWith(LATER) ?? false;
  }

  #justTakenBack(): Comparison | undefined {
    const act = this.#project.lastUndone;
    if (!act || !('comparisonId' in act) || act.id === this.#leftAsIs) return undefined;
    const { judgment } = this.#project.stateOf(act.comparisonId);
    if (act.kind === 'thumb') return undefined;
    return act.kind === 'judgment' || !judgment ? this.#askable(act.comparisonId) : undefined;
  }

  #askable(id: string): Comparison | undefined {
    if (this.#inFlight.has(id) || this.#project.stateOf(id).deleted) return undefined;
    return this.#project.comparison(id);
  }

  #shown(comparison: Comparison, reason: NextQuestion['reason'], isRepeated = false): ShownPair {
    const { judgment, note = '' } = this.#project.stateOf(comparison.id);
    const first = isRepeated
      ? this.#repeatedPair.firstSide(comparison)
      : firstSide(this.#project.project.id, comparison.id);
    const undone = this.#project.lastUndone;
    const isUndone =
      undone?.kind === 'judgment' && undone.comparisonId === comparison.id && isRepeat(undone) === isRepeated;
    const former = isUndone ? undone : isRepeated ? undefined : judgment;
    return {
      comparison,
      first,
      former: former && shownVerdict(former, first),
      reasons: former?.reasons ?? [],
      isJudged: judgment !== undefined && !isRepeated,
      isHindsight: false,
      isRepeat: isRepeated,
      note: isRepeated ? this.#repeatedPair.noteOn(comparison) : note,
      reason,
    };
  }

  #wholeNote({ comparison, isRepeat }: ShownPair, text: string): string {
    return isRepeat ? this.#repeatedPair.withEarlierNote(comparison, text) : text;
  }

  #progressWords(): string {
    const failed = this.#project.saveState.kind === 'failed' ? ' Not saved.' : '';
    return `${this.judged.toLocaleString('en')} judged.${failed}`;
  }

  #setInFlight(id: string, pair: ShownPair | undefined): void {
    const next = new Map(this.#inFlight);
    if (pair) next.set(id, pair);
    else next.delete(id);
    this.#inFlight = next;
  }

  #leaveSubject(): void {
    if (this.#router.screen === 'compare' && this.#router.subject !== undefined) this.#router.go('compare');
  }
}

function isRepeat(event: PreferenceEvent | undefined): boolean {
  return event?.kind === 'judgment' && event.isRepeat === true;
}
