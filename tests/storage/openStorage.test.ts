import { IDBFactory } from 'fake-indexeddb';
import 'fake-indexeddb/auto';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openStorage } from '../../src/storage/openStorage.ts';
import { sampleProject } from '../helpers/storageSamples.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

/** A browser whose storage answers every opening with the error of this name. */
function stubRefusal(errorName: string): void {
  const factory = new IDBFactory();
  factory.open = () => {
    throw new DOMException('refused', errorName);
  };
  vi.stubGlobal('indexedDB', factory);
}

describe('Opening the storage', () => {
  it('takes IndexedDB where it works', async () => {
    const { storage, reason } = await openStorage({ name: 'open-storage' });
    expect(storage.kind).toBe('indexeddb');
    expect(reason).toContain('kept in this browser');
    storage.close();
  });

  it.each([
    ['SecurityError', 'private windows'],
    ['InvalidStateError', 'private windows'],
    ['UnknownError', 'private windows'],
    ['QuotaExceededError', 'no room left'],
  ])('works in memory after %s, and says why this window forgets', async (errorName, why) => {
    stubRefusal(errorName);
    const { storage, reason } = await openStorage();
    expect(storage.kind).toBe('memory');
    expect(reason).toContain('forgets');
    expect(reason).toContain(why);
    await storage.putProject(sampleProject('p'));
    expect(await storage.listProjects()).toEqual([sampleProject('p')]);
  });

  it('works in memory where the browser has no IndexedDB', async () => {
    vi.stubGlobal('indexedDB', undefined);
    const { storage, reason } = await openStorage();
    expect(storage.kind).toBe('memory');
    expect(reason).toContain('no IndexedDB');
  });

  it('does not hide the data of a newer Palate behind an empty memory', async () => {
    stubRefusal('VersionError');
    await expect(openStorage()).rejects.toMatchObject({ code: 'storage-newer' });
  });
});
