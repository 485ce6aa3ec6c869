/**
 * What the prompt contributes to the features of its responses, worked out once per prompt.
 *
 * A prompt is a bare text or a transcript with `\n\nHuman: ` turns; "the request" is the last of those turns, or the
 * whole of a bare text. Copying is looked for in the whole prompt, relevance in the request.
 */
import { codePointCount, lowerCase, nonAsciiCount, normaliseText } from './characters.ts';
import { readWords, type Words } from './textView.ts';
import { trigramBase, trigramKey } from './wordTrigrams.ts';

export interface PromptContext {
  /** The request, lower case. */
  readonly request: string;
  readonly requestWords: number;
  /** Content words of the request with their counts, and the Euclidean norm of the counts. */
  readonly requestContent: ReadonlyMap<string, number>;
  readonly requestContentNorm: number;
  readonly requestNumbers: ReadonlySet<string>;
  /** Share of characters beyond ASCII in the request. */
  readonly nonAsciiShare: number;
  /** Every word of the whole prompt with its type number, as used in `trigrams`. */
  readonly typeOf: ReadonlyMap<string, number>;
  readonly trigrams: ReadonlySet<number>;
  readonly trigramBase: number;
}

const REMEMBERED_PROMPTS = 32;
const remembered = new Map<string, PromptContext>();

/** The context of a prompt; the last few are remembered, because responses to one prompt are measured together. */
export function promptContext(prompt: string): PromptContext {
  const known = remembered.get(prompt);
  if (known) return known;
  const context = readPrompt(prompt);
  if (remembered.size >= REMEMBERED_PROMPTS) remembered.delete(remembered.keys().next().value!);
  remembered.set(prompt, context);
  return context;
}

function readPrompt(prompt: string): PromptContext {
  const whole = normaliseText(prompt);
  const request = lastRequest(whole);
  const lowerRequest = lowerCase(request);
  const requestWords = readWords(lowerRequest);
  const requestContent = contentCounts(requestWords);
  const allWords = readWords(lowerCase(whole));
  return {
    request: lowerRequest,
    requestWords: requestWords.starts.length,
    requestContent,
    requestContentNorm: Math.sqrt(
      [...requestContent.values()].reduce((sum, count) => sum + count * count, 0),
    ),
    requestNumbers: new Set(requestWords.types.filter((type) => type.isNumber).map((type) => type.word)),
    nonAsciiShare: nonAsciiCount(request) / (codePointCount(request) + 1),
    typeOf: new Map(allWords.types.map((type, index) => [type.word, index])),
    trigrams: trigramsOf(allWords),
    trigramBase: trigramBase(allWords.types.length),
  };
}

const FIRST_TURN = 'Human:';

function lastRequest(whole: string): string {
  const turn = Math.max(whole.lastIndexOf('\n\nHuman:'), whole.lastIndexOf('\nUser:'));
  if (turn >= 0) return whole.slice(whole.indexOf(':', turn) + 1).trim();
  return (whole.startsWith(FIRST_TURN) ? whole.slice(FIRST_TURN.length) : whole).trim();
}

function contentCounts({ types, counts }: Words): Map<string, number> {
  const content = new Map<string, number>();
  types.forEach((type, index) => {
    if (type.isContent) content.set(type.word, counts[index]);
  });
  return content;
}

function trigramsOf({ types, typeOfWord }: Words): Set<number> {
  const base = trigramBase(types.length);
  const keys = new Set<number>();
  for (let i = 2; i < typeOfWord.length; i++) {
    keys.add(trigramKey(base, typeOfWord[i - 2], typeOfWord[i - 1], typeOfWord[i]));
  }
  return keys;
}
