/** The terminal as its users meet it: real processes, real files, exit codes. */
import { execFile } from 'node:child_process';
import { openAsBlob } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { candidateTexts } from '../../src/core/candidateTexts.ts';
import { headFromFile, type PortableHead } from '../../src/core/headFile.ts';
import { logLengths } from '../../src/core/lengthControl.ts';
import type { RankingOrder } from '../../src/core/ranking.ts';
import type { CandidateSet } from '../../src/formats/candidateReport.ts';
import { rankedJsonLines, type RankedSet } from '../../src/formats/rankedFile.ts';
import { readCandidates } from '../../src/formats/readCandidates.ts';
import { EncoderService } from '../../workers/encoderService.ts';
import { TrainerService } from '../../workers/trainerService.ts';

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

let folder: string;
const path = (name: string): string => join(folder, name);

function palate(...args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, ['--import', 'tsx', 'src/cli/palate.ts', ...args], (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
  });
}

/** The longer answer wins in nine of ten prompts; one tie and one broken line besides. */
function preferences(): string {
  const rows = Array.from({ length: 60 }, (_, i) => {
    const long = `Answer ${i}: first warm the pan, then add oil, and stir until the onions number ${i} turn soft.`;
    const short = `Onions ${i}.`;
    const [chosen, rejected] = i % 10 === 0 ? [short, long] : [long, short];
    return JSON.stringify({ prompt: `How do I fry onions, try ${i}?`, chosen, rejected });
  });
  return [...rows, '{"prompt": "broken', ''].join('\n');
}

/** The app's way from candidates to a ranked file, its workers' services in this process. */
async function rankedInApp(
  { head, encoderState }: PortableHead,
  set: CandidateSet,
  order: RankingOrder,
): Promise<readonly RankedSet[]> {
  const { inputs, promptOfRow, rowsOfSet } = candidateTexts([set]);
  const { features } = await new EncoderService().encode(
    {
      encoderId: head.provenance.encoderId,
      inputs,
      promptOfRow,
      cached: inputs.map(() => undefined),
      state: { kind: 'known', json: encoderState },
    },
    () => undefined,
  );
  const lengths = logLengths(inputs.map(({ response }) => response));
  const [ranking] = await new TrainerService().rank(head, features, lengths, rowsOfSet, order);
  return [{ set, ranking }];
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'palate-'));
  await writeFile(path('pairs.jsonl'), preferences());
  await writeFile(
    path('candidates.jsonl'),
    `${JSON.stringify({ id: 'q1', prompt: 'How do I fry onions?', responses: ['No.', 'Warm the pan, add oil, stir until soft.', 'No.'] })}\n`,
  );
  const several = [1, 4, 2, 8, 1].map(
    (times) => `Stir, number ${times}! ${'Add oil, then rest. '.repeat(times)}`,
  );
  await writeFile(
    path('several.jsonl'),
    `${JSON.stringify({ prompt: 'How do I fry onions?', responses: several })}\n`,
  );
  await writeFile(path('binary.bin'), Buffer.from([0, 1, 2, 3, 255, 254, 0, 0]));
});
afterAll(() => rm(folder, { recursive: true }));

describe('palate in the terminal', () => {
  test('evaluates a file and prints one JSON object a program can read', async () => {
    const { code, stdout } = await palate(
      'evaluate',
      path('pairs.jsonl'),
      '--labels',
      '30',
      '--seeds',
      '2',
      '--json',
    );
    expect(code).toBe(0);
    const result = (JSON.parse(stdout) as Record<string, unknown>)[path('pairs.jsonl')];
    expect(result).toMatchObject({ pairs: 60, ties: 0, rejected: 1, testPairs: 18, labels: 30, seeds: 2 });
    const { accuracy, rulers, logLoss, expectedCalibrationError, seconds } = result as {
      accuracy: { mean: number; se: number };
      rulers: { longer: number; shorter: number };
      logLoss: number;
      expectedCalibrationError: number;
      seconds: number;
    };
    expect(accuracy.mean).toBeGreaterThan(0.7);
    expect(rulers.longer + rulers.shorter).toBeCloseTo(1, 12);
    for (const value of [accuracy.se, logLoss, expectedCalibrationError, seconds])
      expect(value).toBeGreaterThanOrEqual(0);
  });

  test('trains a head and reranks with it, all input fields kept', async () => {
    const trained = await palate('train', path('pairs.jsonl'), '--out', path('head.json'));
    expect(trained.code).toBe(0);
    expect(trained.stdout).toMatch(/61 entries = 60 preferences \+ 0 ties \+ 1 rejected \+ 0 duplicates/);
    expect(trained.stdout).toMatch(/line 61 rejected/);
    const { head } = headFromFile(await readFile(path('head.json'), 'utf8'), 'head.json');
    expect(head.provenance).toMatchObject({ backend: 'cpu', encoderId: 'builtin-1', counts: { pairs: 60 } });

    const reranked = await palate(
      'rerank',
      path('head.json'),
      path('candidates.jsonl'),
      '--out',
      path('out.jsonl'),
    );
    expect(reranked.code).toBe(0);
    const row = JSON.parse(await readFile(path('out.jsonl'), 'utf8')) as {
      id: string;
      winner_index: number;
      candidates: { index: number; rank: number; p_beats_next: number | null }[];
    };
    expect(row).toMatchObject({ id: 'q1', winner_index: 1 });
    expect(row.candidates.map((candidate) => candidate.rank)).toEqual([1, 2, 2]);
  });

  test('takes length out of a head, says what that costs, and ranks with it as the app does', async () => {
    const args = ['train', path('pairs.jsonl'), '--out', path('control.json'), '--length-control', 'full'];
    const trained = await palate(...args);
    expect(trained.code).toBe(0);
    for (const control of ['off', 'half', 'full']) {
      expect(trained.stdout).toMatch(new RegExp(`length control ${control}: \\d+\\.\\d %, .*correlation`));
    }
    const portable = headFromFile(await readFile(path('control.json'), 'utf8'), 'control.json');
    expect(portable.head.length).toMatchObject({ control: 'full' });
    expect(portable.head.length!.slope).toBeGreaterThan(0);
    const { sets } = await readCandidates(await openAsBlob(path('several.jsonl')), 'several.jsonl');
    for (const [order, args] of [
      ['cautious', []],
      ['expected', ['--order', 'expected']],
    ] as const) {
      const out = path(`${order}.jsonl`);
      const rerank = ['rerank', path('control.json'), path('several.jsonl'), '--out', out, ...args];
      expect((await palate(...rerank)).code).toBe(0);
      const written = await readFile(out, 'utf8');
      expect(written).toBe(rankedJsonLines(await rankedInApp(portable, sets[0], order)));
      expect(written).toContain(`"ranked_by":"${order}"`);
    }
  });

  test.each([
    ['no command', [], 2, 'a command is missing'],
    ['an unknown command', ['evalute'], 2, '"evalute" is no command'],
    [
      'an option that is not a number',
      ['evaluate', 'x', '--labels', 'many'],
      2,
      '--labels takes a whole number',
    ],
    [
      'a control that is none',
      ['train', 'x', '--out', 'y', '--length-control', 'most'],
      2,
      'off, half, full',
    ],
    ['an order that is none', ['rerank', 'x', 'y', '--out', 'z', '--order', 'best'], 2, 'cautious, expected'],
    ['an unknown option', ['train', 'x', '--outt', 'y'], 2, '--outt'],
    ['a file that is not there', ['evaluate', '/nowhere/at/all.jsonl'], 1, 'there is no such file'],
  ])('%s ends with the right code and words', async (_, args, code, words) => {
    const ended = await palate(...args);
    expect(ended.code).toBe(code);
    expect(ended.stderr).toContain(words);
  });

  test('names a binary file, and a head that is none', async () => {
    const binary = await palate('evaluate', path('binary.bin'));
    expect(binary).toMatchObject({ code: 1, stderr: expect.stringContaining('binary.bin') as string });
    const notHead = await palate(
      'rerank',
      path('candidates.jsonl'),
      path('candidates.jsonl'),
      '--out',
      path('x.csv'),
    );
    expect(notHead).toMatchObject({ code: 1, stderr: expect.stringContaining('not a head') as string });
  });
});
