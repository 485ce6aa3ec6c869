/** What went wrong with the storage, as errors the interface can switch on and a person can read. */
import { PalateError } from '../core/palateError.ts';

/** Gives any error that came out of the browser's storage its code and its words; a `PalateError` stays as it is. */
export function toStorageError(error: unknown): PalateError {
  if (error instanceof PalateError) return error;
  switch (errorName(error)) {
    case 'QuotaExceededError':
      return new PalateError(
        'storage-full',
        'Not saved: this browser has no room left for Palate. Free some disk space, or save a backup file and ' +
          'delete projects you no longer need.',
        { cause: error },
      );
    case 'VersionError':
      return new PalateError(
        'storage-newer',
        'The data in this browser was written by a newer Palate. Reload the page to get the newer Palate; nothing ' +
          'was changed.',
        { cause: error },
      );
    default:
      return new PalateError(
        'storage-failed',
        `Not done: the storage of this browser failed (${String(error)}). Try again; if it fails again, save a ` +
          'backup file and reload the page.',
        { cause: error },
      );
  }
}

/** The error for additions to a project that is not there. */
export function unknownProject(projectId: string): PalateError {
  return new PalateError(
    'storage-failed',
    `Not saved: there is no project "${projectId}"; it may have been deleted in another tab.`,
  );
}

/** The error for calls after the storage was closed. */
export function storageClosed(why: string): PalateError {
  return new PalateError('storage-failed', `Not done: ${why}`);
}

/** The `name` by which errors of the browser are told apart; empty for what has none. */
export function errorName(error: unknown): string {
  return typeof error === 'object' && error !== null && 'name' in error ? String(error.name) : '';
}
