import { describe, expect, it } from 'vitest';
import { openIdbStorage } from '../../../src/storage/idbStorage.ts';
import { DATABASE_VERSION } from '../../../src/storage/schema.ts';
import { describeOlderDatabases, openAt } from '../../helpers/olderDatabases.ts';
import { describeStorageContract } from '../../helpers/storageContract.ts';
import { everythingIn, sampleComparison, sampleProject } from '../../helpers/storageSamples.ts';

let databases = 0;
const freshName = (): string => `test-${++databases}`;

describeStorageContract("The storage in the browser's own IndexedDB", () =>
  openIdbStorage({ name: freshName() }),
);
describeOlderDatabases(freshName);

describe("The browser's own database", () => {
  it('keeps everything over closing and opening', async () => {
    const name = freshName();
    const first = await openIdbStorage({ name });
    await first.add('p', { project: sampleProject('p'), comparisons: [sampleComparison('c')] });
    const before = await everythingIn(first);
    first.close();
    const second = await openIdbStorage({ name });
    expect(await everythingIn(second)).toEqual(before);
    second.close();
  });

  it('is given free for a newer Palate in another tab, which this one then refuses to touch', async () => {
    const name = freshName();
    const closed: string[] = [];
    const storage = await openIdbStorage({ name, onClosed: (reason) => closed.push(reason) });
    await storage.putProject(sampleProject('p'));
    const last = storage.add('p', { comparisons: [sampleComparison('c')] });
    const upgraded = await openAt(name, DATABASE_VERSION + 1);
    expect(closed).toEqual(['upgraded-elsewhere']);
    expect(await last).toMatchObject({ comparisons: 1 });
    upgraded.close();
    await expect(openIdbStorage({ name })).rejects.toMatchObject({ code: 'storage-newer' });
  });
});
