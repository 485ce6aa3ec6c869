/**
 * The bundled deck is the first thing a newcomer judges and a small data set at the same time. These tests
 * hold its shape (prompts × 4 responses with declared traits), check that every declared trait is true of its
 * text, and check that no trait stands in for another: a head trained on this deck must not be able to reach
 * "correct" by learning "longer", "a list" or "the first one".
 *
 * Correlations are Pearson's r over all responses, with a yes/no trait coded as 1/0 (the phi or point-biserial
 * coefficient). Lengths are words, in logarithms, because 10 against 20 words feels like 50 against 100.
 */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

interface Traits {
  length: 'short' | 'medium' | 'long';
  structure: 'prose' | 'list' | 'steps' | 'headings';
  tone: 'warm' | 'neutral' | 'formal' | 'playful' | 'blunt';
  directness: 'direct' | 'hedged' | 'evasive';
  correct: boolean;
}
interface DeckResponse {
  id: string;
  text: string;
  traits: Traits;
}
interface DeckPrompt {
  id: string;
  kind: string;
  prompt: string;
  responses: DeckResponse[];
}
interface Deck {
  id: string;
  title: string;
  description: string;
  language: string;
  prompts: DeckPrompt[];
}

const deckPath = join(import.meta.dirname, '../../public/decks/everyday.json');
const deck = JSON.parse(readFileSync(deckPath, 'utf8')) as Deck;
const responses = deck.prompts.flatMap((prompt) => prompt.responses);

const traitValues = {
  length: ['short', 'medium', 'long'],
  structure: ['prose', 'list', 'steps', 'headings'],
  tone: ['warm', 'neutral', 'formal', 'playful', 'blunt'],
  directness: ['direct', 'hedged', 'evasive'],
  correct: [true, false],
} as const;

/** Every trait with each of its values, as one row per value, for table tests. */
const traitTable = Object.entries(traitValues).flatMap(([trait, values]) =>
  values.map((value) => ({ trait: trait as keyof Traits, value: value })),
);

/** Words of a text: runs between white space that hold a letter or a digit, so Markdown bullets do not count. */
function countWords(text: string): number {
  return text.split(/\s+/u).filter((run) => /[\p{L}\p{N}]/u.test(run)).length;
}

/** The length class a number of words belongs to: short to 30, medium to 80, long beyond. */
function lengthClass(words: number): Traits['length'] {
  if (words <= 30) return 'short';
  return words <= 80 ? 'medium' : 'long';
}

/** The structure one can see in a text's Markdown; the most structured mark wins. */
function visibleStructure(text: string): Traits['structure'] {
  if (/^## /mu.test(text)) return 'headings';
  if (/^\d+\. /mu.test(text)) return 'steps';
  return /^- /mu.test(text) ? 'list' : 'prose';
}

/** Pearson's correlation coefficient of two equally long columns. */
function correlation(first: number[], second: number[]): number {
  const mean = (column: number[]) => column.reduce((sum, value) => sum + value, 0) / column.length;
  const firstMean = mean(first);
  const secondMean = mean(second);
  let product = 0;
  let firstSquares = 0;
  let secondSquares = 0;
  for (const [index, value] of first.entries()) {
    const other = second[index] - secondMean;
    product += (value - firstMean) * other;
    firstSquares += (value - firstMean) ** 2;
    secondSquares += other ** 2;
  }
  return product / Math.sqrt(firstSquares * secondSquares);
}

const logLengths = responses.map((response) => Math.log(countWords(response.text)));
const correctness = responses.map((response) => Number(response.traits.correct));

/** The prompts at which a longest or a shortest response could mislead: some right and some wrong. */
const mixedPrompts = deck.prompts.filter((prompt) =>
  prompt.responses.some((response) => !response.traits.correct),
);

/** The responses of a prompt, longest first. */
function byLength(prompt: DeckPrompt): DeckResponse[] {
  return [...prompt.responses].sort((left, right) => countWords(right.text) - countWords(left.text));
}

describe('the everyday deck as a file', () => {
  it('introduces itself, in English, and stays small enough to load with the page', () => {
    expect(deck).toMatchObject({ id: 'everyday', title: 'Everyday questions', language: 'en' });
    expect(deck.description).toMatch(/^[A-Z][^.]+\.$/u);
    expect(statSync(deckPath).size).toBeLessThan(160_000);
  });

  it('holds at least 40 prompts of at least 8 kinds, none of which makes up more than an eighth', () => {
    expect(deck.prompts.length).toBeGreaterThanOrEqual(40);
    const promptsPerKind = new Map<string, number>();
    for (const { kind } of deck.prompts) promptsPerKind.set(kind, (promptsPerKind.get(kind) ?? 0) + 1);
    expect(promptsPerKind.size).toBeGreaterThanOrEqual(8);
    expect(Math.max(...promptsPerKind.values())).toBeLessThanOrEqual(deck.prompts.length / 8);
  });

  it('never asks two prompts of the same kind in a row', () => {
    const repeated = deck.prompts.filter(
      (prompt, index) => index > 0 && deck.prompts[index - 1].kind === prompt.kind,
    );
    expect(repeated.map((prompt) => prompt.id)).toEqual([]);
  });

  it('gives every prompt four responses whose ids are the prompt id and a letter', () => {
    for (const [index, prompt] of deck.prompts.entries()) {
      expect(prompt.id).toBe(`e${String(index + 1).padStart(2, '0')}`);
      expect(prompt.responses.map((response) => response.id)).toEqual(
        ['a', 'b', 'c', 'd'].map((letter) => prompt.id + letter),
      );
    }
  });

  it('repeats no prompt and no response, and pads no text with white space', () => {
    const texts = [...deck.prompts.map((prompt) => prompt.prompt), ...responses.map(({ text }) => text)];
    expect(new Set(texts).size).toBe(texts.length);
    expect(texts.filter((text) => text !== text.trim() || text === '')).toEqual([]);
  });

  it('declares exactly the known traits', () => {
    for (const { id, traits } of responses) {
      expect(Object.keys(traits).sort(), id).toEqual(Object.keys(traitValues).sort());
      for (const [trait, values] of Object.entries(traitValues)) {
        expect(values, `${id} ${trait}`).toContain(traits[trait as keyof Traits]);
      }
    }
  });
});

describe('the declared traits', () => {
  it('name the length that the text has', () => {
    const mislabelled = responses.filter(
      ({ text, traits }) => lengthClass(countWords(text)) !== traits.length,
    );
    expect(mislabelled.map((response) => response.id)).toEqual([]);
    expect(Math.max(...responses.map(({ text }) => countWords(text)))).toBeLessThanOrEqual(180);
  });

  it('name the structure that the text has', () => {
    const mislabelled = responses.filter(({ text, traits }) => visibleStructure(text) !== traits.structure);
    expect(mislabelled.map((response) => response.id)).toEqual([]);
  });

  it.each(traitTable)('use $trait = $value in at least a tenth of the responses', ({ trait, value }) => {
    const share = responses.filter(({ traits }) => traits[trait] === value).length / responses.length;
    expect(share).toBeGreaterThanOrEqual(0.1);
  });

  it('differ within every prompt: two structures or more, three tones or more, one length at least double', () => {
    for (const prompt of deck.prompts) {
      const structures = new Set(prompt.responses.map(({ traits }) => traits.structure));
      const tones = new Set(prompt.responses.map(({ traits }) => traits.tone));
      const words = prompt.responses.map(({ text }) => countWords(text));
      expect(structures.size, `${prompt.id} structures`).toBeGreaterThanOrEqual(2);
      expect(tones.size, `${prompt.id} tones`).toBeGreaterThanOrEqual(3);
      expect(Math.max(...words) / Math.min(...words), `${prompt.id} lengths`).toBeGreaterThanOrEqual(2);
    }
  });

  it('leave every prompt a correct response, and about half of the prompts a wrong one', () => {
    const hopeless = deck.prompts.filter((prompt) => prompt.responses.every(({ traits }) => !traits.correct));
    expect(hopeless.map((prompt) => prompt.id)).toEqual([]);
    const mixedShare = mixedPrompts.length / deck.prompts.length;
    expect(mixedShare).toBeGreaterThan(0.4);
    expect(mixedShare).toBeLessThan(0.65);
  });
});

describe('no trait stands in for another', () => {
  it('hardly correlates length with correctness', () => {
    expect(Math.abs(correlation(logLengths, correctness))).toBeLessThan(0.2);
  });

  it.each(traitTable.filter(({ trait }) => trait !== 'correct'))(
    'hardly correlates $trait = $value with correctness',
    ({ trait, value }) => {
      const present = responses.map(({ traits }) => Number(traits[trait] === value));
      expect(Math.abs(correlation(present, correctness))).toBeLessThan(0.2);
    },
  );

  it.each(traitTable.filter(({ trait }) => !['correct', 'length'].includes(trait)))(
    'leaves $trait = $value room to be short or long',
    ({ trait, value }) => {
      const present = responses.map(({ traits }) => Number(traits[trait] === value));
      expect(Math.abs(correlation(present, logLengths))).toBeLessThan(0.5);
      const lengths = new Set(
        responses.filter(({ traits }) => traits[trait] === value).map(({ traits }) => traits.length),
      );
      expect([...lengths].sort()).toEqual(['long', 'medium', 'short']);
    },
  );

  it('makes neither the longest nor the shortest response a safe guess, nor a safe one to avoid', () => {
    const wrongShare = 1 - correctness.reduce((sum, value) => sum + value, 0) / correctness.length;
    for (const position of [0, 3]) {
      const wrong = mixedPrompts.filter((prompt) => !byLength(prompt)[position].traits.correct).length;
      expect(wrong / mixedPrompts.length).toBeGreaterThan(wrongShare);
      expect(wrong / mixedPrompts.length).toBeLessThan(0.5);
    }
  });

  it('lets the longest be the only correct response in fewer than half of the prompts with a wrong one', () => {
    const onlyLongest = mixedPrompts.filter((prompt) => {
      const [longest, ...others] = byLength(prompt);
      return longest.traits.correct && others.every(({ traits }) => !traits.correct);
    });
    expect(onlyLongest.length).toBeLessThan(mixedPrompts.length / 2);
  });

  it('spreads the wrong, the longest and the listed responses over the four positions', () => {
    const perPosition = (belongs: (response: DeckResponse, prompt: DeckPrompt) => boolean) =>
      [0, 1, 2, 3].map(
        (position) => deck.prompts.filter((prompt) => belongs(prompt.responses[position], prompt)).length,
      );
    const spreads = {
      wrong: perPosition(({ traits }) => !traits.correct),
      longest: perPosition((response, prompt) => byLength(prompt)[0] === response),
      structured: perPosition(({ traits }) => traits.structure !== 'prose'),
    };
    for (const [name, counts] of Object.entries(spreads)) {
      const total = counts.reduce((sum, count) => sum + count, 0);
      expect(Math.max(...counts) / total, `${name}: ${counts.join(', ')}`).toBeLessThan(0.4);
      expect(Math.min(...counts) / total, `${name}: ${counts.join(', ')}`).toBeGreaterThan(0.12);
    }
  });
});
