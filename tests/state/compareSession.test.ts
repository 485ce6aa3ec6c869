import { describe, expect, test } from 'vitest';
import { AskingPool } from '../../src/state/askingPool.svelte.ts';
import { CompareSession, type ShownPair } from '../../src/state/compareSession.svelte.ts';
import { deckComparisons } from '../../src/state/deckQueue.ts';
import type { NextQuestion } from '../../src/storage/appStorage.ts';
import { createMemoryStorage } from '../../src/storage/memoryStorage.ts';
import { openApp, smallDeck, tickingEnvironment } from './openApp.ts';

async function openCompare() {
  const { app, dependencies } = await openApp();
  const { compare, project } = app.open;
  const shownId = (): string | undefined => compare.pair?.comparison.id;
  return { app, dependencies, compare, project, shownId };
}

describe('the queue', () => {
  test('asks every prompt of the deck once before any a second time, and no pair twice', async () => {
    const { compare, project } = await openCompare();
    const prompts: string[] = [];
    const ids = new Set<string>();
    for (let index = 0; index < 9; index++) {
      const { comparison } = compare.pair!;
      prompts.push(comparison.prompt[0].content);
      ids.add(comparison.id);
      await compare.judge('first');
    }
    expect(ids.size).toBe(9);
    for (const round of [0, 3, 6]) expect(new Set(prompts.slice(round, round + 3)).size).toBe(3);
    expect(compare.pair).toBeUndefined();
    expect(project.counts.preferences).toBe(9);
  });

  test('stores a pair of the deck only when it is judged, together with the verdict', async () => {
    const { compare, project } = await openCompare();
    expect(project.comparisons).toHaveLength(0);
    const { comparison, first } = compare.pair!;
    await compare.judge('second', 2);
    expect(project.comparisons).toEqual([comparison]);
    expect(project.stateOf(comparison.id).judgment).toMatchObject({
      verdict: first === 'a' ? 'b' : 'a',
      strength: 2,
      shownFirst: first,
    });
  });

  test('asks the person’s own responses before the deck', async () => {
    const { compare } = await openCompare();
    expect(await compare.addOwn('Greet me', ['Hello', 'Hi', 'Good day'])).toBe(3);
    expect(await compare.addOwn('Greet me', ['Hi', 'Hello'])).toBe(0);
    for (let index = 0; index < 3; index++) {
      expect(compare.pair!.comparison.prompt[0].content).toBe('Greet me');
      await compare.judge('tie');
    }
    expect(compare.pair!.comparison.source.kind).toBe('deck');
  });

  test('moves on at once: two verdicts in a row judge two pairs', async () => {
    const { compare, project } = await openCompare();
    await Promise.all([compare.judge('first'), compare.judge('first')]);
    expect(project.counts.preferences).toBe(2);
    expect(project.comparisons).toHaveLength(2);
  });

  test('puts either side first about equally often over projects', async () => {
    const firsts: string[] = [];
    for (let seed = 0; seed < 60; seed++) {
      const { app } = await openApp({ environment: tickingEnvironment(seed * 1_000) });
      firsts.push(app.open.compare.pair!.first);
    }
    const share = firsts.filter((first) => first === 'a').length / firsts.length;
    expect(share).toBeGreaterThan(0.3);
    expect(share).toBeLessThan(0.7);
  });
});

describe('undo and redo', () => {
  test('undo shows the same pair on the same sides with its former verdict, redo goes on', async () => {
    const { compare, shownId } = await openCompare();
    const before = compare.pair!;
    await compare.judge('second', 2);
    const next = shownId();
    await compare.undo();
    expect(compare.pair).toMatchObject({
      comparison: before.comparison,
      first: before.first,
      former: { verdict: 'second', strength: 2 },
      isJudged: false,
    });
    await compare.redo();
    expect(shownId()).toBe(next);
  });

  test('twenty verdicts, five undone, two redone: a reload shows the same pair and counts', async () => {
    const deck = {
      ...smallDeck,
      prompts: [...Array(30).keys()].map((index) => ({
        ...smallDeck.prompts[0],
        prompt: `Question ${index}?`,
      })),
    };
    const storage = createMemoryStorage();
    const { app, dependencies } = await openApp({ deck, storage });
    for (let index = 0; index < 20; index++) await app.open.compare.judge(index % 3 === 0 ? 'tie' : 'first');
    for (let index = 0; index < 5; index++) await app.open.compare.undo();
    for (let index = 0; index < 2; index++) await app.open.compare.redo();
    expect(app.open.compare.judged).toBe(17);
    const again = await openApp({ ...dependencies });
    expect(again.app.open.compare.pair).toEqual(app.open.compare.pair);
    expect(again.app.open.project.counts).toEqual(app.open.project.counts);
  });

  test('an undone note leads back to its pair, then the verdict before it can be undone', async () => {
    const { compare, project, shownId } = await openCompare();
    const first = shownId();
    await compare.judge('first');
    const second = shownId();
    await compare.setNote('Too long');
    expect(project.stateOf(second!).note).toBe('Too long');
    await compare.undo();
    expect(shownId()).toBe(second);
    expect(compare.pair!.note).toBe('');
    await compare.undo();
    expect(shownId()).toBe(first);
  });

  test('says in words what was taken back', async () => {
    const { compare } = await openCompare();
    await compare.undo();
    expect(compare.announcement).toBe('There is nothing to take back.');
    await compare.judge('first', 2);
    expect(compare.announcement).toBe('A much better. 1 judged.');
    await compare.undo();
    expect(compare.announcement).toBe('Taken back: A much better. 0 judged.');
  });
});

describe('judging again', () => {
  test('the address names the pair; its verdict changes and the queue goes on', async () => {
    const { app, compare, project, shownId } = await openCompare();
    const judgedId = shownId()!;
    await compare.judge('first');
    const next = shownId();
    app.router.go('compare', judgedId);
    expect(compare.pair).toMatchObject({ isJudged: true, former: { verdict: 'first' } });
    await compare.judge('second');
    expect(app.router.subject).toBeUndefined();
    expect(project.counts.preferences).toBe(1);
    expect(shownId()).toBe(next);
    await compare.undo();
    expect(compare.pair).toMatchObject({
      comparison: { id: judgedId },
      former: { verdict: 'second' },
      isJudged: true,
    });
    compare.leaveAsItIs();
    expect(shownId()).toBe(next);
    expect(project.stateOf(judgedId).judgment).toMatchObject({ kind: 'judgment' });
  });

  test('what was skipped can be opened when nothing else is left', async () => {
    const { compare } = await openCompare();
    const skipped = compare.pair!.comparison.id;
    await compare.judge('skip');
    while (compare.pair) await compare.judge('tie');
    expect(compare.firstSkipped).toBe(skipped);
  });
});

test('a verdict that cannot be stored is told as not saved, stays, and is stored with the next', async () => {
  const { compare, project, dependencies } = await openCompare();
  const { add } = dependencies.storage;
  dependencies.storage.add = () => Promise.reject(new Error('The disk is full.'));
  const { id } = compare.pair!.comparison;
  await compare.judge('first');
  expect(compare.announcement).toContain('Not saved.');
  await compare.undo();
  await compare.judge('second');
  expect(project.saveState).toEqual({ kind: 'failed', message: 'The disk is full.', waiting: 3 });
  await project.saveWaiting();
  expect(project.saveState).toMatchObject({ kind: 'failed', waiting: 3 });
  const stored = () => dependencies.storage.loadProject(project.project.id);
  expect((await stored()).events).toEqual([]);

  dependencies.storage.add = add;
  await project.reload();
  expect(compare.judged).toBe(1);
  await compare.judge('first');
  expect(project.saveState).toEqual({ kind: 'saved' });
  expect((await stored()).events).toEqual(project.events);
  expect((await stored()).comparisons.map((comparison) => comparison.id)).toContain(id);
});

test('the time to the verdict counts from when the pair was on screen', async () => {
  const { compare, project, dependencies } = await openCompare();
  const { id } = compare.pair!.comparison;
  compare.present(id);
  for (let tick = 0; tick < 40; tick++) dependencies.environment.now();
  await compare.judge('first');
  expect(project.stateOf(id).judgment?.durationMs).toBe(41);
});

describe('questions that a head would ask', () => {
  async function openAsking(reasons: readonly NextQuestion['reason'][]) {
    const { app, dependencies } = await openApp();
    const { project } = app.open;
    const deck = deckComparisons(smallDeck, 1);
    const asking = new AskingPool(project, deck);
    // From the end of the deck, where its own order comes last.
    const training = {
      questions: reasons.map((reason, index) => ({ comparisonId: deck.at(-1 - index)!.id, reason })),
    };
    const { environment, router } = dependencies;
    const compare = new CompareSession(project, asking, 'Small deck', training, environment, router);
    return { compare, project, training, deck };
  }

  test('come before the order of the deck, with their reasons, and the log says which chance asked', async () => {
    const { compare, project, training, deck } = await openAsking(['even', 'chance']);
    const asked: (readonly [string, string])[] = [];
    for (let index = 0; index < 3; index++) {
      asked.push([compare.pair!.comparison.id, compare.pair!.reason]);
      await compare.judge('first');
    }
    expect(asked).toEqual([
      [training.questions[0].comparisonId, 'even'],
      [training.questions[1].comparisonId, 'chance'],
      [deck[0].id, 'chance'],
    ]);
    const controls = asked.map(([id]) => project.stateOf(id).judgment!.isControl);
    expect(controls).toEqual([false, true, true]);
    expect(project.pairs.map(({ isControl }) => isControl)).toEqual([false, true, true]);
  });

  test('never change what is on screen', async () => {
    const { compare, project, training } = await openAsking(['even']);
    const { comparison } = compare.pair!;
    compare.present(comparison.id);
    training.questions.length = 0;
    await project.add({ comparisons: [] });
    await compare.setNote('still here');
    expect(compare.pair!.comparison.id).toBe(comparison.id);
    expect(compare.pair!.reason).toBe('even');
  });

  test('judged a second time, a pair keeps how it came to be asked', async () => {
    const { compare, project } = await openAsking(['unfamiliar']);
    const { id } = compare.pair!.comparison;
    await compare.judge('first');
    await compare.undo();
    await compare.judge('second');
    expect(project.stateOf(id).judgment!.isControl).toBe(false);
  });
});

describe('pairs that are asked a second time', () => {
  const manyPrompts = {
    ...smallDeck,
    prompts: [...Array(100).keys()].map((index) => ({
      ...smallDeck.prompts[0],
      prompt: `Question ${index}?`,
    })),
  };

  /** Judges until a repeat is on screen. @returns the pairs asked before it, as they were shown */
  async function openAtRepeat() {
    const opened = await openApp({ deck: manyPrompts });
    const { compare, project } = opened.app.open;
    const asked: ShownPair[] = [];
    while (!compare.pair!.isRepeat) {
      asked.push(compare.pair!);
      await compare.judge('first');
    }
    return { ...opened, compare, project, asked };
  }

  test('are 3 to 12 % of a long run, with swapped sides and no word of what was said before', async () => {
    const { app } = await openApp({ deck: manyPrompts });
    const { compare, project } = app.open;
    const seen = new Map<string, ShownPair[]>();
    for (let index = 0; index < 250; index++) {
      const pair = compare.pair!;
      seen.set(pair.comparison.id, [...(seen.get(pair.comparison.id) ?? []), pair]);
      await compare.judge(index % 2 === 0 ? 'first' : 'second');
    }
    const repeated = [...seen.values()].filter((pairs) => pairs.length > 1);
    expect(repeated.length / 250).toBeGreaterThan(0.03);
    expect(repeated.length / 250).toBeLessThan(0.12);
    for (const [before, again, ...more] of repeated) {
      expect(more).toEqual([]);
      expect(again).toEqual({
        ...before,
        first: before.first === 'a' ? 'b' : 'a',
        isRepeat: true,
      });
    }
    expect(compare.judged).toBe(250);
    expect(project.counts.preferences).toBe(250 - repeated.length);
    expect(project.pairs).toHaveLength(250 - repeated.length);
  });

  test('are the same after a reload, whatever was noted', async () => {
    const { compare, project, dependencies } = await openAtRepeat();
    const before = compare.pair;
    expect((await openApp({ ...dependencies })).app.open.compare.pair).toEqual(before);
    const { id } = before!.comparison;
    await project.setNote(id, 'The first is shorter.');
    expect(compare.pair).toEqual(before);
    await compare.setNote('Both are short.');
    await compare.setNote('Both are very short.');
    expect(compare.pair).toEqual({ ...before, note: 'Both are very short.' });
    expect(project.stateOf(id).note).toBe('The first is shorter.\nBoth are very short.');
  });

  test('keep the first verdict; the second is kept beside it, taken back and given anew', async () => {
    const { compare, project } = await openAtRepeat();
    const { comparison, first } = compare.pair!;
    const before = project.stateOf(comparison.id).judgment!;
    await compare.judge('second', 2);
    const next = compare.pair!.comparison.id;
    expect(project.stateOf(comparison.id)).toMatchObject({
      judgment: before,
      repeat: { before, again: { isRepeat: true, strength: 2, shownFirst: first, verdict: before.verdict } },
    });
    expect(project.selfAgreement).toMatchObject({ value: 1, n: 1 });
    await compare.undo();
    expect(project.selfAgreement.n).toBe(0);
    expect(compare.announcement).toMatch(/^Taken back: B much better/);
    expect(compare.pair).toMatchObject({
      comparison,
      first,
      isRepeat: true,
      isJudged: false,
      former: { verdict: 'second', strength: 2 },
    });
    expect(project.stateOf(comparison.id)).toEqual({ judgment: before, deleted: false });
    await compare.judge('tie');
    expect(project.stateOf(comparison.id).repeat?.again.verdict).toBe('tie');
    expect(project.selfAgreement).toMatchObject({ value: 0.5, n: 1 });
    expect(compare.pair!.comparison.id).toBe(next);
  });

  test('give way to a pair opened to be judged again, and come back', async () => {
    const { app, compare, project, asked } = await openAtRepeat();
    const due = compare.pair!;
    const other = asked.find(({ comparison }) => comparison.id !== due.comparison.id)!;
    app.router.go('compare', other.comparison.id);
    expect(compare.pair).toMatchObject({ comparison: other.comparison, isRepeat: false, isJudged: true });
    await compare.judge('second');
    expect(project.stateOf(other.comparison.id).repeat).toBeUndefined();
    expect(compare.pair).toEqual(due);
  });

  test('can themselves be judged again: that verdict replaces the first', async () => {
    const { app, compare, project } = await openAtRepeat();
    const { id } = compare.pair!.comparison;
    await compare.judge('first');
    app.router.go('compare', id);
    expect(compare.pair).toMatchObject({ isRepeat: false, isJudged: true });
    await compare.judge('tie');
    expect(project.stateOf(id)).toMatchObject({ judgment: { verdict: 'tie' }, repeat: {} });
  });

  test('come up at once where verdicts are given faster than they are stored', async () => {
    const { dependencies, asked, compare } = await openAtRepeat();
    const { app } = await openApp({
      ...dependencies,
      storage: createMemoryStorage(),
      environment: tickingEnvironment(),
    });
    const fast = app.open.compare;
    for (const pair of asked.slice(0, -1)) {
      expect(fast.pair).toEqual(pair);
      await fast.judge('first');
    }
    const stored = fast.judge('first');
    expect(fast.pair).toEqual(compare.pair);
    await stored;
    expect(fast.pair).toEqual(compare.pair);
  });
});

describe('how a verdict turned out', () => {
  test('is asked of the oldest verdict with a direction, and holds from then on', async () => {
    const { compare, project, shownId } = await openCompare();
    expect(compare.canLookBack).toBe(false);
    const oldest: string[] = [];
    for (const verdict of ['tie', 'first', 'first', 'first', 'first', 'first', 'first'] as const) {
      oldest.push(shownId()!);
      await compare.judge(verdict);
    }
    compare.lookBack();
    expect(compare.pair).toMatchObject({ isJudged: true, isHindsight: true, former: { verdict: 'first' } });
    expect(shownId()).toBe(oldest[1]);
    await compare.judge('second');
    const { judgment, hindsight } = project.stateOf(oldest[1]);
    expect(judgment).toMatchObject({ isHindsight: true });
    expect(hindsight!.before.verdict).not.toBe(hindsight!.after.verdict);
    compare.lookBack();
    expect(shownId()).toBe(oldest[2]);
  });

  test('left as it is changes nothing', async () => {
    const { compare, project } = await openCompare();
    for (let index = 0; index < 7; index++) await compare.judge('first');
    const before = project.events.length;
    compare.lookBack();
    compare.leaveAsItIs();
    expect([project.events.length, compare.pair!.isHindsight]).toEqual([before, false]);
  });
});

test('reasons go with a verdict that has a direction, and come back with it when it is taken back', async () => {
  const { compare, project, shownId } = await openCompare();
  const id = shownId()!;
  await compare.judge('first', 1, ['clear', 'tone']);
  expect(project.pairs[0].reasons).toEqual(['clear', 'tone']);
  await compare.undo();
  expect(compare.pair!.reasons).toEqual(['clear', 'tone']);
  await compare.judge('tie', 1, ['clear']);
  expect(project.stateOf(id).judgment!.reasons).toBeUndefined();
});

test('another way of judging is there at once, and after a reload', async () => {
  const { compare, dependencies } = await openCompare();
  const stored = compare.setMode('single');
  expect(compare.mode).toBe('single');
  await stored;
  const { app } = await openApp({ ...dependencies });
  expect(app.open.compare.mode).toBe('single');
});
