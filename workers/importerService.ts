/**
 * The importer worker's service: reads files by `src/formats` and lets the event loop turn between steps, so that a
 * cancel arrives within tens of milliseconds and progress is told no more often than a person can see.
 */
import { PalateError } from '../src/core/palateError.ts';
import type { CandidateReport } from '../src/formats/candidateReport.ts';
import type { ImportReport, ReadComparison } from '../src/formats/importReport.ts';
import { readCandidates } from '../src/formats/readCandidates.ts';
import { readPreferences } from '../src/formats/readPreferences.ts';
import type { ImporterApi, ImportProgress } from './importerApi.ts';
import { createYield } from './yieldToEvents.ts';

export class ImporterService implements ImporterApi {
  /** Grows with every cancel: a reading that started under an earlier number is over. */
  #cancels = 0;

  readPreferences(
    file: Blob,
    name: string,
    knownIds: readonly string[],
    onBatch: (comparisons: readonly ReadComparison[]) => void | Promise<void>,
    onProgress: (progress: ImportProgress) => void,
  ): Promise<ImportReport> {
    return readPreferences(file, name, { knownIds, onBatch, onStep: this.#stepper(name, onProgress) });
  }

  readCandidates(
    file: Blob,
    name: string,
    onProgress: (progress: ImportProgress) => void,
  ): Promise<CandidateReport> {
    return readCandidates(file, name, this.#stepper(name, onProgress));
  }

  cancel(): Promise<void> {
    this.#cancels++;
    return Promise.resolve();
  }

  ping(): Promise<void> {
    return Promise.resolve();
  }

  /** What a reading calls after every few hundred rows. */
  #stepper(
    name: string,
    onProgress: (progress: ImportProgress) => void,
  ): (progress: ImportProgress) => Promise<void> {
    const startedAt = this.#cancels;
    const yieldIfDue = createYield();
    return async (progress) => {
      if (await yieldIfDue()) onProgress(progress);
      if (this.#cancels !== startedAt) {
        throw new PalateError('cancelled', `Reading ${name} was cancelled; nothing was imported.`);
      }
    };
  }
}
