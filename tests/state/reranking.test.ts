import { describe, expect, test, vi } from 'vitest';
import { candidateTexts } from '../../src/core/candidateTexts.ts';
import { headToFile } from '../../src/core/headFile.ts';
import { splitCandidates } from '../../src/state/pastedCandidates.ts';
import { Reranking } from '../../src/state/reranking.svelte.ts';
import { openTraining, sixComparisons } from './openTraining.ts';
import { ENCODER_ID, simpleHead, SimpleImporter } from './simpleWorkers.ts';

const candidateSet = (line: number, prompt: string, texts: readonly string[]) => ({
  line,
  prompt,
  candidates: texts.map((text) => ({ text })),
  rows: [{ prompt, responses: texts }],
});

async function openReranking(sets: readonly ReturnType<typeof candidateSet>[] = []) {
  const opened = await openTraining(sixComparisons);
  const workers = { ...opened.workers, importer: new SimpleImporter(sets) };
  return { ...opened, workers, reranking: new Reranking(opened.storage, opened.training, workers) };
}

const file = new Blob(['{}']);
const portable = (encoderId = ENCODER_ID, dimension = 2) => {
  const head = simpleHead('from-file', { dataHash: 'd', encoderStateId: '{"fit":9}', seed: 1 });
  const weights = new Float32Array(dimension).fill(-1);
  return {
    head: {
      ...head,
      dimension,
      parameters: { kind: 'linear', weights } as const,
      provenance: { ...head.provenance, encoderId },
    },
    encoderState: { fit: 9 },
    poolSize: 2,
  };
};

describe('ranking', () => {
  test('pasted candidates come best first; the same text twice shares a rank', async () => {
    const { reranking, training } = await openReranking();
    await training.start();
    await reranking.rankPasted('Prompt', ['plain', 'glad!!', 'so so!', 'glad!!']);
    expect(reranking.status.kind).toBe('done');
    const [{ ranking }] = reranking.ranked;
    expect(ranking.map(({ index, rank }) => [index, rank])).toEqual([
      [1, 1],
      [3, 1],
      [2, 3],
      [0, 4],
    ]);
    expect(ranking[0].tooCloseToCall).toBe(true);
  });

  test('takes length out as the head says', async () => {
    const { reranking, training, workers } = await openReranking();
    workers.trainer.lengthSlope = 10;
    await training.updateSettings({ lengthControl: 'half' });
    await training.start();
    await reranking.rankPasted('Prompt', ['a long plain answer!', 'short']);
    const [{ ranking }] = reranking.ranked;
    expect(ranking[0].index).toBe(1);
    expect(ranking[0].score - ranking[1].score).toBeCloseTo(5 * Math.log(20 / 5) - 1, 6);
  });

  test('uses the encoder state the head was trained on', async () => {
    const { reranking, training, workers } = await openReranking();
    await training.start();
    await reranking.rankPasted('Prompt', ['a', 'b!']);
    expect(workers.encoder.requests.at(-1)!.state).toEqual({
      kind: 'known',
      json: training.current!.encoderState,
    });
  });

  test('a file’s sets are kept in order and offered closest call first', async () => {
    const sets = [
      candidateSet(1, 'clear', ['a', 'b!!!!']),
      candidateSet(2, 'close', ['a', 'b']),
      candidateSet(3, 'middling', ['a', 'b!']),
      candidateSet(4, 'lone', ['a']),
    ];
    const { reranking, training } = await openReranking(sets);
    await training.start();
    await reranking.rankFile(file, 'candidates.jsonl');
    expect(reranking.ranked.map(({ set }) => set.prompt)).toEqual(['clear', 'close', 'middling', 'lone']);
    expect(reranking.closestFirst.map(({ set }) => set.prompt)).toEqual([
      'close',
      'middling',
      'clear',
      'lone',
    ]);
    expect(reranking.report?.file).toBe('candidates.jsonl');
  });

  test('a large file is encoded in slices of whole sets, and ranks as each set alone would', async () => {
    const sets = Array.from({ length: 300 }, (_, line) =>
      candidateSet(line, `p${line}`, ['x', 'y!'.repeat(1 + (line % 3)), 'z!']),
    );
    const { reranking, training, workers } = await openReranking(sets);
    await training.start();
    const before = workers.encoder.requests.length;
    await reranking.rankFile(file, 'large.jsonl');
    const sizes = workers.encoder.requests.slice(before).map(({ inputs }) => inputs.length);
    expect(sizes.length).toBeGreaterThan(1);
    expect(sizes.every((size) => size % 3 === 0)).toBe(true);
    expect(reranking.ranked.map(({ ranking }) => ranking.map(({ index }) => index))).toEqual(
      sets.map(() => [1, 2, 0]),
    );
  });

  test('cautiously unless asked otherwise, and in the other order at once', async () => {
    const { reranking } = await openReranking();
    const { head, ...rest } = portable();
    // Exclamation marks are liked; of length the head knows nothing.
    const parameters = { kind: 'linear', weights: Float32Array.of(0, 1) } as const;
    const sureOfMarks = { ...head, parameters, covariance: Float32Array.of(1, 0, 0, 0) };
    await reranking.loadHead(new Blob([headToFile({ head: sureOfMarks, ...rest })]), 'other.json');
    await reranking.rankPasted('Prompt', ['ab', 'abc', 'a much longer one!']);
    const indices = () => reranking.ranked[0].ranking.map(({ index }) => index);
    const namesOrder = () => /"ranked_by":"(\w+)"/.exec(reranking.exportRanked('jsonl').text)?.[1];
    expect([reranking.order, namesOrder(), indices()]).toEqual(['cautious', 'cautious', [1, 0, 2]]);
    await reranking.orderBy('expected');
    expect([reranking.order, namesOrder(), indices()]).toEqual(['expected', 'expected', [2, 0, 1]]);

    const done = reranking.orderBy('cautious');
    await reranking.cancel();
    await done;
    expect([reranking.order, namesOrder()]).toEqual(['expected', 'expected']);
  });

  test('tells what more candidates bring, where there are prompts enough', async () => {
    const sets = Array.from({ length: 12 }, (_, line) =>
      candidateSet(line, `p${line}`, ['x', 'y!', 'y!', 'z!!', 'w!!!']),
    );
    const { reranking, training } = await openReranking(sets);
    await training.start();
    await reranking.rankFile(file, 'candidates.jsonl');
    const { prompts, points } = reranking.bestOfN!;
    expect([prompts, points.map(({ n }) => n)]).toEqual([12, [1, 2, 3, 4]]);
    // The best of all four has one to three exclamation marks more than the others.
    const expected = [1, 2, 3].reduce((sum, margin) => sum + 1 / (1 + Math.exp(-margin)) / 3, 0);
    expect(points[3].beatsAnother.value).toBeCloseTo(expected, 9);
    await reranking.rankPasted('Prompt', ['a', 'b!', 'c!!']);
    expect(reranking.bestOfN).toBeUndefined();
  });

  test('says what is good enough where the head knows, and how sure a hidden layer is', async () => {
    const { reranking } = await openReranking();
    const { head, ...rest } = portable();
    const bar = {
      ...{ intercept: 0, slope: 1, covariance: [0.1, 0, 0.1] as const, good: 9, bad: 9 },
      separation: { value: 0.9, low: 0.7, high: 1 },
    };
    await reranking.loadHead(new Blob([headToFile({ head: { ...head, bar }, ...rest })]), 'bar.json');
    await reranking.rankPasted('Prompt', ['one!', 'two']);
    expect(reranking.ranked[0].ranking.every(({ acceptance }) => acceptance !== undefined)).toBe(true);
    const member = (weight: number) => ({
      ...{ kind: 'mlp' as const, hidden: 1, hiddenBias: Float32Array.of(0) },
      ...{ hiddenWeights: Float32Array.of(0, weight), outputWeights: Float32Array.of(1) },
    });
    const ensemble = { ...head, parameters: member(1), members: [member(0.9), member(1.1)] };
    await reranking.loadHead(new Blob([headToFile({ head: ensemble, ...rest })]), 'mlp.json');
    await reranking.rankPasted('Prompt', ['one!', 'two']);
    expect(reranking.ranked[0].ranking[0].beatsNextInterval).toBeDefined();
  });

  test('does nothing without a head', async () => {
    const { reranking, workers } = await openReranking();
    await reranking.rankPasted('Prompt', ['a', 'b']);
    expect(reranking.head).toBeUndefined();
    expect(reranking.status.kind).toBe('idle');
    expect(workers.encoder.requests).toEqual([]);
  });

  test('can be cancelled; what was shown before stays', async () => {
    const { reranking, training } = await openReranking();
    await training.start();
    await reranking.rankPasted('First', ['a', 'b!']);
    const done = reranking.rankPasted('Second', ['c', 'd!']);
    await vi.waitUntil(() => reranking.status.kind === 'ranking', { interval: 0 });
    await reranking.cancel();
    await done;
    expect(reranking.status).toEqual({ kind: 'cancelled' });
    expect(reranking.ranked[0].set.prompt).toBe('First');
  });

  test('says so when the project’s head has changed since', async () => {
    const { reranking, training, project } = await openReranking();
    await training.start();
    await reranking.rankPasted('Prompt', ['a', 'b!']);
    expect(reranking.isOutdated).toBe(false);
    await project.delete(['c0']);
    await project.restore(['c0']);
    await training.start();
    expect(reranking.isOutdated).toBe(true);
    await reranking.rankAgain();
    expect(reranking.isOutdated).toBe(false);
  });
});

test('dropped files are told apart: a head ranks, the rest is ranked and exported under its name', async () => {
  const { reranking, training } = await openReranking([candidateSet(1, 'Prompt', ['plain', 'glad!!'])]);
  await training.start();
  await reranking.openFiles([
    new File(['{"prompt": 1}'], 'mine.jsonl.gz'),
    new File([headToFile(portable())], 'other.json'),
  ]);
  expect(reranking.head?.file).toBe('other.json');
  const { name, text } = reranking.exportRanked('jsonl');
  expect(name).toBe('mine-ranked.jsonl');
  expect(JSON.parse(text)).toMatchObject({ prompt: 'Prompt', winner_index: 0 });
  expect(reranking.exportRanked('csv').text.split('\r\n')[0]).toContain('p_beats_next');
});

describe('a head from a file', () => {
  test('ranks in place of the project’s, until that is taken back', async () => {
    const { reranking, training } = await openReranking();
    await training.start();
    await reranking.loadHead(new Blob([headToFile(portable())]), 'other.json');
    expect(reranking.head?.file).toBe('other.json');
    await reranking.rankPasted('Prompt', ['plain', 'glad!!']);
    expect(reranking.ranked[0].ranking[0].index).toBe(0);
    reranking.useProjectHead();
    expect(reranking.head?.portable).toBe(training.current);
  });

  test.each([
    ['an encoder that is not here', headToFile(portable('unheard-of-3')), 'no encoder unheard-of-3'],
    [
      'another number of features',
      headToFile(portable(ENCODER_ID, 3)),
      'makes 2 features, the head expects 3',
    ],
    [
      'the state of another training',
      headToFile({ ...portable(), encoderState: { fit: 8 } }),
      'not the one the head was trained with',
    ],
    ['no head at all', '{"a": 1}', 'other.json is not a head'],
  ])('is refused with the reason: %s', async (_, text, reason) => {
    const { reranking, training } = await openReranking();
    await training.start();
    await reranking.loadHead(new Blob([text]), 'other.json');
    expect(reranking.headProblem).toContain(reason);
    expect(reranking.head?.portable).toBe(training.current);
  });
});

test.each([
  ['one\n---\ntwo', ['one', 'two']],
  ['  one\n two\n-----\n\n  indented\n\n---\n \n---\n', ['  one\n two', '  indented']],
  ['a --- b', ['a --- b']],
  ['one\r\n---\r\ntwo\r\n', ['one', 'two']],
  ['', []],
])('pasted text %j holds the candidates %j', (text, candidates) =>
  expect(splitCandidates(text)).toEqual(candidates),
);

test('equal texts of one set are one row; equal texts of two sets are two', () => {
  const { inputs, promptOfRow, rowsOfSet } = candidateTexts([
    { prompt: 'p', candidates: [{ text: 'a' }, { text: 'b' }, { text: 'a' }] },
    { prompt: 'p', candidates: [{ text: 'a' }] },
  ]);
  expect(inputs.map(({ response }) => response)).toEqual(['a', 'b', 'a']);
  expect([...promptOfRow]).toEqual([0, 0, 1]);
  expect(rowsOfSet.map((rows) => [...rows])).toEqual([[0, 1, 0], [2]]);
});
