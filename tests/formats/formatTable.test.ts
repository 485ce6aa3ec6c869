/** Every format by a small file of its own: which format was seen, what was kept, and which way round. */
import { describe, expect, test } from 'vitest';
import { PREFERENCE_FORMATS } from '../../src/formats/detect.ts';
import { promptText } from '../../src/core/preference.ts';
import { chosenText, fixture, importBlob, rejectedText } from './importing.ts';

interface Expected {
  readonly file: string;
  readonly format: string;
  readonly rows: number;
  readonly imported: number;
  readonly ties: number;
  readonly rejectedLines: readonly number[];
  readonly duplicates?: readonly { line: number; firstLine?: number; conflicts?: true }[];
  readonly prompt: string;
  readonly chosen: string;
  readonly rejected: string;
}

const TABLE: readonly Expected[] = [
  {
    file: 'trlExplicitStandard.jsonl',
    format: 'trl-explicit-standard',
    rows: 6,
    imported: 2,
    ties: 1,
    rejectedLines: [2, 7],
    duplicates: [{ line: 6, firstLine: 1 }],
    prompt: 'Name a river in France.',
    chosen: 'The Loire is the longest one.',
    rejected: 'Paris.',
  },
  {
    file: 'trlImplicitStandard.jsonl',
    format: 'trl-implicit-standard',
    rows: 4,
    imported: 3,
    ties: 0,
    rejectedLines: [4],
    prompt: 'The colour of the sky is ',
    chosen: 'blue today.',
    rejected: 'brown today.',
  },
  {
    file: 'trlExplicitConversational.jsonl',
    format: 'trl-explicit-conversational',
    rows: 4,
    imported: 3,
    ties: 0,
    rejectedLines: [3],
    prompt: '\n\nSystem: Be brief.\n\nHuman: Why is the sea salty?',
    chosen: 'Rivers carry salts into it.',
    rejected: 'It just is, as everybody knows.',
  },
  {
    file: 'trlImplicitConversational.jsonl',
    format: 'trl-implicit-conversational',
    rows: 4,
    imported: 2,
    ties: 1,
    rejectedLines: [4],
    prompt: '\n\nHuman: Plan a picnic.\n\nAssistant: Where?\n\nHuman: By a lake.',
    chosen: 'Take a blanket, bread and cheese.',
    rejected: 'No.',
  },
  {
    file: 'anthropicHh.jsonl',
    format: 'anthropic-hh',
    rows: 6,
    imported: 3,
    ties: 0,
    rejectedLines: [4, 6],
    duplicates: [{ line: 5, firstLine: 1, conflicts: true }],
    prompt: 'Can I freeze soup?',
    chosen: 'Yes, in small portions.',
    rejected: 'Soup is wet.',
  },
  {
    file: 'alpacaAnnotations.json',
    format: 'alpaca-annotations',
    rows: 6,
    imported: 2,
    ties: 2,
    rejectedLines: [33, 39],
    prompt: 'Translate to French.\n\nGood morning',
    chosen: 'Bonjour',
    rejected: 'Bonsoir',
  },
  {
    file: 'openaiDpo.jsonl',
    format: 'openai-dpo',
    rows: 3,
    imported: 2,
    ties: 0,
    rejectedLines: [3],
    prompt: 'How cold is the moon at night?',
    chosen: 'About minus 130 degrees Celsius.',
    rejected: 'Quite.',
  },
  {
    file: 'ktoUnpaired.jsonl',
    format: 'kto-unpaired',
    rows: 7,
    imported: 3,
    ties: 0,
    rejectedLines: [4, 7],
    prompt: 'Suggest a pet.',
    chosen: 'A cat is content alone for a day.',
    rejected: 'A wolf.',
  },
  {
    file: 'fineGrainedRlhf.json',
    format: 'fine-grained-rlhf',
    rows: 3,
    imported: 7,
    ties: 2,
    rejectedLines: [26, 50],
    duplicates: [
      { line: 26, firstLine: 26 },
      { line: 26, firstLine: 26 },
    ],
    prompt: '\n\nSystem: Title A line of a passage.\n\nHuman: Who repairs clocks?',
    chosen: 'A horologist.',
    rejected: 'A plumber.',
  },
  {
    file: 'autoJ.jsonl',
    format: 'auto-j',
    rows: 4,
    imported: 2,
    ties: 1,
    rejectedLines: [4],
    prompt: 'Write a toast.',
    chosen: 'To old friends and new roads.',
    rejected: 'Cheers.',
  },
  {
    file: 'pandaLm.json',
    format: 'pandalm',
    rows: 5,
    imported: 2,
    ties: 2,
    rejectedLines: [1],
    prompt: 'Name a fruit.',
    chosen: 'Apple.',
    rejected: 'Stone.',
  },
  {
    file: 'plainTable.csv',
    format: 'plain-table',
    rows: 6,
    imported: 2,
    ties: 2,
    rejectedLines: [7, 8],
    prompt: 'What is a haiku?\r\nIn one line; please.',
    chosen: 'Three lines of 5, 7 and 5 syllables.',
    rejected: 'A "poem".',
  },
  {
    file: 'plainTable.tsv',
    format: 'plain-table',
    rows: 2,
    imported: 2,
    ties: 0,
    rejectedLines: [],
    prompt: 'Sum up.\n\nA long story.',
    chosen: 'A story, told long.',
    rejected: 'Text.',
  },
];

describe('the table of formats', () => {
  test.each(TABLE)('$file is read as $format', async (expected) => {
    const { report, comparisons } = await importBlob(await fixture(expected.file), expected.file);
    expect(report.formats.map(({ id }) => id)).toEqual([expected.format]);
    expect(report.rows).toBe(expected.rows);
    expect([report.imported, report.ties]).toEqual([expected.imported, expected.ties]);
    expect(report.rejected.map(({ line }) => line)).toEqual(expected.rejectedLines);
    expect(report.duplicates).toEqual(expected.duplicates ?? []);
    expect(report.entries).toBe(
      report.imported + report.ties + report.rejected.length + report.duplicates.length,
    );
    expect(comparisons).toHaveLength(report.imported + report.ties);
    const [first] = comparisons;
    expect(promptText(first.prompt)).toBe(expected.prompt);
    expect(chosenText(first)).toBe(expected.chosen);
    expect(rejectedText(first)).toBe(expected.rejected);
  });

  test('has a file for every format that is known', () =>
    expect(new Set(TABLE.map(({ format }) => format))).toEqual(
      new Set(PREFERENCE_FORMATS.map(({ id }) => id)),
    ));
});
