import { describe, expect, test } from 'vitest';
import { openApp } from './openApp.ts';

async function openRanking(given: Parameters<typeof openApp>[0] = {}) {
  const { app, dependencies } = await openApp(given);
  const { compare, ranking, project } = app.open;
  await compare.setMode('rank');
  return { app, dependencies, compare, ranking, project };
}

/** Gives the responses on screen these tiers, in their order. */
function placeAll(ranking: { place: (index: number, tier: number) => void }, tiers: readonly number[]): void {
  tiers.forEach((tier, index) => ranking.place(index, tier));
}

describe('a ranking', () => {
  test('of three responses says what it says of every two, as one act', async () => {
    const { ranking, project } = await openRanking();
    const texts = ranking.set!.responses.map(({ text }) => text);
    placeAll(ranking, [2, 1, 2]);
    await ranking.accept();
    expect(project.counts).toMatchObject({ preferences: 2, ties: 1 });
    expect(project.pairs.map(({ chosen }) => chosen)).toEqual([texts[1], texts[1]]);
    expect(project.pairs.filter(({ isControl }) => isControl)).toHaveLength(1);
    expect(project.pairs.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(2, 9);
  });

  test('turns from response to response, and takes a tier back', async () => {
    const { ranking } = await openRanking();
    expect(ranking.active).toBe(0);
    ranking.place(0, 1);
    expect(ranking.active).toBe(1);
    ranking.place(2, 2);
    expect([ranking.active, ranking.isComplete]).toEqual([1, false]);
    ranking.place(1, 9);
    expect(ranking.tiers).toEqual([1, 0, 2]);
    ranking.place(1, 2);
    expect(ranking.isComplete).toBe(true);
    expect(ranking.clear()).toBe(true);
    expect([ranking.tiers, ranking.clear()]).toEqual([[0, 0, 0], false]);
  });

  test('is not kept until every response has a tier', async () => {
    const { ranking, project } = await openRanking();
    ranking.place(0, 1);
    await ranking.accept();
    expect(project.events).toHaveLength(0);
  });

  test('goes on to the next prompt, never to one that was ranked or skipped, until all are done', async () => {
    const { ranking, project } = await openRanking();
    const prompts: string[] = [];
    for (; ranking.set; await (prompts.length === 2 ? ranking.skip() : ranking.accept())) {
      prompts.push(ranking.set.promptText);
      placeAll(ranking, [1, 2, 3]);
    }
    expect(new Set(prompts).size).toBe(3);
    expect(prompts).toHaveLength(3);
    expect(project.counts.preferences).toBe(6);
  });

  test('taken back shows the same responses with their tiers; done again, goes on', async () => {
    const { compare, ranking, project } = await openRanking();
    const set = ranking.set!;
    placeAll(ranking, [3, 1, 3]);
    await ranking.accept();
    const next = ranking.set!;
    await compare.setMode('pairs');
    await compare.undo();
    expect(compare.mode).toBe('rank');
    expect([ranking.set!.key, ranking.tiers]).toEqual([set.key, [2, 1, 2]]);
    expect(project.counts.preferences).toBe(0);
    await compare.redo();
    expect([ranking.set!.key, project.counts.preferences]).toEqual([next.key, 2]);
  });

  test('taken back gives its pairs back to the deck in the order of the deck', async () => {
    const { compare, ranking } = await openRanking();
    const asked = compare.pair!.comparison.id;
    placeAll(ranking, [1, 2, 3]);
    await ranking.accept();
    await compare.undo();
    await compare.setMode('pairs');
    compare.leaveAsItIs();
    expect(compare.pair!.comparison.id).toBe(asked);
  });

  test('that cannot be stored counts as one act that is not saved, and is stored at the next try', async () => {
    const { ranking, project, dependencies } = await openRanking();
    placeAll(ranking, [1, 2, 3]);
    const { add } = dependencies.storage;
    dependencies.storage.add = () => Promise.reject(new Error('The disk is full.'));
    await ranking.accept();
    expect(project.saveState).toEqual({ kind: 'failed', message: 'The disk is full.', waiting: 1 });
    dependencies.storage.add = add;
    await project.saveWaiting();
    expect(project.saveState).toEqual({ kind: 'saved' });
    await project.reload();
    expect(project.counts.preferences).toBe(3);
  });

  test('survives a reload: the same set, the same preferences', async () => {
    const { ranking, project, dependencies } = await openRanking();
    placeAll(ranking, [1, 2, 3]);
    await ranking.accept();
    const { app } = await openApp({ ...dependencies });
    expect(app.open.compare.mode).toBe('rank');
    expect(app.open.ranking.set).toEqual(ranking.set);
    expect(app.open.project.pairs).toEqual(project.pairs);
  });
});

test('prompts without a verdict are ranked before those where an order would replace one', async () => {
  const { compare, ranking } = await openRanking();
  const first = ranking.set!.promptText;
  await compare.setMode('pairs');
  while (compare.pair!.comparison.prompt[0].content !== first) await compare.judge('skip');
  await compare.judge('first');
  await compare.setMode('rank');
  expect(ranking.set!.promptText).not.toBe(first);
});

test('the person’s own responses are put in order first, up to six of them', async () => {
  const { compare, ranking } = await openRanking();
  await compare.addOwn('Greet me', ['a', 'b', 'c', 'd', 'e', 'f', 'g']);
  expect(ranking.set!.promptText).toBe('Greet me');
  expect(ranking.set!.responses).toHaveLength(6);
});
