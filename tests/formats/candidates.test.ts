/** Candidates for reranking: every shape in, and the ranked and the rejected file out. */
import Papa from 'papaparse';
import { describe, expect, test } from 'vitest';
import { rankCandidates } from '../../src/core/ranking.ts';
import type { CandidateReport } from '../../src/formats/candidateReport.ts';
import { rankedJsonLines, rankedTable, type RankedSet } from '../../src/formats/rankedFile.ts';
import { readCandidates } from '../../src/formats/readCandidates.ts';
import { rejectedFile } from '../../src/formats/rejectedFile.ts';
import { fixture } from './importing.ts';

async function read(name: string): Promise<CandidateReport> {
  return readCandidates(await fixture(name), name);
}

/** The longer the better. */
function ranked(report: CandidateReport): RankedSet[] {
  return report.sets.map((set) => ({
    set,
    ranking: rankCandidates(
      set.candidates.map(({ text }) => text.length),
      1,
    ),
  }));
}

function jsonRows(sets: readonly RankedSet[]): Record<string, unknown>[] {
  return rankedJsonLines(sets)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('candidates', () => {
  test.each([
    [
      'candidatesLists.jsonl',
      'Lists of responses, OpenAI choices',
      [
        [1, 'Name a flower.', 3],
        [2, 'Name a tool.', 2],
        [4, 'Name a game.', 2],
      ],
      [3, 5, 6],
    ],
    ['candidatesOutputs.jsonl', 'AlpacaEval outputs', [[1, 'Spell cat.', 2]], [2]],
    [
      'candidatesDialog.tsv',
      'Columns of responses',
      [
        [1, 'I love this film.', 3],
        [2, 'The bus is late again.', 2],
      ],
      [],
    ],
    [
      'candidatesWide.csv',
      'Columns of responses',
      [
        [2, 'Name a tree.', 3],
        [3, 'Name a fish.', 2],
      ],
      [],
    ],
    [
      'candidatesLong.csv',
      'One response a row',
      [
        [2, 'Name a city.', 2],
        [4, 'Name a lake.', 2],
      ],
      [],
    ],
  ])('of %s are read as %s', async (name, shape, sets, rejectedLines) => {
    const report = await read(name);
    expect(report.shape).toBe(shape);
    expect(report.sets.map(({ line, prompt, candidates }) => [line, prompt, candidates.length])).toEqual(
      sets,
    );
    expect(report.rejected.map(({ line }) => line)).toEqual(rejectedLines);
  });

  test('are refused with the reason', async () => {
    const { rejected } = await read('candidatesLists.jsonl');
    expect(rejected.map(({ reason }) => reason)).toEqual([
      'a ranking needs two candidates or more, this row has 1',
      'candidate 2 is empty',
      'field `prompt` is missing',
    ]);
  });

  test('carry the name of the model that wrote them', async () =>
    expect((await read('candidatesLong.csv')).sets[0].candidates).toEqual([
      { text: 'Lyon.', model: 'north' },
      { text: 'Graz.', model: 'south' },
    ]));

  test('of all shapes may be mixed in one file', async () => {
    const text = [
      { prompt: 'p', responses: ['a', 'b'] },
      { prompt: 'q', response: 'c' },
      { prompt: 'r', response_1: 'd', response_2: 'e' },
      { prompt: 'q', response: 'f' },
    ].map((row) => JSON.stringify(row));
    const report = await readCandidates(new Blob([text.join('\n')]), 'a.jsonl');
    expect(report.sets.map(({ prompt, rows }) => [prompt, rows.length])).toEqual([
      ['p', 1],
      ['q', 2],
      ['r', 1],
    ]);
  });
});

describe('the ranked file', () => {
  test('keeps a wide row as one line, every field of it, candidates best first', async () => {
    const [row] = jsonRows(ranked(await read('candidatesLists.jsonl')));
    expect(row).toMatchObject({
      id: 7,
      prompt: 'Name a flower.',
      responses: ['A rose.', 'A tulip.', 'Moss.'],
      winner_index: 1,
    });
    expect(row.candidates).toMatchObject([
      { index: 1, text: 'A tulip.', rank: 1, p_beats_next: expect.closeTo(0.731, 3) },
      { index: 0, text: 'A rose.', rank: 2 },
      { index: 2, text: 'Moss.', rank: 3, p_beats_next: null },
    ]);
  });

  test('keeps long rows as they came and in their order', async () => {
    const rows = jsonRows(ranked(await read('candidatesLong.csv')));
    expect(rows.map(({ response, rank, winner_index }) => [response, rank, winner_index])).toEqual([
      ['Lyon.', 1, 0],
      ['Graz.', 1, 0],
      ['Como.', 2, 1],
      ['=Garda.', 1, 1],
    ]);
  });

  test('says how likely each candidate is good enough, and abstains where the best is not', async () => {
    const [set] = (await read('candidatesLists.jsonl')).sets;
    const said = (probability: number) => ({ probability, low: probability / 2, high: 1 });
    const rowOf = (best: number) => {
      const ranking = rankCandidates([5, 6, 4], 1).map((candidate) => ({
        ...candidate,
        acceptance: said(candidate.rank === 1 ? best : 0.1),
      }));
      return jsonRows([{ set, ranking }])[0];
    };
    expect(rowOf(0.75)).toMatchObject({
      abstain: false,
      candidates: [{ p_good: 0.75, p_good_low: 0.375, p_good_high: 1 }, { p_good: 0.1 }, { p_good: 0.1 }],
    });
    expect(rowOf(0.25)).toMatchObject({ abstain: true, winner_index: 1 });
    const plain = jsonRows(ranked(await read('candidatesLists.jsonl')))[0];
    expect([plain.abstain, (plain.candidates as { p_good: unknown }[])[0].p_good]).toEqual([null, null]);
  });

  test('names the order: cautious with its bound, or by expected reward', async () => {
    const [set] = (await read('candidatesLists.jsonl')).sets;
    const doubt = { ofMargin: () => 1, ofRewards: [0, 3, 1] };
    const rows = [doubt, { ofMargin: doubt.ofMargin }].map((given) => {
      const ranking = rankCandidates([5, 6, 4], 1, given);
      return jsonRows([{ set, ranking }])[0];
    });
    expect(rows[0]).toMatchObject({
      winner_index: 0,
      candidates: [
        { index: 0, score: 0, lower_bound: 0, ranked_by: 'cautious' },
        { index: 1, score: 1, lower_bound: -2, ranked_by: 'cautious' },
        { index: 2, score: -1, lower_bound: -2, ranked_by: 'cautious' },
      ],
    });
    expect(rows[1]).toMatchObject({
      winner_index: 1,
      candidates: [
        { index: 1, lower_bound: null, ranked_by: 'expected' },
        { index: 0, ranked_by: 'expected' },
        { index: 2, ranked_by: 'expected' },
      ],
    });
  });

  test('keeps an input field of an added name under input_', async () => {
    const rows = jsonRows(ranked(await read('candidatesLong.csv')));
    expect(rows[0]).toMatchObject({ input_score: '9', score: 0 });
  });

  test.each([
    ['lossless', '=Garda.'],
    ['spreadsheet', "'=Garda."],
  ] as const)('as a %s table has a row per candidate', async (style, last) => {
    const text = rankedTable(ranked(await read('candidatesLong.csv')), style);
    const { data } = Papa.parse<Record<string, string>>(text.trimEnd(), { header: true });
    expect(data.map(({ response }) => response)).toEqual(['Lyon.', 'Graz.', 'Como.', last]);
    expect(data.map(({ score }) => Number(score))).toEqual([0, 0, -1, 1]);
    const wide = rankedTable(ranked(await read('candidatesWide.csv')));
    expect(Papa.parse(wide.trimEnd(), { header: true }).data).toHaveLength(5);
  });

  test('of no sets is empty', () => expect(rankedJsonLines([])).toBe(''));
});

describe('the file of rejected rows', () => {
  test('has file, line, reason and excerpt, and runs no formula', () => {
    const text = rejectedFile('mine.csv', [{ line: 3, reason: 'too "odd"', excerpt: '=cmd()\n' }]);
    expect(text).toBe('"file","line","reason","excerpt"\r\n"mine.csv",3,"too ""odd""","\'=cmd()\n"\r\n');
  });
});
