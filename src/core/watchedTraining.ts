/** What a training run that somebody watches tells of every step, and what it is told: the words of page and worker. */
import type { CurvePoint } from './lossCurve.ts';
import type { Trust } from './rewardHead.ts';

/** What can be changed while a run goes on; a kind of head heeds only its own. */
export interface Tuning {
  /** Of a linear head: λ of the penalty λ/2·|w|², the precision of the prior w ~ N(0, I / λ). */
  readonly lambda: number;
  /** Of a hidden layer: of Adam. */
  readonly learningRate: number;
  /** Of a hidden layer: share of every weight taken away per unit of learning rate. */
  readonly weightDecay: number;
}

/** What training does when nobody watches. */
export const USUAL_TUNING: Tuning = { lambda: 1, learningRate: 0.01, weightDecay: 0.01 };

/** `iteration` is 0 before the first. */
export interface WatchedStep extends CurvePoint {
  readonly trust: Trust;
  /** Where a run that nobody watches ends. */
  readonly isUsualEnd: boolean;
  /** Nothing more happens; a linear head goes on when λ changes. */
  readonly isDone: boolean;
}

/** How to go on from a step. */
export type Answer =
  | { readonly act: 'go-on'; readonly tuning: Tuning }
  /** The head as it is. */
  | { readonly act: 'keep' }
  | { readonly act: 'discard' };
