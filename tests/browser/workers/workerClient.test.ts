/** Workers that die in every way a worker can die: the run goes on in another one, and comes to the same head. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { WorkerClient } from '../../../src/state/workerClient.ts';
import { trainerOver } from '../../../src/state/workerClients.ts';
import { USUAL_TUNING } from '../../../src/core/watchedTraining.ts';
import type { TrainerApi } from '../../../workers/trainerApi.ts';
import { TrainerService } from '../../../workers/trainerService.ts';
import { ACCIDENTS, type Accident } from '../../helpers/accidents.ts';
import { trainRequest } from '../../helpers/trainRequest.ts';

const BEAT_MS = 200;

let started: Worker[] = [];
beforeEach(() => (started = []));
afterEach(() => started.forEach((worker) => worker.terminate()));

/** @param accidents of the workers one after the other; those that follow have none */
function open(...accidents: Accident[]) {
  const client = new WorkerClient<TrainerApi>(
    'trainer',
    () => {
      const worker = new Worker(new URL('../../helpers/faulty.worker.ts', import.meta.url), {
        type: 'module',
        name: started.length < accidents.length ? `${accidents[started.length]}@2` : '',
      });
      started.push(worker);
      return worker;
    },
    { beatMs: BEAT_MS, mostMissed: 10 },
  );
  return { client, trainer: trainerOver(client) };
}

describe.each(ACCIDENTS)('a worker that %s', (accident) => {
  test.each(['linear', 'mlp'] as const)(
    'is followed by one that makes the same %s head',
    async (headKind) => {
      const request = trainRequest({ headKind });
      const undisturbed = await new TrainerService().train(request, () => undefined);
      const head = await open(accident).trainer.train(request, () => undefined);
      expect(started).toHaveLength(2);
      expect(head.parameters).toEqual(undisturbed.parameters);
      expect(head.trust).toEqual(undisturbed.trust);
      expect(head.provenance.backendReason).toMatch(/^The trainer stopped: .+\. It was started again\. /);
    },
  );

  test('takes the steps of a watched run again without asking', async () => {
    const iterations: number[] = [];
    const head = await open(accident).trainer.watch({ ...trainRequest(), tuning: USUAL_TUNING }, (step) => {
      iterations.push(step.iteration);
      return Promise.resolve(step.iteration < 4 ? { act: 'go-on', tuning: USUAL_TUNING } : { act: 'keep' });
    });
    // The question that the first worker died over may have been put before it did.
    expect([...new Set(iterations)]).toEqual([0, 1, 2, 3, 4]);
    expect(head.provenance.hyperparameters.iterations).toBe(4);
  });
});

test('three workers that die are enough: the run stops, says why, and the next one can succeed', async () => {
  const { trainer } = open('throws', 'throws', 'throws');
  await expect(trainer.train(trainRequest(), () => undefined)).rejects.toMatchObject({
    code: 'worker-died',
    message: expect.stringMatching(/thrown on purpose.+attempt 3\. What was saved is safe/) as string,
  });
  expect(started).toHaveLength(3);
  expect((await trainer.train(trainRequest(), () => undefined)).provenance.backendReason).toContain(
    'asked for',
  );
});

test('a worker that cannot be loaded is told', async () => {
  const client = new WorkerClient<TrainerApi>('trainer', () => new Worker('/no-such-worker.js'));
  await expect(client.call((remote) => remote.ping())).rejects.toMatchObject({ code: 'worker-died' });
});

test('a page that slept does not take its worker for dead', async () => {
  const { client } = open();
  const now = vi.spyOn(performance, 'now');
  const call = client.call(async (remote) => {
    await remote.ping();
    const later = performance.now() + 3_600_000;
    now.mockImplementation(() => later);
    await new Promise((resolve) => setTimeout(resolve, 3 * BEAT_MS));
    return 'done';
  });
  expect(await call).toBe('done');
  now.mockRestore();
});

test('a worker that loops for ever is gone 200 ms after a cancel', async () => {
  const { trainer } = open('loops for ever');
  const run = trainer.train(trainRequest(), () => void setTimeout(() => void trainer.cancel(), 20));
  await expect(run).rejects.toMatchObject({ code: 'cancelled' });
  expect(started).toHaveLength(1);
});
