/**
 * A head as it is kept: the state of its encoder stands beside it, once for all heads of the project that name it. A
 * head is replaced at every judgment, its state is megabytes and hardly ever changes.
 */
import type { StoredHead } from './appStorage.ts';

export type HeadAlone = Omit<StoredHead, 'encoderState'>;

export function withoutState({ encoderState: _, ...alone }: StoredHead): HeadAlone {
  return alone;
}

/** The id under which the state of a head's encoder is kept. */
export function stateIdOf({ head }: HeadAlone): string {
  return head.provenance.encoderStateId;
}
