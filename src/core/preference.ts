/**
 * What a person said (events) and what it means (pairs).
 *
 * Judgments are append-only: nothing is edited or removed, undo and delete are events of their own, and
 * everything a screen shows is derived by `foldEvents`. That is what makes undo endless, reload harmless and
 * two stores mergeable.
 */

export interface Message {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly content: string;
}

export interface Response {
  readonly text: string;
  /** Who wrote it, when the source says so. Never shown before the verdict. */
  readonly model?: string;
}

/** Where a comparison came from; `line` is 1-based in the file the person chose. */
export type ComparisonSource =
  | { readonly kind: 'deck'; readonly deck: string }
  | { readonly kind: 'typed' }
  | {
      readonly kind: 'import';
      readonly importId: string;
      readonly file: string;
      readonly format: string;
      readonly line: number;
    };

/** Two responses to one prompt, before anybody judged them. `a` and `b` carry no order of merit. */
export interface Comparison {
  readonly id: string;
  readonly prompt: readonly Message[];
  readonly a: Response;
  readonly b: Response;
  readonly source: ComparisonSource;
  /** A margin the data demands of this pair (TRL's input column `margin`), in logits. */
  readonly targetMargin?: number;
}

export type Side = 'a' | 'b';
export type Verdict = Side | 'tie' | 'both-bad' | 'skip';
/** 1 better, 2 much better, 3 overwhelmingly better (files only). */
export type Strength = 1 | 2 | 3;

interface EventBase {
  /** Unique over all tabs and devices. */
  readonly id: string;
  /** Milliseconds since the epoch by the clock of the device; informative, never used for order. */
  readonly at: number;
}

/** One act of judging. */
export interface Judgment extends EventBase {
  readonly kind: 'judgment';
  readonly comparisonId: string;
  readonly verdict: Verdict;
  readonly strength: Strength;
  /** The side shown on the left (or on top); absent where a file does not say. */
  readonly shownFirst?: Side;
  /** Milliseconds between showing the pair and the verdict; absent for imported judgments. */
  readonly durationMs?: number;
  /** False when the pair was chosen for what its answer would tell: it is then no fair sample for a headline figure. */
  readonly isControl?: boolean;
  /** The pair was asked a second time to see whether the answer is the same; the judgment before it goes on to hold. */
  readonly isRepeat?: true;
}

/** Takes back the event `target` (undo), or takes back that taking-back (redo, an undo of an undo). */
export interface UndoEvent extends EventBase {
  readonly kind: 'undo';
  readonly target: string;
}

/** A remark on a comparison; an empty text removes it. */
export interface NoteEvent extends EventBase {
  readonly kind: 'note';
  readonly comparisonId: string;
  readonly text: string;
}

/** Removes comparisons from everything derived; undone like any other event. */
export interface DeleteEvent extends EventBase {
  readonly kind: 'delete';
  readonly comparisonIds: readonly string[];
}

/** Brings deleted comparisons back. */
export interface RestoreEvent extends EventBase {
  readonly kind: 'restore';
  readonly comparisonIds: readonly string[];
}

export type PreferenceEvent = Judgment | UndoEvent | NoteEvent | DeleteEvent | RestoreEvent;

/** What holds now for one comparison. */
export interface ComparisonState {
  readonly judgment?: Judgment;
  /** Asked a second time: the judgment that held then, and the answer. Nothing is learned from the second. */
  readonly repeat?: { readonly before: Judgment; readonly again: Judgment };
  readonly note?: string;
  readonly deleted: boolean;
}

export interface FoldedEvents {
  /** Current state by comparison id; comparisons without events are absent. */
  readonly states: ReadonlyMap<string, ComparisonState>;
  /** The judgments and repeats that hold and were given here, not imported, oldest first. */
  readonly answers: readonly Judgment[];
  /** The event ids that undo would take back, oldest first. */
  readonly undoable: readonly string[];
  /** The undo events that redo would take back, oldest first. A new act empties it. */
  readonly redoable: readonly string[];
}

/**
 * Folds events (in the order they were stored) into what holds now. The last judgment of a comparison that was
 * not taken back wins, repeats aside. Undo of an undo restores the original, so undo and redo are endless and survive
 * a reload. An undo whose target is unknown has no effect: a merged log may lack it.
 */
export function foldEvents(events: Iterable<PreferenceEvent>): FoldedEvents {
  const acts: PreferenceEvent[] = [];
  const byId = new Map<string, PreferenceEvent>();
  const active = new Set<string>();
  const undoable: string[] = [];
  const redoable: string[] = [];
  for (const event of events) {
    if (byId.has(event.id)) continue;
    byId.set(event.id, event);
    if (event.kind !== 'undo') {
      acts.push(event);
      active.add(event.id);
      if (isPersonal(event)) {
        undoable.push(event.id);
        redoable.length = 0;
      }
      continue;
    }
    const target = byId.get(event.target);
    if (!target) continue;
    if (target.kind === 'undo') {
      active.add(target.target);
      undoable.push(target.target);
      removeLast(redoable, target.id);
    } else {
      active.delete(target.id);
      removeLast(undoable, target.id);
      redoable.push(event.id);
    }
  }
  const states = new Map<string, ComparisonState>();
  for (const act of acts) if (active.has(act.id)) applyAct(states, act);
  const answers = acts.filter((act): act is Judgment => act.kind === 'judgment' && isAnswer(states, act));
  return { states, answers, undoable, redoable };
}

function isAnswer(states: ReadonlyMap<string, ComparisonState>, act: Judgment): boolean {
  const { judgment, repeat } = states.get(act.comparisonId) ?? {};
  return isPersonal(act) && (act === judgment || act === repeat?.again);
}

/** Imported judgments come by the thousand in one act of importing; single undo steps over them. */
function isPersonal(event: PreferenceEvent): boolean {
  return event.kind !== 'judgment' || event.durationMs !== undefined;
}

function removeLast(list: string[], id: string): void {
  const index = list.lastIndexOf(id);
  if (index >= 0) list.splice(index, 1);
}

function applyAct(states: Map<string, ComparisonState>, act: PreferenceEvent): void {
  const change = (id: string, next: Partial<ComparisonState>): void => {
    states.set(id, { deleted: false, ...states.get(id), ...next });
  };
  switch (act.kind) {
    case 'judgment': {
      if (!act.isRepeat) return change(act.comparisonId, { judgment: act });
      const before = states.get(act.comparisonId)?.judgment;
      if (before) change(act.comparisonId, { repeat: { before, again: act } });
      return;
    }
    case 'note':
      return change(act.comparisonId, { note: act.text === '' ? undefined : act.text });
    case 'delete':
      return act.comparisonIds.forEach((id) => change(id, { deleted: true }));
    case 'restore':
      return act.comparisonIds.forEach((id) => change(id, { deleted: false }));
    case 'undo':
      return;
  }
}

/** Fewer preferences than this teach nothing worth a number. */
export const MINIMUM_PREFERENCES = 6;

/** What a decided judgment means for the likelihood. */
export interface PreferencePair {
  readonly comparisonId: string;
  /** The prompt as one text, see `promptText`. */
  readonly prompt: string;
  readonly chosen: string;
  readonly rejected: string;
  readonly strength: Strength;
  readonly targetMargin: number;
  /** Which response stood on the left; undefined when unknown. */
  readonly shownFirst?: 'chosen' | 'rejected';
  /** Asked without regard to what the head thinks of it. */
  readonly isControl: boolean;
}

export interface JudgmentCounts {
  readonly preferences: number;
  readonly ties: number;
  readonly bothBad: number;
  readonly skipped: number;
  readonly unjudged: number;
  readonly deleted: number;
}

/**
 * The preference pairs that hold now, in the order of `comparisons`. Ties, both bad and skips are no pairs: they
 * are counted, not forced into a direction.
 */
export function preferencePairs(
  comparisons: Iterable<Comparison>,
  states: ReadonlyMap<string, ComparisonState>,
): { pairs: PreferencePair[]; counts: JudgmentCounts } {
  const pairs: PreferencePair[] = [];
  const counts = { preferences: 0, ties: 0, bothBad: 0, skipped: 0, unjudged: 0, deleted: 0 };
  for (const comparison of comparisons) {
    const state = states.get(comparison.id);
    if (state?.deleted) counts.deleted++;
    else if (!state?.judgment) counts.unjudged++;
    else if (state.judgment.verdict === 'tie') counts.ties++;
    else if (state.judgment.verdict === 'both-bad') counts.bothBad++;
    else if (state.judgment.verdict === 'skip') counts.skipped++;
    else {
      counts.preferences++;
      pairs.push(pairOf(comparison, state.judgment, state.judgment.verdict));
    }
  }
  return { pairs, counts };
}

function pairOf(comparison: Comparison, judgment: Judgment, better: Side): PreferencePair {
  const { shownFirst } = judgment;
  return {
    comparisonId: comparison.id,
    prompt: promptText(comparison.prompt),
    chosen: comparison[better].text,
    rejected: comparison[better === 'a' ? 'b' : 'a'].text,
    strength: judgment.strength,
    targetMargin: comparison.targetMargin ?? 0,
    shownFirst: shownFirst && (shownFirst === better ? 'chosen' : 'rejected'),
    isControl: judgment.isControl !== false,
  };
}

const ROLE_LABEL = { system: 'System', user: 'Human', assistant: 'Assistant', tool: 'Tool' } as const;

/**
 * The prompt as the one text that encoders and splits see: the bare content of a single user message, otherwise a
 * transcript with `\n\nHuman: ` and `\n\nAssistant: ` turns (the markers of the Anthropic HH files).
 */
export function promptText(prompt: readonly Message[]): string {
  if (prompt.length === 0) return '';
  if (prompt.length === 1 && prompt[0].role === 'user') return prompt[0].content;
  return prompt.map((message) => `\n\n${ROLE_LABEL[message.role]}: ${message.content}`).join('');
}

/** How much one judgment of a strength counts in the likelihood: "much better" speaks louder, not twice. */
export const STRENGTH_WEIGHT: Readonly<Record<Strength, number>> = { 1: 1, 2: 1.5, 3: 2 };
