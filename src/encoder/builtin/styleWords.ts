/** Style groups of word classes, sensitive topics, set phrases and morphology. */
import { log1p } from '../../core/elementary.ts';
import { countPhrases, PHRASE_LABELS } from './phrases.ts';
import { rootRate, type StyleGroup } from './styleGroup.ts';
import type { TextView } from './textView.ts';
import { APOLOGY_CLASS, SENSITIVE_CLASSES, WORD_CLASSES } from './wordClasses.ts';
import { ALL_CLASSES } from './wordFacts.ts';

const SENSITIVE_FROM = WORD_CLASSES.length;

/** Occurrences of the classes `[from, from + count)`, as root rates. */
function classRates(view: TextView, from: number, count: number): number[] {
  const occurrences = new Array<number>(count).fill(0);
  view.words.types.forEach((type, index) => {
    for (const number of type.classes) {
      if (number >= from && number < from + count) occurrences[number - from] += view.words.counts[index];
    }
  });
  return occurrences.map((occurrence) => rootRate(occurrence, view));
}

export const WORDS: StyleGroup = {
  group: 'word classes',
  labels: WORD_CLASSES.map((wordClass) => wordClass.label),
  measure: (view) => classRates(view, 0, WORD_CLASSES.length),
};

/** Shown apart wherever weights are shown: what a head makes of these says more about its data than about style. */
export const SENSITIVE_TOPICS: StyleGroup = {
  group: 'sensitive topics',
  labels: SENSITIVE_CLASSES.map((wordClass) => wordClass.label),
  measure: (view) => classRates(view, SENSITIVE_FROM, SENSITIVE_CLASSES.length),
};

const OPENING_WORDS = 12;
const OPENING_CLASSES = ['affirmation', APOLOGY_CLASS.name, 'negation'].map((name) =>
  ALL_CLASSES.findIndex((wordClass) => wordClass.name === name),
);

export const PHRASES: StyleGroup = {
  group: 'phrases',
  labels: [...PHRASE_LABELS, 'agreement at the start', 'apology at the start', 'negation at the start'],
  measure: (view) => [...countPhrases(view).map((count) => log1p(count)), ...openingClasses(view)],
};

/** How often each opening class occurs among the first twelve words, at most 2. */
function openingClasses({ words }: TextView): number[] {
  const opening = words.typeOfWord.slice(0, OPENING_WORDS).map((type) => words.types[type].classes);
  return OPENING_CLASSES.map((number) =>
    Math.min(2, opening.filter((classes) => classes.includes(number)).length),
  );
}

/** A "word" longer than this is a slip or an attack, and must not stretch the scale of all other texts. */
const LONGEST_MEAN_LENGTH = 30;

export const MORPHOLOGY: StyleGroup = {
  group: 'morphology',
  labels: [
    'word length',
    'long words',
    'share of rare words',
    'share of function words',
    'words in -ly',
    'words in -ing',
    'words in -ed',
    'abstract nouns',
  ],
  measure(view) {
    const { types, counts } = view.words;
    let [letters, long, rare, functional, ly, ing, ed, nominal] = [0, 0, 0, 0, 0, 0, 0, 0];
    types.forEach((type, index) => {
      const count = counts[index];
      letters += type.length * count;
      if (type.isLong) long += count;
      if (type.isContent && !type.isCommon) rare += count;
      if (type.isFunctionWord) functional += count;
      if (type.endsInLy) ly += count;
      if (type.endsInIng) ing += count;
      if (type.endsInEd) ed += count;
      if (type.isNominal) nominal += count;
    });
    return [
      Math.min(letters / Math.max(view.wordCount, 1), LONGEST_MEAN_LENGTH),
      rootRate(long, view),
      rare / (view.wordCount + 10),
      (functional + 4) / (view.wordCount + 10),
      rootRate(ly, view),
      rootRate(ing, view),
      rootRate(ed, view),
      rootRate(nominal, view),
    ];
  },
};
