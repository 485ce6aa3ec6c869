/** When a new version is told of, and that nothing is reloaded unasked. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { AppUpdates, type ServiceWorkers } from '../../src/state/appUpdates.svelte.ts';

class FakeWorker extends EventTarget {
  state = 'installing';
  readonly messages: unknown[] = [];

  postMessage(message: unknown): void {
    this.messages.push(message);
  }
  become(state: string): void {
    this.state = state;
    this.dispatchEvent(new Event('statechange'));
  }
}

class FakeRegistration extends EventTarget {
  installing: FakeWorker | null = null;
  waiting: FakeWorker | null = null;
  checks = 0;
  isOffline = false;

  update(): Promise<this> {
    this.checks++;
    return this.isOffline ? Promise.reject(new TypeError('Failed to fetch')) : Promise.resolve(this);
  }

  /** A version arrives, up to where it waits. */
  install(): void {
    const worker = new FakeWorker();
    this.installing = worker;
    this.dispatchEvent(new Event('updatefound'));
    this.installing = null;
    this.waiting = worker;
    worker.become('installed');
  }
}

async function start({ isFirst = false, isGuarded = true, registration = new FakeRegistration() } = {}) {
  const workers = Object.assign(new EventTarget(), {
    controller: isFirst ? null : new FakeWorker(),
    ready: Promise.resolve(registration),
    register: () => Promise.resolve(registration),
  });
  const page = Object.assign(new EventTarget(), { visibilityState: 'visible' });
  const counts = { reloads: 0, holds: 0 };
  const updates = new AppUpdates({
    workers: workers as unknown as ServiceWorkers,
    script: './sw.js',
    page: page as unknown as Document,
    holdBuild: () => counts.holds++,
    reload: () => counts.reloads++,
    isGuarded,
  });
  await updates.start();
  const takeOver = (): void => {
    workers.controller = new FakeWorker();
    workers.dispatchEvent(new Event('controllerchange'));
  };
  return { updates, registration, page, counts, takeOver };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a first visit', () => {
  test('tells of no new version: what comes in is what the page runs', async () => {
    const { updates, registration, counts, takeOver } = await start({ isFirst: true });
    registration.install();
    takeOver();
    expect(updates.isReady).toBe(false);
    expect(updates.worksOffline).toBe(true);
    expect(counts).toEqual({ reloads: 0, holds: 1 });
  });

  test('and tells of the next one', async () => {
    const { updates, registration, takeOver } = await start({ isFirst: true });
    registration.install();
    takeOver();
    registration.install();
    expect(updates.isReady).toBe(true);
  });

  test('says when the next load will have the headers that the host does not send', async () => {
    expect((await start({ isFirst: true, isGuarded: false })).updates.canBeGuarded).toBe(true);
    expect((await start()).updates.canBeGuarded).toBe(false);
  });
});

describe('a new version', () => {
  test('that arrives is told of, and waits', async () => {
    const { updates, registration, counts } = await start();
    registration.install();
    expect(updates.isReady).toBe(true);
    expect(registration.waiting!.messages).toEqual([]);
    expect(counts.reloads).toBe(0);
  });

  test('that waited before the page was opened is told of', async () => {
    const registration = new FakeRegistration();
    registration.waiting = new FakeWorker();
    expect((await start({ registration })).updates.isReady).toBe(true);
  });

  test('is asked to take over, and the page reloads once it has', async () => {
    const { updates, registration, counts, takeOver } = await start();
    registration.install();
    updates.reload();
    expect(registration.waiting!.messages).toEqual(['take over']);
    expect(counts.reloads).toBe(0);
    takeOver();
    expect(counts.reloads).toBe(1);
  });

  test('that does not answer does not keep the person waiting', async () => {
    const { updates, registration, counts } = await start();
    registration.install();
    updates.reload();
    vi.advanceTimersByTime(10_000);
    expect(counts.reloads).toBe(1);
  });

  test('that another tab asked for is told of here, and this tab goes on', async () => {
    const { updates, counts, takeOver } = await start();
    takeOver();
    expect(updates.isReady).toBe(true);
    expect(counts.reloads).toBe(0);
    updates.reload();
    expect(counts.reloads).toBe(1);
  });
});

describe('the host is asked for a new version', () => {
  test('at the start, when the tab is shown again, and every few hours', async () => {
    const { registration, page } = await start();
    expect(registration.checks).toBe(1);
    page.visibilityState = 'hidden';
    page.dispatchEvent(new Event('visibilitychange'));
    expect(registration.checks).toBe(1);
    page.visibilityState = 'visible';
    page.dispatchEvent(new Event('visibilitychange'));
    expect(registration.checks).toBe(2);
    vi.advanceTimersByTime(24 * 60 * 60_000);
    expect(registration.checks).toBeGreaterThan(4);
  });

  test('and one that cannot be reached changes nothing', async () => {
    const registration = new FakeRegistration();
    registration.isOffline = true;
    const { updates } = await start({ registration });
    await updates.check();
    expect(updates.isReady).toBe(false);
  });
});

test('a browser without service workers runs the app all the same', async () => {
  const counts = { reloads: 0, holds: 0 };
  const updates = new AppUpdates({
    workers: undefined,
    script: './sw.js',
    page: new EventTarget() as unknown as Document,
    holdBuild: () => counts.holds++,
    reload: () => counts.reloads++,
    isGuarded: true,
  });
  await updates.start();
  expect([updates.isReady, updates.worksOffline, counts.holds]).toEqual([false, false, 0]);
});
