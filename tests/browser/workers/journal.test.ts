/** The journal in the origin's real file system, written by real workers. */
import { wrap, type Remote } from 'comlink';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { encodeAct, type JournalAct } from '../../../src/core/journal.ts';
import type { JournalApi } from '../../../workers/journalApi.ts';

const workers: Worker[] = [];

function openTab(): { readonly journal: Remote<JournalApi>; readonly worker: Worker } {
  const worker = new Worker(new URL('../../../workers/journal.worker.ts', import.meta.url), {
    type: 'module',
  });
  workers.push(worker);
  return { journal: wrap<JournalApi>(worker), worker };
}

const add = (id: string, at: number): JournalAct => ({
  ...{ act: id, at, kind: 'add', projectId: 'p' },
  events: [{ id }],
});

async function removeJournal(): Promise<void> {
  const root = await navigator.storage.getDirectory();
  await root.removeEntry('journal', { recursive: true }).catch(() => undefined);
}

beforeEach(removeJournal);
afterEach(async () => {
  for (const worker of workers.splice(0)) worker.terminate();
  // A handle that was not closed is given free a moment after its worker ends.
  await new Promise((resolve) => setTimeout(resolve, 100));
  await removeJournal();
});

test('two tabs write at once, and both read all of it', async () => {
  const [one, other] = [openTab().journal, openTab().journal];
  await Promise.all([one.append(encodeAct(add('a', 1))), other.append(encodeAct(add('b', 2)))]);
  await one.append(encodeAct(add('c', 3)));
  for (const tab of [one, other]) {
    expect((await tab.read()).acts.map(({ act }) => act)).toEqual(['a', 'b', 'c']);
    expect(await tab.count()).toBe(3);
  }
});

test('what a killed tab wrote is there, its torn last line swallows nothing, and its file is taken on', async () => {
  const killed = openTab();
  await killed.journal.append(encodeAct(add('a', 1)) + encodeAct(add('torn', 2)).slice(0, -9));
  killed.worker.terminate();
  await new Promise((resolve) => setTimeout(resolve, 100));
  const next = openTab().journal;
  await next.append(encodeAct(add('b', 3)));
  expect(await next.read()).toMatchObject({ acts: [{ act: 'a' }, { act: 'b' }], lost: 1 });
  const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('journal');
  const names: string[] = [];
  for await (const name of folder.keys()) names.push(name);
  expect(names).toEqual(['0.jsonl']);
});

const ended: JournalAct = { act: 'end', at: 9, kind: 'delete', projectId: 'p' };

async function texts(): Promise<string[]> {
  const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('journal');
  const found: string[] = [];
  for await (const file of folder.values()) {
    found.push(await (await (file as FileSystemFileHandle).getFile()).text());
  }
  return found;
}

test('what was deleted is no longer in any file once the journal is compacted, and writing goes on', async () => {
  const { journal } = openTab();
  await journal.append(
    encodeAct(add('a', 1)) + encodeAct({ ...add('kept', 2), projectId: 'q' } as JournalAct),
  );
  await journal.append(encodeAct(ended));
  await journal.compact();
  expect((await texts()).join('')).not.toContain('"p"');
  await journal.append(encodeAct(add('b', 3)));
  expect((await journal.read()).acts.map(({ act }) => act)).toEqual(['kept', 'b']);
  expect(await texts()).toHaveLength(1);
});

test('the files of tabs that ended become one, and that of a tab that is open stays and is ended by what was deleted', async () => {
  const [open, gone] = [openTab(), openTab()];
  await open.journal.append(encodeAct(add('a', 1)));
  await gone.journal.append(
    encodeAct(add('b', 2)) + encodeAct({ ...add('kept', 3), projectId: 'q' } as JournalAct),
  );
  gone.worker.terminate();
  await new Promise((resolve) => setTimeout(resolve, 100));
  const next = openTab().journal;
  await next.append(encodeAct(ended));
  await next.compact();
  expect((await next.read()).acts.map(({ act }) => act)).toEqual(['kept']);
  expect(await texts()).toHaveLength(2);
  await open.journal.append(encodeAct({ ...add('c', 10), projectId: 'q' } as JournalAct));
  expect((await next.read()).acts.map(({ act }) => act)).toEqual(['kept', 'c']);
});
