/** A run that is watched, in-process: the worker waits for the person and is there for everybody else meanwhile. */
import { describe, expect, test, vi } from 'vitest';
import type { HeadKind } from '../../src/core/rewardHead.ts';
import { USUAL_TUNING, type Answer } from '../../src/core/watchedTraining.ts';
import type { ShownStep, WatchRequest } from '../../workers/trainerApi.ts';
import { TrainerService } from '../../workers/trainerService.ts';
import { trainRequest } from '../helpers/trainRequest.ts';

const PAIRS = trainRequest();

function request(headKind: HeadKind = 'linear'): WatchRequest {
  return { ...trainRequest({ headKind }), tuning: USUAL_TUNING };
}

const goOn: Answer = { act: 'go-on', tuning: USUAL_TUNING };

/** A run whose steps wait until they are answered here. */
function watch(trainer: TrainerService, of = request()) {
  const steps: ShownStep[] = [];
  let answer: ((answer: Answer) => void) | undefined;
  const head = trainer.watch(of, (step) => {
    steps.push(step);
    return new Promise((resolve) => (answer = resolve));
  });
  head.catch(() => undefined);
  return {
    head,
    steps,
    /** Waits for a step, and answers it. */
    async answer(how: Answer): Promise<void> {
      await vi.waitUntil(() => answer !== undefined, { interval: 1 });
      const send = answer!;
      answer = undefined;
      send(how);
    },
    arrived: () => vi.waitUntil(() => answer !== undefined, { interval: 1 }),
  };
}

describe.each<HeadKind>(['linear', 'mlp'])('a watched run of a %s head', (kind) => {
  test('takes one step for one answer, and becomes a head when it is kept', async () => {
    const run = watch(new TrainerService(), request(kind));
    for (let step = 0; step < 3; step++) await run.answer(goOn);
    await run.arrived();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(run.steps.map(({ iteration }) => iteration)).toEqual([0, 1, 2, 3]);
    await run.answer({ act: 'keep' });
    const head = await run.head;
    expect(head.parameters.kind).toBe(kind);
    expect(head.trust).toEqual(run.steps[3].trust);
    expect(head.provenance.hyperparameters[kind === 'linear' ? 'iterations' : 'epochs']).toBe(3);
  });

  test.each([0, 2])('is cancelled while it waits at step %i', async (at) => {
    const trainer = new TrainerService();
    const run = watch(trainer, request(kind));
    for (let step = 0; step < at; step++) await run.answer(goOn);
    await run.arrived();
    await trainer.cancel();
    await expect(run.head).rejects.toMatchObject({ code: 'cancelled' });
    expect(run.steps).toHaveLength(at + 1);
  });

  test('leaves the worker to everybody else while it waits, and goes on as if nobody had been there', async () => {
    const trainer = new TrainerService();
    const [disturbed, alone] = [watch(trainer, request(kind)), watch(new TrainerService(), request(kind))];
    for (const run of [disturbed, alone]) for (let step = 0; step < 2; step++) await run.answer(goOn);
    await disturbed.arrived();
    const other = await trainer.train(request('linear'), () => undefined);
    expect(other.trust.accuracy.low).toBeGreaterThan(0.5);
    const candidates = { chosen: PAIRS.rows.chosen.slice(0, 9), rejected: PAIRS.rows.rejected.slice(0, 9) };
    const asking = { strategy: 'bald', count: 2, controlShare: 0.2 } as const;
    const { questions } = await trainer.follow({ ...request('linear'), candidates, asking });
    expect(questions).toHaveLength(2);
    const { features, logLengths } = request();
    const [ranking] = await trainer.rank(other, features, logLengths, [Uint32Array.of(0, 1, 2)], 'expected');
    expect(ranking).toHaveLength(3);
    for (const run of [disturbed, alone]) {
      await run.answer(goOn);
      await run.answer({ act: 'keep' });
    }
    expect((await disturbed.head).parameters).toEqual((await alone.head).parameters);
  });
});

test('a second watched run ends the first', async () => {
  const trainer = new TrainerService();
  const first = watch(trainer);
  await first.arrived();
  const second = watch(trainer);
  await expect(first.head).rejects.toMatchObject({ code: 'cancelled' });
  await second.answer({ act: 'keep' });
  expect((await second.head).parameters.kind).toBe('linear');
});

test('the time a person takes is not counted as training', async () => {
  const run = watch(new TrainerService());
  await run.arrived();
  await new Promise((resolve) => setTimeout(resolve, 400));
  await run.answer({ act: 'keep' });
  expect((await run.head).provenance.durationMs).toBeLessThan(300);
});
