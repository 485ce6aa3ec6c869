import { flushSync } from 'svelte';
import { expect, test } from 'vitest';
import { Keeping, type Persistence } from '../../src/state/keeping.svelte.ts';
import { createMemoryStorage } from '../../src/storage/memoryStorage.ts';
import { mapStore, openApp } from './openApp.ts';

function browserThat(promises: boolean, alreadyDid = false) {
  const asked: string[] = [];
  const persistence: Persistence = {
    persist: () => {
      asked.push('persist');
      return Promise.resolve(promises);
    },
    persisted: () => Promise.resolve(alreadyDid),
  };
  return { asked, persistence };
}

function keepingWith(persistence: Persistence | undefined, settings = mapStore()): Keeping {
  return new Keeping({ reason: 'Here.', keptIn: 'database and journal', persistence, settings });
}

test('the browser is asked for protection once, with the tenth judgment', async () => {
  const { asked, persistence } = browserThat(true);
  const keeping = keepingWith(persistence);
  await keeping.look();
  const { app } = await openApp({ keeping });
  const { compare } = app.open;
  for (let count = 1; count <= 9; count++) {
    await compare.judge('first');
    await compare.undo();
    await compare.judge('second');
    if (count === 9) break;
  }
  flushSync();
  expect([app.open.project.answers.length, asked.length, keeping.isProtected]).toEqual([9, 0, false]);
  await compare.addOwn('Greet me', ['a', 'b', 'c']);
  await compare.judge('first');
  flushSync();
  await compare.judge('first');
  flushSync();
  expect([asked.length, keeping.isProtected]).toEqual([1, true]);
});

test('a browser that protects the data already is not asked again', async () => {
  const { asked, persistence } = browserThat(true, true);
  const keeping = keepingWith(persistence);
  await keeping.look();
  const stop = keeping.follow(() => 50);
  flushSync();
  stop();
  expect([asked.length, keeping.isProtected]).toEqual([0, true]);
});

test('a browser that knows no protection, or refuses to talk of it, stops nothing', async () => {
  const refuses: Persistence = {
    persist: () => Promise.reject(new Error('no')),
    persisted: () => Promise.reject(new Error('no')),
  };
  for (const [persistence, expected] of [
    [undefined, undefined],
    [refuses, false],
  ] as const) {
    const keeping = keepingWith(persistence);
    await keeping.look();
    await keeping.protect();
    expect(keeping.isProtected).toBe(expected);
  }
});

test('a backup file counts the acts since, also after a reload, and only when everything was in it', async () => {
  const settings = mapStore();
  const storage = createMemoryStorage();
  const { app, dependencies } = await openApp({
    settings,
    storage,
    keeping: keepingWith(undefined, settings),
  });
  const { compare, project } = app.open;
  await compare.judge('first');
  expect(app.keeping.actsSinceBackup(project.events)).toBeUndefined();
  await app.backup.write();
  await compare.judge('first');
  await compare.judge('first');
  const again = await openApp({ ...dependencies, keeping: keepingWith(undefined, settings) });
  expect(again.app.keeping.actsSinceBackup(again.app.open.project.events)).toBe(2);

  storage.listProjects = () => Promise.reject(new Error('erased'));
  await again.app.backup.write();
  expect(again.app.backup.status).toMatchObject({ kind: 'written', isPartial: true });
  expect(again.app.keeping.actsSinceBackup(again.app.open.project.events)).toBe(2);
});

test('a backup holds what the storage refused', async () => {
  const { app, dependencies } = await openApp();
  const { compare, project } = app.open;
  await compare.judge('first');
  dependencies.storage.add = () => Promise.reject(new Error('The disk is full.'));
  await compare.judge('second');
  const file = await app.backup.write();
  const fresh = await openApp();
  await fresh.app.receive([file!]);
  expect(fresh.app.open.project.events).toEqual(project.events);
});

test('a lost connection is no reason to tell anything; erased data is', () => {
  const keeping = keepingWith(undefined);
  keeping.tellClosed('connection-lost');
  expect(keeping.closed).toBeUndefined();
  keeping.tellClosed('erased');
  expect(keeping.closed).toBe('erased');
});

test('a project that cannot be stored is there all the same, and is stored with the first act that can be', async () => {
  const storage = createMemoryStorage();
  const { add } = storage;
  storage.add = () => Promise.reject(new Error('The disk is full.'));
  const { app } = await openApp({ storage });
  expect(app.open.project.saveState).toEqual({ kind: 'failed', message: 'The disk is full.', waiting: 0 });
  expect(app.projects).toEqual([app.open.project.project]);
  await app.open.compare.judge('first');
  storage.add = add;
  await app.open.compare.judge('first');
  const again = await openApp({ storage });
  expect(again.app.open.project.project).toEqual(app.open.project.project);
  expect(again.app.open.project.events).toHaveLength(2);
});
