/** What the journal worker offers the page: files in the origin's private file system, written at once and flushed. */
import type { DecodedJournal } from '../src/core/journal.ts';

export interface JournalApi {
  /** Adds lines to this tab's file; resolves when they are on the disk. */
  append(lines: string): Promise<void>;
  /** Everything in all files that still counts. */
  read(): Promise<DecodedJournal>;
  /** How many different records the files hold. */
  count(): Promise<number>;
  /** Takes on what ended tabs left, and writes the file anew without what was deleted. */
  compact(): Promise<void>;
  /** Answers when the worker's event loop turns. */
  ping(): Promise<void>;
  cancel(): Promise<void>;
}
