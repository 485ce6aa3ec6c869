/** An accident of one of the app's workers, and what else its page and its worker share. */
import type { Accident } from '../../helpers/accidents.ts';

export type ServiceName = 'encoder' | 'importer' | 'journal';

/**
 * `loading`: before the worker listens; `before`: when a call arrives; `answering`: when it is done and not yet told;
 * `idle`: after it was told. In the middle of a call: `during`; for the journal also `half written`, of its line, and
 * `removing`, of an old file while it compacts.
 */
export type Moment = 'loading' | 'before' | 'during' | 'half written' | 'removing' | 'answering' | 'idle';

export interface WorkerFault {
  readonly accident: Accident;
  readonly moment: Moment;
  readonly method: 'encode' | 'readPreferences' | 'readCandidates' | 'append' | 'read' | 'count' | 'compact';
  /** The first is 1. */
  readonly call: number;
  /** So many workers one after the other have it. */
  readonly times: number;
}

/** What a worker posts before its accident. */
export const STRUCK = 'struck';
