/**
 * Style groups "diversity" (how much the text repeats itself), "relation to the prompt" (coverage, copying, novelty)
 * and "script".
 */
import { log, log1p } from '../../core/elementary.ts';
import type { PromptContext } from './promptContext.ts';
import type { StyleGroup } from './styleGroup.ts';
import type { Sentence, TextView } from './textView.ts';
import { trigramBase, trigramKey } from './wordTrigrams.ts';

export const DIVERSITY: StyleGroup = {
  group: 'diversity',
  labels: [
    'variety of words',
    'repeated word triples',
    'repeated sentences (log)',
    'variety of sentence openings',
    'overlap of neighbouring sentences',
  ],
  measure(view) {
    const triples = Math.max(0, view.wordCount - 2);
    const openings = view.sentences.filter((s) => s.endWord > s.firstWord);
    const distinctOpenings = new Set(openings.map((s) => view.words.typeOfWord[s.firstWord]));
    return [
      log1p(view.words.types.length) / log(view.wordCount + 2),
      1 - (distinctTriples(view) + 5) / (triples + 5),
      log1p(repeatedSentences(view)),
      (distinctOpenings.size + 2) / (openings.length + 2),
      cohesion(view),
    ];
  },
};

function distinctTriples({ words: { types, typeOfWord } }: TextView): number {
  const base = trigramBase(types.length);
  const keys = new Set<number>();
  for (let i = 2; i < typeOfWord.length; i++) {
    keys.add(trigramKey(base, typeOfWord[i - 2], typeOfWord[i - 1], typeOfWord[i]));
  }
  return keys.size;
}

/** Sentences of more than 15 characters that occurred before. */
function repeatedSentences({ lower, sentences }: TextView): number {
  const long = sentences
    .map(({ start, end }) => lower.slice(start, end).trim())
    .filter((sentence) => sentence.length > 15);
  return long.length - new Set(long).size;
}

/** Mean over neighbouring sentences of |A ∩ B| / (|A ∪ B| + 1), A and B their distinct words without function words. */
function cohesion({ words, sentences }: TextView): number {
  if (sentences.length < 2) return 0;
  const lastSentence = new Int32Array(words.types.length).fill(-2);
  let total = 0;
  let previousSize = 0;
  sentences.forEach((sentence, index) => {
    const { size, shared } = markWords(sentence, index, words, lastSentence);
    if (index > 0) total += shared / (previousSize + size - shared + 1);
    previousSize = size;
  });
  return total / (sentences.length - 1);
}

/** Enters a sentence into `lastSentence` (per word type); its distinct words, and those the sentence before had too. */
function markWords(
  { firstWord, endWord }: Sentence,
  index: number,
  words: TextView['words'],
  lastSentence: Int32Array,
): { size: number; shared: number } {
  let size = 0;
  let shared = 0;
  for (let i = firstWord; i < endWord; i++) {
    const type = words.typeOfWord[i];
    if (lastSentence[type] === index || words.types[type].isFunctionWord) continue;
    if (lastSentence[type] === index - 1) shared++;
    lastSentence[type] = index;
    size++;
  }
  return { size, shared };
}

export const PROMPT_RELATION: StyleGroup = {
  group: 'relation to the prompt',
  labels: [
    'request covered',
    'share of words from the request',
    'word triples copied from the prompt',
    'longest copied run',
    'new content words (log)',
    'new rare words (log)',
    'share of new content words',
    'new numbers (log)',
    'length unlike the request',
    'likeness to the request',
    'repeats part of the request',
  ],
  measure(view, prompt) {
    const vocabulary = compareVocabulary(view, prompt);
    const { content, shared } = vocabulary;
    const copied = findCopies(view, prompt);
    return [
      shared / (prompt.requestContent.size + 1),
      shared / (content + 3),
      copied.distinct / (copied.allDistinct + 3),
      (copied.longestRun > 0 ? copied.longestRun + 2 : 0) / (view.wordCount + 5),
      log1p(content - shared),
      log1p(vocabulary.newRare),
      vocabulary.newContent / (content + 3),
      log1p(vocabulary.newNumbers),
      Math.abs(log1p(view.wordCount) - log1p(prompt.requestWords)),
      vocabulary.cosine,
      Number(isPartOf(prompt.request, view)),
    ];
  },
};

/** Distinct content words: all, shared with the request, absent from the whole prompt; cosine of their counts. */
function compareVocabulary({ words: { types, counts } }: TextView, prompt: PromptContext) {
  let [content, shared, newContent, newRare, newNumbers, product, squares] = [0, 0, 0, 0, 0, 0, 0];
  types.forEach((type, index) => {
    if (type.isNumber && !prompt.requestNumbers.has(type.word)) newNumbers++;
    if (!type.isContent) return;
    content++;
    squares += counts[index] * counts[index];
    const inRequest = prompt.requestContent.get(type.word) ?? 0;
    if (inRequest > 0) shared++;
    product += counts[index] * inRequest;
    if (prompt.typeOf.has(type.word)) return;
    newContent++;
    if (!type.isCommon && !type.isNumber) newRare++;
  });
  const cosine = product / (Math.sqrt(squares) * prompt.requestContentNorm + 1e-9);
  return { content, shared, newContent, newRare, newNumbers, cosine };
}

/** Word triples of the response that the prompt has too: distinct ones, and the longest run of neighbouring ones. */
function findCopies({ words: { types, typeOfWord } }: TextView, prompt: PromptContext) {
  const base = trigramBase(types.length);
  const promptType = types.map((type) => prompt.typeOf.get(type.word) ?? -1);
  const all = new Set<number>();
  let [distinct, run, longestRun] = [0, 0, 0];
  for (let i = 2; i < typeOfWord.length; i++) {
    const [a, b, c] = [typeOfWord[i - 2], typeOfWord[i - 1], typeOfWord[i]];
    const [p, q, r] = [promptType[a], promptType[b], promptType[c]];
    const isCopy = p >= 0 && q >= 0 && r >= 0 && prompt.trigrams.has(trigramKey(prompt.trigramBase, p, q, r));
    const before = all.size;
    all.add(trigramKey(base, a, b, c));
    if (isCopy && all.size > before) distinct++;
    run = isCopy ? run + 1 : 0;
    longestRun = Math.max(longestRun, run);
  }
  return { distinct, allDistinct: all.size, longestRun };
}

/** Beyond this a search could take quadratic time on hostile texts, and nobody quotes a request that long. */
const LONGEST_QUOTATION = 20_000;

function isPartOf(request: string, { lower, codePoints }: TextView): boolean {
  return codePoints > 10 && lower.length <= LONGEST_QUOTATION && request.includes(lower);
}

export const SCRIPT: StyleGroup = {
  group: 'script',
  labels: ['characters beyond ASCII', 'script unlike the request'],
  measure(view, prompt) {
    const share = view.nonAscii / (view.codePoints + 1);
    return [Math.sqrt(share), Math.abs(share - prompt.nonAsciiShare)];
  },
};
