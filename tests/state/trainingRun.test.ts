import { describe, expect, test, vi } from 'vitest';
import { headFromFile } from '../../src/core/headFile.ts';
import { PalateError } from '../../src/core/palateError.ts';
import type { Judgment } from '../../src/core/preference.ts';
import { TrainingRun } from '../../src/state/trainingRun.svelte.ts';
import { TrainingTurn } from '../../src/state/trainingTurn.ts';
import { comparison, judgment, openTraining, sixComparisons } from './openTraining.ts';
import { ENCODER_ID } from './simpleWorkers.ts';

describe('a run', () => {
  test('measures each text once, trains on the pairs that hold and keeps the head', async () => {
    const { training, workers, storage } = await openTraining(sixComparisons);
    await training.start();
    expect(training.status.kind).toBe('done');
    expect(workers.encoder.requests[0].inputs).toHaveLength(12);
    const [request] = workers.trainer.requests;
    expect([...request.rows.chosen]).toEqual([0, 2, 4, 6, 8, 10]);
    expect([...request.promptOfPair]).toEqual([0, 1, 2, 3, 4, 5]);
    expect(request.lengthControl).toBe('off');
    // Rows are 'good 0!', 'bad 0', 'good 1!' and so on.
    expect([...request.logLengths.subarray(0, 3)]).toEqual([7, 5, 7].map((n) => Math.fround(Math.log(n))));
    expect([...request.cues.longer]).toEqual(Array(6).fill(1));
    expect(request).toMatchObject({ headKind: 'linear', seed: 1, backend: 'auto', encoderId: ENCODER_ID });
    const stored = await storage.listHeads('p');
    expect(stored).toEqual([training.current]);
    expect(stored[0].curve?.map(({ iteration }) => iteration)).toEqual([1, 2]);
    expect(stored[0].poolSize).toBe(12);
  });

  test('shows its curve as it goes', async () => {
    const { training } = await openTraining(sixComparisons);
    await training.start();
    const { status } = training;
    expect(status.kind === 'done' && status.curve.map((point) => point.iteration)).toEqual([1, 2]);
  });

  test('measures only what the cache does not hold', async () => {
    const { training, workers, project, storage, asking } = await openTraining(sixComparisons);
    await training.start();
    await project.add({ comparisons: [comparison(6)] });
    await project.judge('c6', { verdict: 'a', strength: 1, shownFirst: 'a', durationMs: 1 });
    await new TrainingRun(storage, project, workers, asking, new TrainingTurn(undefined, undefined)).start();
    expect(workers.encoder.requests[1].cached.map((known) => known === undefined)).toEqual([
      ...Array<boolean>(12).fill(false),
      true,
      true,
    ]);
  });

  test('keeps the encoder’s state until the texts have grown by half', async () => {
    const { training, workers, project } = await openTraining(sixComparisons);
    const addJudged = async (index: number): Promise<void> => {
      await project.add({ comparisons: [comparison(index)] });
      await project.judge(`c${index}`, { verdict: 'a', strength: 1, shownFirst: 'a', durationMs: 1 });
    };
    await training.start();
    for (const index of [6, 7]) await addJudged(index);
    await training.start();
    await addJudged(8);
    await training.start();
    expect(workers.encoder.requests.map(({ state }) => state.kind)).toEqual(['fit', 'known', 'fit']);
    expect(training.heads.map(({ poolSize }) => poolSize)).toEqual([18, 12, 12]);
  });

  test('fits the encoder anew when the seed changed', async () => {
    const { training, workers } = await openTraining(sixComparisons);
    await training.start();
    await training.updateSettings({ seed: 2 });
    await training.start();
    expect(workers.encoder.requests[1].state).toMatchObject({ kind: 'fit', seed: 2 });
  });

  test('survives a cache that cannot be written', async () => {
    const { training, storage } = await openTraining(sixComparisons);
    storage.putMeasurements = () => Promise.reject(new PalateError('storage-full', 'Full.'));
    await training.start();
    expect(training.status.kind).toBe('done');
  });
});

describe('a run that does not finish', () => {
  test.each(['encoding', 'training'] as const)('is cancelled while %s and keeps no head', async (stage) => {
    const { training, storage } = await openTraining(sixComparisons);
    const done = training.start();
    await vi.waitUntil(() => training.status.kind === stage, { interval: 0 });
    await training.cancel();
    await done;
    expect(training.status).toEqual({ kind: 'cancelled' });
    expect(await storage.listHeads('p')).toEqual([]);
  });

  test('says what went wrong, and the next one may succeed', async () => {
    const { training, workers } = await openTraining(sixComparisons);
    workers.trainer.failure = new PalateError('diverged', 'The numbers ran away.');
    await training.start();
    expect(training.status).toEqual({ kind: 'failed', code: 'diverged', message: 'The numbers ran away.' });
    workers.trainer.failure = undefined;
    await training.start();
    expect(training.status.kind).toBe('done');
  });

  test('fails when the head cannot be stored, and shows none', async () => {
    const { training, storage } = await openTraining(sixComparisons);
    storage.putHead = () => Promise.reject(new PalateError('storage-full', 'The disk is full.'));
    await training.start();
    expect(training.status).toMatchObject({ kind: 'failed', code: 'storage-full' });
    expect(training.current).toBeUndefined();
  });
});

describe('too little to train on', () => {
  test.each([
    [0, 'there are 0. Judge 6 more'],
    [1, 'there is 1. Judge 5 more'],
    [5, 'there are 5. Judge 1 more'],
  ])('%i preferences: says how many are missing and does nothing', async (count, words) => {
    const { training, workers } = await openTraining(sixComparisons.slice(0, count));
    await training.start();
    expect(training.need).toContain(words);
    expect(training.status.kind).toBe('idle');
    expect(workers.encoder.requests).toEqual([]);
  });

  test('one prompt only, however it is spaced: asks for a second', async () => {
    const prompts = [
      'Same prompt',
      'same  prompt',
      'Same prompt ',
      'SAME PROMPT',
      'same prompt',
      'Same\nprompt',
    ];
    const { training } = await openTraining(prompts.map((prompt, index) => comparison(index, prompt)));
    expect(training.need).toContain('second');
  });
});

describe('a head is stale', () => {
  test('when judgments were added since, and fresh again when they are undone', async () => {
    const { training, project } = await openTraining([...sixComparisons, comparison(6)].slice(0, 6));
    await project.add({ comparisons: [comparison(6)] });
    await training.start();
    expect(training.stale).toBeUndefined();
    expect(training.positionEffect).toMatchObject({ n: 6 });
    await project.judge('c6', { verdict: 'b', strength: 2, shownFirst: 'b', durationMs: 1 });
    expect(training.stale).toEqual({ judgmentsSince: 1 });
    expect(training.positionEffect).toBeUndefined();
    await project.undo();
    expect(training.stale).toBeUndefined();
  });

  test('when a verdict changed, even if nothing was added', async () => {
    const { training, project } = await openTraining(sixComparisons);
    await training.start();
    await project.judge('c0', { verdict: 'b', strength: 1, shownFirst: 'a', durationMs: 1 });
    expect(training.stale).toEqual({ judgmentsSince: 1 });
  });

  test('when a comparison was deleted', async () => {
    const { training, project } = await openTraining(sixComparisons);
    await training.start();
    await project.delete(['c0']);
    expect(training.stale).toEqual({ judgmentsSince: 0 });
  });
});

test('a changed control for length counts from the next training where no head follows by itself', async () => {
  const { training } = await openTraining(sixComparisons);
  await training.updateSettings({ headKind: 'mlp' });
  await training.start();
  expect(training.controlAwaitsTraining).toBe(false);
  await training.updateSettings({ lengthControl: 'half' });
  expect(training.controlAwaitsTraining).toBe(true);
  await training.updateSettings({ headKind: 'linear' });
  expect(training.controlAwaitsTraining).toBe(false);
  await training.updateSettings({ headKind: 'mlp' });
  await training.start();
  expect(training.controlAwaitsTraining).toBe(false);
});

test('heads trained before are there after opening again', async () => {
  const { training, storage, project, workers, asking } = await openTraining(sixComparisons);
  await training.start();
  const reopened = new TrainingRun(storage, project, workers, asking, new TrainingTurn(undefined, undefined));
  await reopened.open();
  expect(reopened.current).toEqual(training.current);
});

describe('the head in use', () => {
  test('is the one that is chosen, also after opening again, until another is asked for', async () => {
    const { training, storage, project, workers, asking } = await openTraining(sixComparisons);
    await training.start();
    await training.start();
    const [second, first] = training.heads.map(({ head }) => head.id);
    expect(training.current?.head.id).toBe(second);
    await training.use(first);
    expect(training.current?.head.id).toBe(first);
    const reopened = new TrainingRun(
      storage,
      project,
      workers,
      asking,
      new TrainingTurn(undefined, undefined),
    );
    await reopened.open();
    expect(reopened.current?.head.id).toBe(first);
    await training.use(second);
    expect(training.settings.headInUse).toBeUndefined();
    await training.use(first);
    await training.start();
    expect(training.current).toBe(training.newest);
  });

  test('stays while another follows the judgments, and is stale then', async () => {
    const { training, project } = await openTraining(sixComparisons);
    await training.start();
    const kept = training.current!.head.id;
    const stop = training.followJudgments();
    await vi.waitUntil(() => training.newest?.head.id === 'following');
    await training.use(kept);
    await project.judge('c0', { verdict: 'b', strength: 1, shownFirst: 'a', durationMs: 1 });
    await vi.waitUntil(
      () => training.newest?.head.provenance.dataHash !== training.current?.head.provenance.dataHash,
    );
    expect(training.current?.head.id).toBe(kept);
    expect(training.stale).toEqual({ judgmentsSince: 1 });
    expect(training.questions).toEqual(training.newest?.questions);
    stop();
  });
});

test('a head is exported under the project’s name and the day it was trained', async () => {
  const { training } = await openTraining(sixComparisons);
  await training.start();
  const { name, text } = training.exportHead(training.current!);
  expect(name).toBe('My-taste-head-1970-01-01.json');
  const { curve, ...portable } = training.current!;
  expect(curve).toHaveLength(2);
  expect(headFromFile(text, name)).toEqual(portable);
});

test('a backend that cannot run is described by the reason', async () => {
  const { training } = await openTraining([]);
  await training.describeBackend();
  expect(training.backend).toEqual({ backend: 'cpu', reason: 'It is asked for.' });
  await training.updateSettings({ backend: 'webgpu' });
  expect(training.backend?.reason).toBe('This browser has no WebGPU.');
});

describe('a head that follows the judgments', () => {
  const verdict = { verdict: 'a', strength: 1, shownFirst: 'a', durationMs: 1 } as const;

  async function openFollowing() {
    const opened = await openTraining(sixComparisons);
    await opened.project.add({ comparisons: [6, 7, 8].map((index) => comparison(index)) });
    const hash = (): string | undefined => opened.training.current?.head.provenance.dataHash;
    return { ...opened, hash };
  }

  test('is trained by every change, replaces the one before and encodes nothing twice', async () => {
    const { training, project, workers, storage, hash } = await openFollowing();
    const stop = training.followJudgments();
    await vi.waitUntil(() => hash() !== undefined);
    const before = hash();
    await project.judge('c6', verdict);
    await vi.waitUntil(() => hash() !== before);
    await project.undo();
    await vi.waitUntil(() => hash() === before);
    expect(training.status.kind).toBe('idle');
    expect(await storage.listHeads('p')).toEqual(training.heads);
    expect(training.heads).toHaveLength(1);
    expect(workers.encoder.requests).toHaveLength(1);
    stop();
    const runs = workers.trainer.requests.length;
    await project.judge('c7', verdict);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(workers.trainer.requests).toHaveLength(runs);
  });

  test('is trained anew when the control for length changes, and not when it does not', async () => {
    const { training, workers } = await openFollowing();
    const stop = training.followJudgments();
    await vi.waitUntil(() => training.current !== undefined);
    await training.updateSettings({ lengthControl: 'half' });
    await vi.waitUntil(() => training.current?.head.length?.control === 'half');
    expect(workers.trainer.requests.map(({ lengthControl }) => lengthControl)).toEqual(['off', 'half']);
    expect(workers.encoder.requests).toHaveLength(1);
    await training.updateSettings({ lengthControl: 'half' });
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(workers.trainer.requests).toHaveLength(2);
    stop();
  });

  test('is not given up by judgments that come faster than it trains', async () => {
    const { training, project, workers } = await openFollowing();
    const stop = training.followJudgments();
    await vi.waitUntil(() => workers.trainer.requests.length === 1, { interval: 0 });
    await project.judge('c6', verdict);
    await project.judge('c7', verdict);
    await vi.waitUntil(() => training.current?.head.provenance.counts !== undefined);
    await vi.waitUntil(() => workers.trainer.requests.at(-1)!.rows.chosen.length === 8 && !training.stale);
    // One run for what was there at first, and at most one for each change after it; none was aborted.
    expect(workers.trainer.requests.length).toBeLessThanOrEqual(3);
    stop();
  });

  test('stands beside the heads that were asked for', async () => {
    const { training, hash, project } = await openFollowing();
    await training.start();
    const kept = training.current!.head.id;
    const stop = training.followJudgments();
    await project.judge('c6', verdict);
    await vi.waitUntil(() => training.heads.length === 2);
    expect(training.heads.map(({ head }) => head.id)).toContain(kept);
    expect(hash()).not.toBe(training.heads.at(-1)!.head.provenance.dataHash);
    stop();
  });

  test('says what to ask next, what is before the person first', async () => {
    const { training, asking } = await openFollowing();
    asking.shown = { comparisonId: 'c8', reason: 'unfamiliar' };
    const stop = training.followJudgments();
    await vi.waitUntil(() => training.questions.length > 0);
    expect(training.questions).toEqual([
      { comparisonId: 'c8', reason: 'unfamiliar' },
      { comparisonId: 'c6', reason: 'even' },
      { comparisonId: 'c7', reason: 'chance' },
    ]);
    stop();
  });

  test('counts only what chance asked', async () => {
    const { training, project, workers } = await openFollowing();
    await project.judge('c6', { ...verdict, isControl: false });
    const stop = training.followJudgments();
    await vi.waitUntil(() => training.current !== undefined);
    expect([...workers.trainer.requests[0].isControl]).toEqual([1, 1, 1, 1, 1, 1, 0]);
    stop();
  });

  test('tells when a judgment was not learned from, and goes on at the next', async () => {
    const { training, project, workers } = await openFollowing();
    workers.trainer.failure = new PalateError('diverged', 'The numbers ran away.');
    const stop = training.followJudgments();
    await vi.waitUntil(() => training.followProblem !== undefined);
    expect(training.followProblem).toBe('The numbers ran away.');
    workers.trainer.failure = undefined;
    await project.judge('c6', verdict);
    await vi.waitUntil(() => training.current !== undefined);
    expect(training.followProblem).toBeUndefined();
    stop();
  });

  test('tells no more of what was not learned from once the person had it learned', async () => {
    const { training, workers } = await openFollowing();
    workers.trainer.failure = new PalateError('diverged', 'The numbers ran away.');
    const stop = training.followJudgments();
    await vi.waitUntil(() => training.followProblem !== undefined);
    workers.trainer.failure = undefined;
    await training.start();
    expect([training.status.kind, training.followProblem]).toEqual(['done', undefined]);
    stop();
  });

  test('is not there for a hidden layer, which has to be asked for', async () => {
    const { training, workers } = await openFollowing();
    await training.updateSettings({ headKind: 'mlp' });
    const stop = training.followJudgments();
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(training.follows).toBe(false);
    expect(workers.trainer.requests).toEqual([]);
    stop();
  });
});

test('responses judged for themselves go with a run, and make a head stale when one comes', async () => {
  const { training, project, workers } = await openTraining(sixComparisons);
  await training.start();
  await project.thumb('c1', { side: 'b', thumb: 'up', durationMs: 5 });
  expect(training.stale).toBeDefined();
  await training.start();
  const { singles, promptOfPair, rows } = workers.trainer.requests[1];
  expect([...singles!.rows]).toEqual([rows.rejected[1]]);
  expect([...singles!.prompts]).toEqual([promptOfPair[1]]);
  expect([...singles!.isGood]).toEqual([1]);
  expect(training.stale).toBeUndefined();
});

describe('a head for a reason', () => {
  const openWithReasons = async () => {
    const opened = await openTraining([...sixComparisons, comparison(6), comparison(7)]);
    const reasons = (index: number) => (index < 7 ? ['clear', 'tone'] : ['tone']);
    const events = [...Array(8).keys()].map((index) => ({
      ...(judgment(index) as Judgment),
      ...{ id: `again ${index}`, reasons: reasons(index) },
    }));
    await opened.project.add({ events });
    return opened;
  };

  test('learns from the preferences that name it, beside the head in use', async () => {
    const { training, workers } = await openWithReasons();
    await training.start();
    const inUse = training.current!;
    expect(training.aspects.map(({ aspect, pairs }) => [aspect, pairs])).toEqual([
      ['tone', 8],
      ['clear', 7],
    ]);
    await training.start('clear');
    expect(workers.trainer.requests.at(-1)).toMatchObject({ aspect: 'clear', ties: 0 });
    expect(workers.trainer.requests.at(-1)!.weights).toHaveLength(7);
    expect(training.current).toBe(inUse);
    expect(training.heads).toHaveLength(2);
    const clear = training.aspects.find(({ aspect }) => aspect === 'clear')!;
    expect([clear.stored?.head.provenance.aspect, clear.isStale]).toEqual(['clear', false]);
  });

  test('is stale when a preference that names it comes, and needs as many as any head', async () => {
    const { training, project } = await openWithReasons();
    await training.start('clear');
    await project.add({ events: [{ ...(judgment(7) as Judgment), id: 'more', reasons: ['clear', 'safe'] }] });
    const of = (name: string) => training.aspects.find(({ aspect }) => aspect === name)!;
    expect([of('clear').pairs, of('clear').isStale]).toEqual([8, true]);
    expect(of('safe').need).toContain('Judge 5 more');
    await training.start('safe');
    expect(training.heads).toHaveLength(1);
  });
});
