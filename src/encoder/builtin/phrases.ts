/**
 * Set phrases of assistants, as data, and their counting.
 *
 * Notation: `(a|b)` stands for either; a phrase ends at a word boundary unless a trailing `*` says that anything may
 * follow. Phrases are compared with the lower-cased text at the start of words only, looked up by their first word,
 * which is far cheaper than as many regular expressions and takes linear time on any text.
 */
import { isWordCharacter } from './characters.ts';
import type { TextView } from './textView.ts';

interface PhraseGroup {
  readonly label: string;
  /** Tried in this order; the first that matches at a place counts, and the search goes on behind it. */
  readonly phrases: readonly string[];
  /** Counted at the very start of the text only. */
  readonly atStart?: boolean;
}

const GROUPS: readonly PhraseGroup[] = [
  {
    label: 'refusals and apologies',
    phrases: [
      "i('m| am) (not able|unable|not going|not comfortable|not sure i)*",
      "i (can't|cannot|won't|will not|am unable|don't think i can|couldn't)",
      'as an ai',
      'not appropriate',
      "i('m| am) sorry",
      'i apologi(s|z)e',
    ],
  },
  {
    label: 'speaks of itself as an AI',
    phrases: [
      'as an ai',
      'ai language model',
      'language model',
      'my programming',
      "i'm an ai",
      'as a chatbot',
    ],
  },
  {
    label: 'says it does not know',
    phrases: [
      "i don't (know|have|understand)",
      'i do not (know|have)',
      "i('m| am) not sure",
      'no information',
      'not (clear|known|mentioned|specified)',
    ],
  },
  {
    label: 'offers more help',
    phrases: [
      'let me know',
      'hope this helps',
      'feel free',
      '(happy|glad) to help',
      'if you (have|need|want|would like)',
      'would you like',
      'can i help',
      'how can i',
      'anything else',
    ],
  },
  {
    label: 'asks back',
    phrases: [
      '(could|can) you (please |)(provide|clarify|tell|explain|give)',
      'what do you mean',
      'please provide',
      'more (information|context|details|detail) about',
      'do you mean',
      'what kind of',
      'do you (want|have|know|think|like|need)',
      'are you',
    ],
  },
  {
    label: 'opens with "here is", "sure"',
    atStart: true,
    phrases: ["(here is|here are|here's|sure|certainly|of course|absolutely|great question|below)*"],
  },
  { label: 'gives examples', phrases: ['for (example|instance)', 'such as', '(e.g.|i.e.)*'] },
  {
    label: 'sums up',
    phrases: ['in (conclusion|summary|short)', 'to summari(s|z)e', 'overall,*', 'to sum up'],
  },
  {
    label: 'reminds and warns',
    phrases: [
      "it('s| is) important to",
      'keep in mind',
      'please note',
      'it is worth',
      'remember (that|to)',
      'make sure',
    ],
  },
];

/** Labels of the phrase groups, in the order of `countPhrases`. */
export const PHRASE_LABELS: readonly string[] = GROUPS.map((group) => group.label);

interface Phrase {
  readonly text: string;
  readonly isOpenEnded: boolean;
  readonly group: number;
  readonly atStart: boolean;
}

/** All spellings of a phrase in the notation above. */
function spellOut(pattern: string): string[] {
  const open = pattern.indexOf('(');
  if (open < 0) return [pattern];
  const close = pattern.indexOf(')', open);
  const alternatives = pattern.slice(open + 1, close).split('|');
  return alternatives.flatMap((alternative) =>
    spellOut(pattern.slice(0, open) + alternative + pattern.slice(close + 1)),
  );
}

const phrasesByFirstWord = new Map<string, Phrase[]>();
GROUPS.forEach(({ phrases, atStart = false }, group) => {
  for (const spelling of phrases.flatMap(spellOut)) {
    const isOpenEnded = spelling.endsWith('*');
    const text = isOpenEnded ? spelling.slice(0, -1) : spelling;
    const firstWord = /^[a-z]+(?:'[a-z]+)?/.exec(text)![0];
    const phrase = { text, isOpenEnded, group, atStart };
    phrasesByFirstWord.set(firstWord, [...(phrasesByFirstWord.get(firstWord) ?? []), phrase]);
  }
});

/** Occurrences of every phrase group, those of one group not overlapping. */
export function countPhrases({ lower, words }: TextView): number[] {
  const counts = GROUPS.map(() => 0);
  const searchFrom = GROUPS.map(() => 0);
  const phrasesOfType = words.types.map((type) => phrasesByFirstWord.get(type.word));
  for (let i = 0; i < words.starts.length; i++) {
    const phrases = phrasesOfType[words.typeOfWord[i]];
    if (!phrases) continue;
    const start = words.starts[i];
    for (const phrase of phrases) {
      if (start < searchFrom[phrase.group] || !occursAt(phrase, lower, start)) continue;
      counts[phrase.group]++;
      searchFrom[phrase.group] = start + phrase.text.length;
    }
  }
  return counts;
}

function occursAt({ text, isOpenEnded, atStart }: Phrase, lower: string, start: number): boolean {
  if ((atStart && start > 0) || !lower.startsWith(text, start)) return false;
  const end = start + text.length;
  return isOpenEnded || end === lower.length || !isWordCharacter(lower.codePointAt(end)!);
}
