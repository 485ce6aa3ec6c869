import { afterEach, describe, expect, test, vi } from 'vitest';
import { PalateError } from '../../src/core/palateError.ts';
import { USUAL_TUNING } from '../../src/core/watchedTraining.ts';
import { WatchedRun } from '../../src/state/watchedRun.svelte.ts';
import { openTraining, sixComparisons } from './openTraining.ts';

/** A run that waits before its first step. */
async function openWatching(comparisons = sixComparisons) {
  const opened = await openTraining(comparisons);
  const watching = new WatchedRun(opened.training, opened.workers);
  const ended = watching.open();
  const at = (iteration: number) =>
    vi.waitUntil(() => watching.step?.iteration === iteration, { interval: 1 });
  return { ...opened, watching, ended, at };
}

afterEach(() => vi.useRealTimers());

describe('a watched run', () => {
  test('waits, takes a step when told to, and shows its curve', async () => {
    const { watching, at } = await openWatching();
    await at(0);
    expect(watching.isOpen).toBe(true);
    expect(watching.isPlaying).toBe(false);
    watching.stepOnce();
    await at(1);
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(watching.curve.map(({ iteration }) => iteration)).toEqual([0, 1]);
    await watching.discard();
  });

  test('plays at its pace, can be paused, and pauses by itself when it is done', async () => {
    const { watching, at } = await openWatching();
    await at(0);
    vi.useFakeTimers();
    watching.play();
    await vi.advanceTimersByTimeAsync(1);
    expect(watching.step?.iteration).toBe(1);
    await vi.advanceTimersByTimeAsync(480);
    expect(watching.step?.iteration).toBe(1);
    watching.pause();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(watching.step?.iteration).toBe(1);
    watching.setSpeed(1);
    watching.play();
    await vi.advanceTimersByTimeAsync(1_010);
    expect(watching.step?.iteration).toBe(3);
    expect(watching.isPlaying).toBe(false);
    expect(watching.canGoOn).toBe(false);
    vi.useRealTimers();
    await watching.discard();
  });

  test('takes up what is said before its first step', async () => {
    const { watching, at } = await openWatching();
    watching.stepOnce();
    await at(1);
    await watching.discard();
    await vi.waitUntil(() => !watching.isOpen);
    void watching.open();
    watching.setSpeed(Infinity);
    watching.play();
    await at(3);
    await watching.discard();
  });

  test('goes faster at once when it is told to', async () => {
    const { watching, at } = await openWatching();
    await at(0);
    watching.setSpeed(1);
    watching.play();
    await at(1);
    watching.setSpeed(Infinity);
    await at(3);
    await watching.discard();
  });

  test('remembers one step that is asked for while the trainer is at work', async () => {
    const { watching, at } = await openWatching();
    await at(0);
    for (let press = 0; press < 3; press++) watching.stepOnce();
    await at(2);
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(watching.step?.iteration).toBe(2);
    await watching.discard();
  });

  test('becomes the head in use when it is kept, and is stored', async () => {
    const { watching, training, storage, ended, at } = await openWatching();
    await at(0);
    watching.keep();
    expect(watching.canKeep).toBe(false);
    watching.stepOnce();
    await at(1);
    watching.keep();
    await ended;
    expect(watching.status).toEqual({ kind: 'kept', headId: 'watched-1' });
    expect(training.current?.head.id).toBe('watched-1');
    expect(await storage.listHeads('p')).toEqual(training.heads);
  });

  test.each([0, 1])('leaves nothing when it is discarded at step %i', async (step) => {
    const { watching, training, ended, at } = await openWatching();
    await at(0);
    if (step > 0) watching.stepOnce();
    await at(step);
    await watching.discard();
    await ended;
    expect(watching.status.kind).toBe('closed');
    expect(training.heads).toEqual([]);
  });

  test('is discarded while the texts are read, before there is a step', async () => {
    const { watching, workers, ended } = await openWatching();
    await watching.discard();
    await ended;
    expect(watching.status.kind).toBe('closed');
    expect(workers.trainer.requests).toEqual([]);
  });

  test('takes another strength with the next step, and goes on with it from its end', async () => {
    const { watching, workers, at } = await openWatching();
    await at(0);
    watching.stepOnce();
    await at(1);
    watching.tune({ lambda: 4 });
    expect(watching.marks).toEqual([]);
    watching.setSpeed(Infinity);
    watching.play();
    await at(3);
    const four = { ...USUAL_TUNING, lambda: 4 };
    expect(workers.trainer.tunings).toEqual([USUAL_TUNING, four, four]);
    expect(watching.marks).toEqual([{ iteration: 1, tuning: four }]);
    expect(watching.canGoOn).toBe(false);
    watching.tune({ lambda: 2 });
    expect(watching.canGoOn).toBe(true);
    watching.tune({ lambda: 4 });
    expect(watching.canGoOn).toBe(false);
    await watching.discard();
  });

  test('begins with the usual settings, whatever was tuned before', async () => {
    const { watching, workers, ended, at } = await openWatching();
    await at(0);
    watching.tune({ lambda: 8 });
    watching.stepOnce();
    await at(1);
    await watching.discard();
    await ended;
    void watching.open();
    await at(0);
    expect(watching.tuning).toEqual(USUAL_TUNING);
    expect(watching.curve).toHaveLength(1);
    expect(workers.trainer.requests).toHaveLength(2);
    await watching.discard();
  });
});

describe('a watched run that cannot be', () => {
  test('does nothing with too few preferences', async () => {
    const { watching, ended, workers } = await openWatching(sixComparisons.slice(0, 5));
    await ended;
    expect(watching.status.kind).toBe('closed');
    expect(workers.encoder.requests).toEqual([]);
  });

  test('says what went wrong, and can be opened again', async () => {
    const { watching, workers, ended, at } = await openWatching();
    await at(0);
    workers.trainer.failure = new PalateError('diverged', 'The numbers ran away.');
    watching.play();
    await ended;
    expect(watching.status).toEqual({ kind: 'failed', message: 'The numbers ran away.' });
    expect(watching.isPlaying).toBe(false);
    workers.trainer.failure = undefined;
    void watching.open();
    await at(0);
    await watching.discard();
  });

  test('fails when the head cannot be stored, and shows none', async () => {
    const { watching, storage, training, ended, at } = await openWatching();
    storage.putHead = () => Promise.reject(new PalateError('storage-full', 'The disk is full.'));
    await at(0);
    watching.stepOnce();
    await at(1);
    watching.keep();
    await ended;
    expect(watching.status).toEqual({ kind: 'failed', message: 'The disk is full.' });
    expect(training.current).toBeUndefined();
  });
});

test('judging goes on beside a run that waits, and a head follows', async () => {
  const { watching, training, at } = await openWatching();
  await at(0);
  const stop = training.followJudgments();
  await vi.waitUntil(() => training.current !== undefined);
  expect(watching.isOpen).toBe(true);
  stop();
  await watching.discard();
});
