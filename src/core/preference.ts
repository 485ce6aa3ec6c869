/**
 * What a person said (events) and what it means (pairs).
 *
 * Judgments are append-only: nothing is edited or removed, undo and delete are events of their own, and
 * everything a screen shows is derived (`foldEvents`, `preferencePairs`). That is what makes undo endless, reload harmless and
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
  /** Two candidates written for the prompt, of the generation `of` or of it and an earlier one. */
  | { readonly kind: 'generated'; readonly of: string }
  /** A winner that the person improved, against a response of the comparison `of`. */
  | { readonly kind: 'edited'; readonly of: string }
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

export function otherSide(side: Side): Side {
  return side === 'a' ? 'b' : 'a';
}

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
  /** What made the better response better, in the words of the project's list of aspects. */
  readonly reasons?: readonly string[];
  /** Given to a pair that had a verdict, after the person saw how it turned out. */
  readonly isHindsight?: true;
  /** The ranking or edit that says this, among other things: what undo takes back is the whole of it. */
  readonly partOf?: string;
}

/** An order of several responses to one prompt; what it says of every two of them are judgments that are part of it. */
export interface RankingEvent extends EventBase {
  readonly kind: 'ranking';
  /** Every two of the responses; without judgments of its own, the ranking was skipped. */
  readonly comparisonIds: readonly string[];
  readonly durationMs: number;
}

/** The winner of a comparison, made better by the person; what that says are judgments that are part of it. */
export interface EditEvent extends EventBase {
  readonly kind: 'edit';
  readonly comparisonId: string;
}

export type Thumb = 'up' | 'down';

/** One response judged for itself: good enough or not. */
export interface ThumbEvent extends EventBase {
  readonly kind: 'thumb';
  readonly comparisonId: string;
  readonly side: Side;
  readonly thumb: Thumb | 'skip';
  readonly durationMs: number;
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

/** A candidate that a language model wrote. */
export interface WrittenCandidate {
  readonly text: string;
  /** The same seed gave the same text, where the writer takes one. */
  readonly seed?: number;
}

/** Candidates written for a prompt. It says nothing of what is preferred, so that undo steps over it. */
export interface GenerationEvent extends EventBase {
  readonly kind: 'generation';
  readonly prompt: readonly Message[];
  /** What wrote them, by the name it was shown under. */
  readonly writer: string;
  readonly candidates: readonly WrittenCandidate[];
  readonly temperature: number;
  /** 0 for all. */
  readonly topK: number;
  /** The candidate that the head in use then put first of this generation; absent where there was none. */
  readonly winner?: { readonly headId: string; readonly place: number };
}

export type PreferenceEvent =
  | Judgment
  | RankingEvent
  | EditEvent
  | ThumbEvent
  | GenerationEvent
  | UndoEvent
  | NoteEvent
  | DeleteEvent
  | RestoreEvent;

/** What holds now for one comparison. */
export interface ComparisonState {
  readonly judgment?: Judgment;
  /** Asked a second time: the judgment that held then, and the answer. Nothing is learned from the second. */
  readonly repeat?: { readonly before: Judgment; readonly again: Judgment };
  /** What was said before and after the person saw how it turned out. */
  readonly hindsight?: { readonly before: Judgment; readonly after: Judgment };
  readonly note?: string;
  readonly deleted: boolean;
}

/** Fewer preferences than this teach nothing worth a number. */
export const MINIMUM_PREFERENCES = 6;

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
