/**
 * Preference files of every format and kind, valid but for lines that were broken on purpose: the generator knows which
 * lines must be named, and how many comparisons the rest holds.
 */
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';

export interface BrokenFile {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** 1-based, ascending. */
  readonly brokenLines: readonly number[];
  /** In the lines that are whole. */
  readonly comparisons: number;
  /** How it was made, to be printed when it is misread. */
  readonly story: string;
}

type Row = Readonly<Record<string, unknown>>;

/** Rows that belong together: one broken, all are rejected. */
interface Unit {
  readonly rows: readonly Row[];
  readonly comparisons: number;
}

/** Characters that files get wrong; no text begins or ends with one that tables trim or quote. */
const piece = fc.constantFrom(
  ...[
    'tea',
    'rain, snow',
    'semi;colon',
    'say "so"',
    'naïve café',
    '雨が降る',
    '🙂 fine',
    'back\\slash',
    '{brace]',
  ],
  ...[
    '=1+1',
    "it's",
    'Straße',
    '\u202eturned',
    'e\u0301',
    'tab\tbed',
    '<b>bold</b>',
    '{"a":[1',
    'null',
    '1e999',
  ],
);
const line = fc.array(piece, { minLength: 1, maxLength: 4 }).map((pieces) => `w${pieces.join(' ')}w`);
const texts = fc.oneof(
  { arbitrary: line, weight: 4 },
  { arbitrary: fc.tuple(line, line).map((parts) => parts.join('\nx')), weight: 1 },
);

const user = (content: string) => ({ role: 'user', content });
const assistant = (content: string) => ({ role: 'assistant', content });

/** One unit of every format; `p`, `a` and `b` are texts of this unit alone. */
const FORMATS: Readonly<Record<string, (p: string, a: string, b: string, coin: boolean) => Unit>> = {
  'openai-dpo': (p, a, b) =>
    one({
      input: { messages: [user(p)] },
      preferred_output: [assistant(a)],
      non_preferred_output: [assistant(b)],
    }),
  'alpaca-annotations': (p, a, b, coin) =>
    one({ instruction: p, output_1: a, output_2: b, preference: coin ? 1 : 1.5 }),
  'fine-grained-rlhf': (p, a, b) => ({
    rows: [
      {
        question: p,
        ...{ 'prediction 1': a, 'prediction 2': b, 'prediction 3': `${a}3`, 'prediction 4': `${b}4` },
        preference: [1, 2, 0, 1, 2, 0],
      },
    ],
    comparisons: 6,
  }),
  'auto-j': (p, a, b, coin) => one({ prompt: p, 'response 1': a, 'response 2': b, label: coin ? 0 : 2 }),
  'panda-lm': (p, a, b) =>
    one({
      instruction: p,
      input: '',
      response1: a,
      response2: b,
      annotator1: 1,
      annotator2: 1,
      annotator3: 0,
    }),
  'trl-explicit': (p, a, b) => one({ prompt: p, chosen: a, rejected: b }),
  'trl-explicit-conversational': (p, a, b) =>
    one({ prompt: [user(p)], chosen: [assistant(a)], rejected: [assistant(b)] }),
  'trl-implicit-conversational': (p, a, b) =>
    one({ chosen: [user(p), assistant(a)], rejected: [user(p), assistant(b)] }),
  'anthropic-hh': (p, a, b) =>
    one({ chosen: `\n\nHuman: ${p}\n\nAssistant: ${a}`, rejected: `\n\nHuman: ${p}\n\nAssistant: ${b}` }),
  'trl-implicit': (p, a, b) => one({ chosen: `${p}\nAnswer: ${a}`, rejected: `${p}\nAnswer: ${b}` }),
  kto: (p, a, b) => ({
    rows: [
      { prompt: p, completion: a, label: true },
      { prompt: p, completion: b, label: false },
    ],
    comparisons: 1,
  }),
  table: (p, a, b, coin) => one({ question: p, response_a: a, response_b: b, winner: coin ? 'a' : 'tie' }),
};

function one(row: Row): Unit {
  return { rows: [row], comparisons: 1 };
}

const unit = (
  format: fc.Arbitrary<string>,
  content: fc.Arbitrary<string>,
): fc.Arbitrary<(n: number) => Unit> =>
  fc.tuple(format, content, content, content, fc.boolean()).map(
    ([id, p, a, b, coin]) =>
      (n) =>
        FORMATS[id](`${p}p${n}`, `${a}a${n}`, `${b}b${n}`, coin),
  );

/** What becomes of a line; INVALID stands for a byte that is no UTF-8. */
const INVALID = '\ue000';
const JSON_BREAKS: Readonly<Record<string, (json: string) => string>> = {
  'cut off': (json) => json.slice(0, -1),
  'a quote missing': (json) => json.replace('"', ''),
  'text behind it': (json) => `${json} x`,
  'NaN in it': (json) => json.replace('{', '{"n":NaN,'),
  'a number out of range': (json) => json.replace('{', '{"n":-1e999,'),
  'nested too deep': (json) => json.replace('{', `{"n":${'['.repeat(40)}${']'.repeat(40)},`),
  'too many fields': (json) =>
    json.replace('{', `{${Array.from({ length: 257 }, (_, n) => `"f${n}":0,`).join('')}`),
  'bytes that are no UTF-8': (json) => json.replace(':"', `:"${INVALID}`).replace('{', `{"n":"${INVALID}",`),
  'a NUL in it': (json) => json.replace('{', '{"n":"\0",'),
  'a tab in a string': (json) => json.replace('{', '{"n":"\t",'),
  'a list instead': () => '[1,2]',
  'a text instead': () => '"text"',
  'a number instead': () => '42',
  'null instead': () => 'null',
  'a mark of order at its start': (json) => `\ufeff${json}`,
  'fields of no format': () => '{"nothing":"known"}',
  'a wrong type': () => '{"prompt":"x","chosen":1,"rejected":"y"}',
  'an empty response': () => '{"prompt":"x","chosen":" ","rejected":"y"}',
  'the same text twice': () => '{"prompt":"x","chosen":"y","rejected":" y "}',
};
/** Those that a reader of JSON documents can tell from the elements around them. */
const ELEMENT_BREAKS = Object.keys(JSON_BREAKS).filter(
  (name) =>
    !['text behind it', 'a list instead', 'a text instead', 'a mark of order at its start'].includes(name),
);

interface Framing {
  readonly newline: '\n' | '\r\n' | '\r';
  readonly endsWithNewline: boolean;
  readonly encoding: 'utf-8' | 'utf-8 with mark' | 'utf-16le' | 'utf-16be';
  readonly gzip: boolean;
}

const framing: fc.Arbitrary<Framing> = fc.record({
  newline: fc.constantFrom('\n', '\n', '\r\n', '\r'),
  endsWithNewline: fc.boolean(),
  encoding: fc.constantFrom('utf-8', 'utf-8', 'utf-8 with mark', 'utf-16le', 'utf-16be'),
  gzip: fc.nat(5).map((n) => n === 0),
});

const anyFormat = fc.constantFrom(...Object.keys(FORMATS));

/** JSON Lines of any formats mixed, blank lines in between. */
export const brokenJsonLines: fc.Arbitrary<BrokenFile> = fc
  .tuple(
    fc.array(
      fc.record({
        make: unit(anyFormat, texts),
        breaks: breaking(Object.keys(JSON_BREAKS), 2),
        blanks: fc.nat(5).map((n) => Math.max(0, n - 4)),
      }),
      { minLength: 1, maxLength: 12 },
    ),
    framing,
  )
  .map(([parts, frame]) => {
    const lines = [JSON.stringify(FORMATS['trl-explicit']('first', 'one', 'two', true).rows[0])];
    const broken: number[] = [];
    let comparisons = 1;
    parts.forEach(({ make, breaks, blanks }, n) => {
      const { rows, comparisons: held } = make(n);
      lines.push(...Array<string>(blanks).fill(' '));
      const first = lines.length;
      const at = breaks ? breaks.place % rows.length : -1;
      rows.forEach((row, index) => {
        const json = JSON.stringify(row);
        lines.push(index === at ? JSON_BREAKS[breaks!.how](json) : json);
        if (breaks) broken.push(first + index + 1);
      });
      if (!breaks) comparisons += held;
    });
    return fileOf('a.jsonl', lines, broken, comparisons, frame, parts);
  });

/** A list of elements, each on its own line or printed over several, within a wrapping object or not. */
export const brokenJsonList: fc.Arbitrary<BrokenFile> = fc
  .tuple(
    fc.array(fc.record({ make: unit(anyFormat, texts), breaks: breaking(ELEMENT_BREAKS, 3) }), {
      minLength: 1,
      maxLength: 10,
    }),
    framing,
    fc.constantFrom('', '  ', '\t'),
    fc.constantFrom(0, 1, 2),
    fc.boolean(),
  )
  .map(([parts, frame, indent, printed, isWrapped]) => {
    const lines = [isWrapped ? '{"version": 1, "rows": [' : '['];
    const broken: number[] = [];
    let comparisons = 0;
    const add = (unitNow: Unit, breaks: Breaks | undefined, isLast: boolean): void => {
      const at = breaks ? breaks.place % unitNow.rows.length : -1;
      unitNow.rows.forEach((row, index) => {
        const isPrinted = printed > 0 && indent !== '' && index !== at;
        const json = isPrinted ? JSON.stringify(row, null, printed) : JSON.stringify(row);
        if (breaks) broken.push(lines.length + 1);
        const text = index === at ? JSON_BREAKS[breaks!.how](json) : json;
        const comma = isLast && index === unitNow.rows.length - 1 ? '' : ',';
        lines.push(...`${text}${comma}`.split('\n').map((part) => `${indent}${part}`));
      });
      if (!breaks) comparisons += unitNow.comparisons;
    };
    // Rows within an object are known for rows by the first of them.
    add(FORMATS['trl-explicit']('first', 'one', 'two', true), undefined, false);
    parts.forEach(({ make, breaks }, n) => add(make(n), breaks, false));
    add(FORMATS['trl-explicit']('last', 'one', 'two', true), undefined, true);
    lines.push(isWrapped ? ']}' : ']');
    return fileOf('a.json', lines, broken, comparisons, frame, parts);
  });

/** Cells of a row as text, broken or not. The texts of broken rows are on one line. */
type Cells = (cells: readonly string[], quote: (cell: string) => string) => readonly string[];
const TABLE_BREAKS: Readonly<Record<string, Cells>> = {
  'a cell too many': (cells, quote) => [...cells.map(quote), 'x'],
  'a cell too few': (cells, quote) => cells.slice(1).map(quote),
  'a quote never closed': (cells, quote) => [...cells.slice(0, -1).map(quote), '"x'],
  'text behind a quote': (cells, quote) => [...cells.slice(0, -1).map(quote), '"x"y'],
  'a NUL in it': ([first, ...cells], quote) => [`${quote(first)}`, ...cells.slice(0, -1).map(quote), 'x\0y'],
  'bytes that are no UTF-8': (cells, quote) => [...cells.slice(0, -1).map(quote), `x${INVALID}y`],
  'an empty response': ([prompt, , second, ...rest], quote) => [prompt, '', second, ...rest].map(quote),
  'the same text twice': ([prompt, , second, ...rest], quote) => [prompt, second, second, ...rest].map(quote),
};

/** The formats that fit into cells. */
const TABLE_FORMATS = ['alpaca-annotations', 'auto-j', 'trl-explicit', 'kto', 'table'];

export const brokenTable: fc.Arbitrary<BrokenFile> = fc
  .tuple(
    fc.constantFrom(...TABLE_FORMATS).chain((id) =>
      fc.array(
        fc.record({
          make: unit(fc.constant(id), texts),
          single: unit(fc.constant(id), line),
          breaks: breaking(Object.keys(TABLE_BREAKS), 2),
        }),
        { minLength: 1, maxLength: 12 },
      ),
    ),
    framing,
    fc.constantFrom(',', ';', '\t'),
    fc.boolean(),
  )
  .map(([parts, frame, delimiter, quotesAll]) => {
    const quote = (cell: string): string =>
      quotesAll || /[",;\t\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
    const first = parts[0].make(-1);
    const lines = [Object.keys(first.rows[0]).join(delimiter)];
    const broken: number[] = [];
    let comparisons = 0;
    const add = (unitNow: Unit, breaks: Breaks | undefined): void => {
      // KTO has one text a row: what needs two is broken otherwise.
      const how =
        breaks &&
        (unitNow.rows.length > 1 && /response|same/.test(breaks.how) ? 'a cell too few' : breaks.how);
      const at = breaks ? breaks.place % unitNow.rows.length : -1;
      unitNow.rows.forEach((row, index) => {
        const cells = Object.values(row).map(String);
        if (breaks) broken.push(lines.length + 1);
        const written = index === at ? TABLE_BREAKS[how!](cells, quote) : cells.map(quote);
        lines.push(...written.join(delimiter).split('\n'));
      });
      if (!breaks) comparisons += unitNow.comparisons;
    };
    add(first, undefined);
    parts.forEach(({ make, single, breaks }, n) => add((breaks ? single : make)(n), breaks));
    return fileOf('a.csv', lines, broken, comparisons, frame, parts);
  });

interface Breaks {
  readonly how: string;
  readonly place: number;
}

/** One of these in every so many. */
function breaking(names: readonly string[], oneIn: number): fc.Arbitrary<Breaks | undefined> {
  const breaks = fc.record({ how: fc.constantFrom(...names), place: fc.nat(3) });
  return fc.tuple(fc.nat(oneIn), breaks).map(([dice, chosen]) => (dice === 0 ? chosen : undefined));
}

function fileOf(
  name: string,
  lines: readonly string[],
  brokenLines: readonly number[],
  comparisons: number,
  { newline, endsWithNewline, encoding, gzip }: Framing,
  parts: readonly { readonly breaks: Breaks | undefined }[],
): BrokenFile {
  const text = lines.join(newline) + (endsWithNewline ? newline : '');
  const plain = encode(text, encoding);
  const bytes = gzip ? gzipSync(plain, { level: 1 }) : plain;
  const how = parts.flatMap(({ breaks }) => (breaks ? [breaks.how] : [])).join(', ');
  const story = `${name}, ${JSON.stringify(newline)}, ${encoding}${gzip ? ', gzip' : ''}: ${how}`;
  return { name, bytes: Uint8Array.from(bytes), brokenLines, comparisons, story };
}

function encode(text: string, encoding: Framing['encoding']): Buffer {
  if (encoding.startsWith('utf-8')) {
    const marked = encoding === 'utf-8' ? text : `\ufeff${text}`;
    const parts = marked.split(INVALID).map((part) => Buffer.from(part, 'utf8'));
    return Buffer.concat(
      parts.flatMap((part, index) => (index === 0 ? [part] : [Buffer.from([0xff]), part])),
    );
  }
  // Half of a pair is to UTF-16 what a stray byte is to UTF-8.
  const bytes = Buffer.from(`\ufeff${text.replaceAll(INVALID, '\ud800')}`, 'utf16le');
  return encoding === 'utf-16be' ? bytes.swap16() : bytes;
}
