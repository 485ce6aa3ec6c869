import { expect, test, vi } from 'vitest';
import { Generating } from '../../src/state/generating.svelte.ts';
import { tickingEnvironment } from './openApp.ts';
import { openTraining, sixComparisons } from './openTraining.ts';
import { ScriptedSource } from '../helpers/scriptedSource.ts';

/** @param comparisons judged before; six of them make a head */
async function openGenerating(comparisons = sixComparisons) {
  const opened = await openTraining(comparisons);
  const source = new ScriptedSource();
  const { storage, project, training, workers } = opened;
  const environment = tickingEnvironment(100);
  const generating = new Generating(storage, project, training, workers, { source }, environment);
  if (comparisons.length > 0) await training.start();
  training.followJudgments();
  generating.follow();
  return { ...opened, generating, source };
}

/** Writes these for the prompt, and waits until all of it is ranked. */
async function write(
  { generating, source }: Awaited<ReturnType<typeof openGenerating>>,
  texts: readonly string[],
  prompt = 'What is rain?',
) {
  source.texts = texts;
  generating.setPrompt(prompt);
  generating.set({ count: texts.length });
  await generating.generate();
  await settled(generating);
}

async function settled(generating: Generating) {
  await vi.waitFor(() => {
    expect(generating.isRunning || generating.isLearning).toBe(false);
    expect(generating.pool.rounds.length).toBe(
      generating.prompts.find(({ text }) => text === generating.prompt)?.rounds ?? 0,
    );
  });
}

const places = ({ pool }: Generating) => pool.ranking?.map(({ index }) => index);

test('candidates are kept with what wrote them, ranked by the head, and there after a reload', async () => {
  const opened = await openGenerating();
  await write(opened, ['plain', 'glad!!', 'so so!']);
  const { generating, project, storage, source } = opened;
  expect(generating.status).toEqual({ kind: 'done', kept: 3, empty: 0 });
  expect(places(generating)).toEqual([1, 2, 0]);
  const [{ seed }] = source.requests;
  expect(Number.isInteger(seed)).toBe(true);
  const { events } = await storage.loadProject(project.project.id);
  expect(events.at(-1)).toMatchObject({
    kind: 'generation',
    writer: 'A script',
    prompt: [{ role: 'user', content: 'What is rain?' }],
    candidates: [{ text: 'plain' }, { text: 'glad!!' }, { text: 'so so!' }],
    winner: { headId: opened.training.current!.head.id, place: 1 },
  });
  await project.reload();
  expect(generating.prompts).toEqual([{ text: 'What is rain?', rounds: 1, candidates: 3, judged: 0 }]);
});

test('each is ranked as it ends, while the next is being written', async () => {
  const opened = await openGenerating();
  const { generating, source } = opened;
  const seen: number[] = [];
  source.onWord = () => seen.push(generating.pool.ranking?.length ?? 0);
  await write(opened, ['one!', 'two three four five six seven eight nine ten', 'last!!']);
  expect(seen).toContain(1);
  expect(generating.pool.ranking).toHaveLength(3);
});

test('what says the same is one candidate, over rounds too, and new wordings are counted', async () => {
  const opened = await openGenerating();
  const { generating } = opened;
  await write(opened, ['Rain is water.', 'rain is water', 'Snow!']);
  expect(generating.pool.candidates.map(({ text, alike }) => [text, alike])).toEqual([
    ['Rain is water.', 2],
    ['Snow!', 1],
  ]);
  await write(opened, ['Snow', 'Hail falls!!']);
  expect(generating.pool.rounds.map(({ written, fresh }) => [written, fresh])).toEqual([
    [3, 2],
    [2, 1],
  ]);
  expect(generating.pool.distinct.words).toBeCloseTo(6 / 10);
});

test('a round says how its best stands against the best before it', async () => {
  const opened = await openGenerating();
  const { generating } = opened;
  await write(opened, ['dull', 'duller']);
  await write(opened, ['better!!!', 'worse']);
  const [first, second] = generating.pool.rounds;
  expect(first.beatsBefore).toBeUndefined();
  expect(generating.pool.candidates[second.best!].text).toBe('better!!!');
  expect(second.beatsBefore!.beatsNext).toBeGreaterThan(0.9);
  await write(opened, ['so so', 'hm']);
  const third = generating.pool.rounds[2];
  expect(generating.pool.candidates[third.best!].text).toMatch(/so so|hm/);
  expect(third.beatsBefore!.beatsNext).toBeLessThan(0.1);
});

test('the closest call is asked, learned from, and asked no more; undo asks it again', async () => {
  const opened = await openGenerating();
  const { generating, project } = opened;
  await write(opened, ['plain', 'nice!', 'glad!', 'wild!!!!']);
  const { comparison, first } = generating.pair!;
  expect([comparison.a.text, comparison.b.text].sort()).toEqual(['glad!', 'nice!']);
  expect(comparison.a.model).toBe('A script');
  generating.present(comparison.id);
  await generating.judge('first');
  expect(project.comparison(comparison.id)?.source).toEqual({
    kind: 'generated',
    of: project.generations[0].id,
  });
  const judgment = project.stateOf(comparison.id).judgment!;
  expect(judgment).toMatchObject({ verdict: first, shownFirst: first, isControl: false });
  expect(judgment.durationMs).toBeGreaterThan(0);
  await vi.waitFor(() => expect(generating.pair).toBeDefined());
  expect(generating.pair!.comparison.id).not.toBe(comparison.id);
  expect(generating.prompts[0].judged).toBe(1);
  await generating.undo();
  expect(generating.pair!.comparison.id).toBe(comparison.id);
  expect(project.stateOf(comparison.id).judgment).toBeUndefined();
});

test('without a head nothing is ranked, and pairs are asked until every two are judged', async () => {
  const opened = await openGenerating([]);
  const { generating, project } = opened;
  await write(opened, ['one', 'two', 'three']);
  expect(generating.pool.ranking).toBeUndefined();
  for (let count = 1; count <= 3; count++) {
    await vi.waitFor(() => expect(generating.pair?.why).toBe('unranked'));
    await generating.judge('tie');
    expect(project.counts.ties).toBe(count);
  }
  await vi.waitFor(() => expect(generating.pair).toBeUndefined());
});

test('what was whole when it was cancelled or failed is kept, and why it ended is told', async () => {
  const opened = await openGenerating();
  const { generating, source, project } = opened;
  source.onWord = () => {
    if (generating.status.kind === 'writing' && generating.status.done === 1) void generating.cancel();
  };
  await write(opened, ['whole', 'never whole', 'nor this']);
  expect(generating.status).toEqual({ kind: 'cancelled', kept: 1 });
  source.onWord = () => undefined;
  source.failure = { at: 2, error: new Error('The model broke.') };
  await write(opened, ['third', 'fourth', 'fifth']);
  expect(generating.status).toMatchObject({ kind: 'failed', message: 'The model broke.', kept: 2 });
  expect(project.generations.map(({ candidates }) => candidates.map(({ text }) => text))).toEqual([
    ['whole'],
    ['third', 'fourth'],
  ]);
});

test('nothing is asked of a model without a prompt, and an empty candidate is none', async () => {
  const opened = await openGenerating();
  const { generating, source } = opened;
  generating.setPrompt('   ');
  await generating.generate();
  expect(source.requests).toEqual([]);
  await write(opened, ['', 'something']);
  expect(generating.status).toEqual({ kind: 'done', kept: 1, empty: 1 });
});

test('a prompt that is forgotten is gone with its candidates, and its judgments stay', async () => {
  const opened = await openGenerating();
  const { generating, project } = opened;
  await write(opened, ['one!', 'two']);
  await generating.judge('first');
  const pairs = project.pairs.length;
  await generating.forget('What is rain?');
  expect(generating.prompts).toEqual([]);
  expect(project.pairs).toHaveLength(pairs);
  expect(project.canUndo).toBe(true);
});

test('winners are handed out prompt by prompt', async () => {
  const opened = await openGenerating();
  const { generating } = opened;
  await write(opened, ['dull', 'great!!!'], 'One?');
  await write(opened, ['good!', 'grey'], 'Two?');
  const winners = await generating.winners();
  expect(winners.map(({ prompt, text }) => [prompt[0].content, text])).toEqual([
    ['Two?', 'good!'],
    ['One?', 'great!!!'],
  ]);
});

test('what cannot be ranked is said, and shown unranked', async () => {
  const opened = await openGenerating();
  const { generating, workers } = opened;
  vi.spyOn(workers.trainer, 'rank').mockRejectedValue(new Error('The trainer broke.'));
  await write(opened, ['one', 'two']);
  await vi.waitFor(() => expect(generating.rankProblem).toBe('The trainer broke.'));
  expect(generating.pool.candidates).toHaveLength(2);
  expect(opened.project.generations[0].winner).toBeUndefined();
});

test('what changes neither candidates nor head ranks nothing again', async () => {
  const opened = await openGenerating();
  const { generating, project, workers } = opened;
  await write(opened, ['one!', 'two']);
  await vi.waitFor(() => expect(generating.pair).toBeDefined());
  const rank = vi.spyOn(workers.trainer, 'rank');
  await project.setNote(project.comparisons[0].id, 'Look again.');
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(rank).not.toHaveBeenCalled();
});

test('the pair after a verdict is chosen by the head that has learned from it', async () => {
  const opened = await openGenerating();
  const { generating, training } = opened;
  await write(opened, ['plain', 'nice!', 'glad!!', 'wild!!!!']);
  await vi.waitFor(() => expect(generating.pair).toBeDefined());
  const before = training.current!.head;
  await generating.judge('first');
  await vi.waitFor(() => expect(generating.pair).toBeDefined(), { interval: 1 });
  expect(training.current!.head).not.toBe(before);
  expect(generating.pool.rankedBy).toBe(training.current);
});
