/** A journal in memory: files are texts, and writing can be made to fail. */
import { compactActs, countRecords, decodeJournal, encodeAct, standingActs } from '../../src/core/journal.ts';
import type { Journal } from '../../src/storage/journaledStorage.ts';

export class MemoryJournal implements Journal {
  files: string[] = [''];
  failure?: Error;

  append(lines: string): Promise<void> {
    if (this.failure) return Promise.reject(this.failure);
    this.files[0] += lines;
    return Promise.resolve();
  }
  read() {
    const { acts, lost } = decodeJournal(this.files);
    return Promise.resolve({ acts: standingActs(acts), lost });
  }
  async count(): Promise<number> {
    return countRecords((await this.read()).acts);
  }
  compact(): Promise<void> {
    if (this.failure) return Promise.reject(this.failure);
    this.files = [compactActs(decodeJournal(this.files).acts, false).map(encodeAct).join('')];
    return Promise.resolve();
  }
}
