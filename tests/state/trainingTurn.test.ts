/** Tabs that train one after the other, and pages that end while they do. */
import { describe, expect, test, vi } from 'vitest';
import { TrainingTurn } from '../../src/state/trainingTurn.ts';
import { SimpleLocks } from '../helpers/simpleLocks.ts';
import { openTraining, sixComparisons } from './openTraining.ts';

function notes() {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
}

function never(): AbortSignal {
  return new AbortController().signal;
}

/** A training that ends when it is told to. */
function training() {
  let end!: () => void;
  const ended = new Promise<void>((resolve) => (end = resolve));
  const began = vi.fn();
  return {
    began,
    end,
    train: async (hasWaited: boolean) => {
      began(hasWaited);
      await ended;
    },
  };
}

describe('two tabs', () => {
  function tabs() {
    const { manager } = new SimpleLocks();
    return [new TrainingTurn(manager, undefined), new TrainingTurn(manager, undefined)] as const;
  }
  const options = () => ({ signal: never(), isAskedFor: false });

  test('train one after the other, and the second knows that it has waited', async () => {
    const [one, other] = tabs();
    const [first, second] = [training(), training()];
    const firstTurn = one.take(options(), first.train);
    await vi.waitFor(() => expect(first.began).toHaveBeenCalledWith(false));
    const onWait = vi.fn();
    const secondTurn = other.take({ ...options(), onWait }, second.train);
    await vi.waitFor(() => expect(onWait).toHaveBeenCalled());
    expect(second.began).not.toHaveBeenCalled();
    first.end();
    await vi.waitFor(() => expect(second.began).toHaveBeenCalledWith(true));
    second.end();
    await Promise.all([firstTurn, secondTurn]);
  });

  test('one that gives up waiting stands in nobody’s way', async () => {
    const [one, other] = tabs();
    const [first, second, third] = [training(), training(), training()];
    const firstTurn = one.take(options(), first.train);
    await vi.waitFor(() => expect(first.began).toHaveBeenCalled());
    const abort = new AbortController();
    const secondTurn = other.take({ ...options(), signal: abort.signal }, second.train);
    abort.abort();
    await expect(secondTurn).rejects.toMatchObject({ code: 'cancelled' });
    first.end();
    await firstTurn;
    third.end();
    await other.take(options(), third.train);
    await one.take(options(), third.train);
    expect(second.began).not.toHaveBeenCalled();
    expect(third.began).toHaveBeenCalledTimes(2);
  });

  test('a failure lets go', async () => {
    const [one, other] = tabs();
    await expect(one.take(options(), () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await other.take(options(), () => Promise.resolve('done'))).toBe('done');
  });

  test('one tab asks for a second training while its first goes on', async () => {
    const [one] = tabs();
    const [first, second] = [training(), training()];
    const turns = [one.take(options(), first.train), one.take(options(), second.train)];
    await vi.waitFor(() => expect(second.began).toHaveBeenCalled());
    first.end();
    second.end();
    await Promise.all(turns);
  });

  test('the second uses the head that the first kept of the same judgments', async () => {
    const [one, other] = tabs();
    const { training: first, workers, storage, reopen } = await openTraining(sixComparisons, one);
    const stop = first.followJudgments();
    const gate = training();
    const busy = one.take(options(), gate.train);
    const second = await reopen(other);
    const stopSecond = second.followJudgments();
    await vi.waitFor(() => expect(first.newest?.head.id).toBe('following'));
    await vi.waitFor(async () => expect(await storage.listHeads('p')).toHaveLength(1));
    const trained = workers.trainer.requests.length;
    gate.end();
    await busy;
    await vi.waitFor(() => expect(second.newest?.head.id).toBe('following'));
    expect(second.newest?.head).toEqual(first.newest?.head);
    expect(workers.trainer.requests).toHaveLength(trained);
    stop();
    stopSecond();
  });
});

describe('a page that ends while it trains', () => {
  const byItself = { signal: never(), isAskedFor: false };
  const ends = (kept: ReturnType<typeof notes>): void => {
    void new TrainingTurn(undefined, kept).take(byItself, () => new Promise(() => undefined));
  };

  test('is forgiven once; after the second time training waits until it is asked for', async () => {
    const kept = notes();
    ends(kept);
    await vi.waitFor(() => expect(kept.getItem('palate.trainings-unended')).toBe('1'));
    ends(kept);
    await vi.waitFor(() => expect(kept.getItem('palate.trainings-unended')).toBe('2'));
    const train = vi.fn(() => Promise.resolve('done'));
    await expect(new TrainingTurn(undefined, kept).take(byItself, train)).rejects.toMatchObject({
      code: 'out-of-memory',
      message: expect.stringContaining('ended twice') as string,
    });
    expect(train).not.toHaveBeenCalled();
    const asked = { signal: never(), isAskedFor: true };
    expect(await new TrainingTurn(undefined, kept).take(asked, train)).toBe('done');
    expect(await new TrainingTurn(undefined, kept).take(byItself, train)).toBe('done');
  });

  test('a training that fails is no such page', async () => {
    const kept = notes();
    for (let time = 0; time < 4; time++) {
      await expect(
        new TrainingTurn(undefined, kept).take(byItself, () => Promise.reject(new Error('no'))),
      ).rejects.toThrow('no');
    }
  });
});
