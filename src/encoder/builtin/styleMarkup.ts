/** Style groups "structure" (lists, headings, code and other markup) and "punctuation". */
import { characterKind, DIGIT, kindAt, SYMBOL, widthAt } from './characters.ts';
import { rootRate, type StyleGroup } from './styleGroup.ts';
import { codeFences } from './styleShape.ts';
import type { TextView } from './textView.ts';

export const STRUCTURE: StyleGroup = {
  group: 'structure',
  labels: [
    'bullet points',
    'numbered points',
    'share of list lines',
    'headings',
    'bold',
    'code',
    'tables',
    'links',
    'lines ending in a colon',
    'emoji',
    'formulas',
  ],
  measure(view) {
    const { text, lines } = view;
    const markers = lines.map(listMarker);
    const bullets = markers.filter((marker) => marker === 'bullet').length;
    const numbers = markers.filter((marker) => marker === 'number').length;
    const letters = markers.filter((marker) => marker === 'letter').length;
    // A pattern is tried only where its first character occurs: most responses have no markup at all.
    const has = (character: string): boolean => text.includes(character);
    const inlineCode = has('`') ? matches(text, /`[^`\n]+`/g) : 0;
    const bold = has('**') || has('__') ? matches(text, /\*\*[^*\n]+\*\*|__[^_\n]+__/g) : 0;
    const formulas =
      has('$') || has('\\') ? matches(text, /\$[^$\n]+\$|\\(?:frac|begin|\(|\[|sum|int|cdot)/g) : 0;
    return [
      rootRate(bullets, view),
      rootRate(numbers, view),
      (bullets + numbers + letters) / Math.max(lines.length, 1),
      rootRate(lines.filter(isHeading).length, view),
      rootRate(bold, view),
      rootRate(3 * codeFences(text) + inlineCode, view),
      rootRate(has('|') ? lines.filter(isTableRow).length : 0, view),
      rootRate(matches(text, /https?:\/\/|www\./g), view),
      rootRate(lines.filter((line) => /[:：]$/.test(line.trimEnd())).length, view),
      rootRate(emojiCount(text), view),
      rootRate(formulas, view),
    ];
  },
};

function matches(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}

function listMarker(line: string): 'bullet' | 'number' | 'letter' | undefined {
  const at = indentation(line);
  if (isBlank(line, at + 1) && '-*•‣▪–'.includes(line[at])) return 'bullet';
  let end = at;
  while (end < at + 3 && characterKind(line.charCodeAt(end)) === DIGIT) end++;
  const isLetter = end === at && /[a-zA-Z]/.test(line[at]);
  if (isLetter) end++;
  if (end === at || !(line[end] === '.' || line[end] === ')') || !isBlank(line, end + 1)) return undefined;
  return isLetter ? 'letter' : 'number';
}

/** One to six hashes, white space, something. */
function isHeading(line: string): boolean {
  const at = indentation(line);
  let end = at;
  while (line[end] === '#') end++;
  return end > at && end <= at + 6 && isBlank(line, end) && line.slice(end).trim() !== '';
}

function isTableRow(line: string): boolean {
  return line.includes('|', line.indexOf('|') + 1) && line.includes('|');
}

/** Offset of the first character that is neither space nor tab. */
function indentation(line: string): number {
  let at = 0;
  while (isBlank(line, at)) at++;
  return at;
}

function isBlank(line: string, at: number): boolean {
  return line[at] === ' ' || line[at] === '\t';
}

function emojiCount(text: string): number {
  let count = 0;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0x2600) continue;
    if (unit <= 0x27bf) count++;
    else if (unit >= 0xd83c && unit <= 0xd83e && isEmojiPair(text.codePointAt(index)!)) count++;
  }
  return count;
}

function isEmojiPair(codePoint: number): boolean {
  return codePoint >= 0x1f300 && codePoint <= 0x1faff;
}

export const PUNCTUATION: StyleGroup = {
  group: 'punctuation',
  labels: [
    'question marks',
    'exclamation marks',
    'commas',
    'colons',
    'brackets',
    'quotation marks',
    'dashes',
    'numbers',
    'words in capitals',
    'capitals inside sentences',
    'share of symbols',
  ],
  measure(view) {
    const marks = countMarks(view.text);
    const { types, counts } = view.words;
    let numbers = 0;
    types.forEach((type, index) => {
      if (type.isNumber) numbers += counts[index];
    });
    return [
      rootRate(marks.question, view),
      rootRate(marks.exclamation, view),
      rootRate(marks.comma, view),
      rootRate(marks.colon, view),
      rootRate(marks.bracket, view),
      rootRate(marks.quote, view),
      rootRate(marks.dash, view),
      rootRate(numbers, view),
      rootRate(wordsInCapitals(view), view),
      rootRate(capitalsInsideSentences(view), view),
      Math.sqrt(marks.symbol / (view.codePoints + 10)),
    ];
  },
};

type Mark = 'question' | 'exclamation' | 'comma' | 'colon' | 'bracket' | 'quote' | 'dash';

const MARKS: Record<Mark, string> = {
  question: '?？؟',
  exclamation: '!！',
  comma: ',，、،',
  colon: ':：',
  bracket: '(（',
  quote: '"“”«»„',
  dash: '—–',
};

const markOfUnit = new Map<number, Mark>(
  (Object.keys(MARKS) as Mark[]).flatMap((mark) =>
    [...MARKS[mark]].map((c) => [c.charCodeAt(0), mark] as const),
  ),
);

/** Counts of the marks of all scripts (a hyphen between spaces is a dash) and of symbols of any kind. */
function countMarks(text: string): Record<Mark | 'symbol', number> {
  const counts = {
    question: 0,
    exclamation: 0,
    comma: 0,
    colon: 0,
    bracket: 0,
    quote: 0,
    dash: 0,
    symbol: 0,
  };
  for (let index = 0; index < text.length; index += widthAt(text, index)) {
    if (kindAt(text, index) !== SYMBOL) continue;
    counts.symbol++;
    const mark = markOfUnit.get(text.charCodeAt(index));
    if (mark) counts[mark]++;
  }
  for (let at = text.indexOf(' - '); at >= 0; at = text.indexOf(' - ', at + 3)) counts.dash++;
  return counts;
}

function startsWithCapital({ text, lower, words }: TextView, index: number): boolean {
  const start = words.starts[index];
  if (text.charCodeAt(start) === lower.charCodeAt(start) && (text.charCodeAt(start) & 0xfc00) !== 0xd800)
    return false;
  return text.codePointAt(start) !== lower.codePointAt(start);
}

/** Words of at least two letters without a lower-case one. */
function wordsInCapitals(view: TextView): number {
  let count = 0;
  for (let i = 0; i < view.wordCount; i++) {
    if (view.words.types[view.words.typeOfWord[i]].length < 2 || !startsWithCapital(view, i)) continue;
    const word = view.text.slice(view.words.starts[i], view.words.ends[i]);
    if (word === word.toUpperCase()) count++;
  }
  return count;
}

const ALWAYS_CAPITAL = new Set(['i', "i'm", "i've", "i'd", "i'll"]);

/** Words with a capital that neither begin a sentence nor are "I". */
function capitalsInsideSentences(view: TextView): number {
  let count = 0;
  for (const { firstWord, endWord } of view.sentences) {
    for (let i = firstWord + 1; i < endWord; i++) {
      if (!startsWithCapital(view, i)) continue;
      if (!ALWAYS_CAPITAL.has(view.words.types[view.words.typeOfWord[i]].word)) count++;
    }
  }
  return count;
}
