/**
 * A fixed corpus of files that are made to be misread, to exhaust the reader, or that people open by mistake. Each has
 * one right outcome: an account, or a refusal in so many words.
 */
import { gzipSync } from 'node:zlib';
import { errorCode } from '../../src/core/palateError.ts';
import { readPreferences } from '../../src/formats/readPreferences.ts';

export interface HostileFile {
  readonly name: string;
  readonly content: () => Blob;
  readonly outcome:
    | { readonly refused: string }
    | {
        readonly kept: number;
        /** Lines; undefined where only their number counts. */
        readonly rejected?: readonly number[];
        readonly rejectedCount?: number;
        readonly warned?: readonly number[];
        readonly duplicates?: number;
      };
}

/** @returns what came instead; undefined when it came as it should */
export async function outcomeOfHostile({ name, content, outcome }: HostileFile): Promise<string | undefined> {
  let kept = 0;
  try {
    const report = await readPreferences(content(), name, {
      onBatch: (batch) => void (kept += batch.length),
    });
    const lines = report.rejected.map(({ line }) => line);
    const came = {
      kept,
      rejected: lines.length > 20 ? undefined : lines,
      rejectedCount: lines.length,
      warned: report.warnings.map(({ line }) => line),
      duplicates: report.duplicates.length,
    };
    if ('refused' in outcome) return `expected to be refused, came ${JSON.stringify(came)}`;
    const { rejected, rejectedCount = rejected?.length ?? 0, warned = [], duplicates = 0 } = outcome;
    const due = { kept: outcome.kept, rejected, rejectedCount, warned, duplicates };
    if (rejected === undefined && rejectedCount === 0) due.rejected = [];
    const isRight = JSON.stringify(due) === JSON.stringify(came);
    return isRight ? undefined : `expected ${JSON.stringify(due)}, came ${JSON.stringify(came)}`;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (errorCode(error) !== 'bad-file') return `expected an account or a refusal, came ${String(error)}`;
    if (!('refused' in outcome)) return `expected ${JSON.stringify(outcome)}, was refused: ${message}`;
    return message.startsWith(`${name}: `) && message.includes(outcome.refused)
      ? undefined
      : `expected to be refused with "${outcome.refused}", came "${message}"`;
  }
}

type Content = string | Uint8Array<ArrayBuffer>;
let number = 0;

/** A file whose name tells what it is. */
function file(
  what: string,
  extension: string,
  content: () => Content,
  outcome: HostileFile['outcome'],
): HostileFile {
  const name = `${String(++number).padStart(3, '0')} ${what}.${extension}`;
  return { name, content: () => new Blob([content()]), outcome };
}

/** A whole row of its own. */
const row = (n: number | string, more = ''): string =>
  `{"prompt":"p${n}","chosen":"a${n}","rejected":"b${n}"${more}}`;
/** What stands between two whole rows. */
const between = (line: string): string => `${row(1)}\n${line}\n${row(3)}\n`;
const rejects2 = { kept: 2, rejected: [2] };
const jsonl = (what: string, text: string, outcome: HostileFile['outcome']): HostileFile =>
  file(what, 'jsonl', () => text, outcome);
const broken = (what: string, line: string): HostileFile => jsonl(what, between(line), rejects2);
const json = (what: string, text: string, outcome: HostileFile['outcome']): HostileFile =>
  file(what, 'json', () => text, outcome);
const csv = (what: string, text: string, outcome: HostileFile['outcome']): HostileFile =>
  file(what, 'csv', () => text, outcome);
const HEADER = 'prompt,chosen,rejected';
const brokenCsv = (what: string, line: string): HostileFile =>
  csv(what, `${HEADER}\np,a,b\n${line}\nq,c,d\n`, { kept: 2, rejected: [3] });
/** A line between two whole rows with these bytes in a text. */
const brokenBytes = (what: string, ...bytes: number[]): HostileFile =>
  file(
    what,
    'jsonl',
    () => {
      const [before, after] = between(row(2).replace('p2', 'X')).split('X');
      const encoder = new TextEncoder();
      return Uint8Array.from([...encoder.encode(before), ...bytes, ...encoder.encode(after)]);
    },
    rejects2,
  );
const packed = (
  what: string,
  content: () => Uint8Array<ArrayBuffer>,
  outcome: HostileFile['outcome'],
): HostileFile => file(what, 'jsonl.gz', content, outcome);
const gzip = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(gzipSync(text));
const wide = (text: string, swap: boolean): Uint8Array<ArrayBuffer> => {
  const bytes = Buffer.from(text, 'utf16le');
  return Uint8Array.from(swap ? bytes.swap16() : bytes);
};
const deep = (levels: number, open: string, close: string): string =>
  `{"prompt":"p","chosen":"a","rejected":"b","x":${open.repeat(levels)}0${close.repeat(levels)}}`;
const two = `${row(1)}\n${row(2)}\n`;
const starts = (bytes: readonly number[]) => (): Uint8Array<ArrayBuffer> =>
  Uint8Array.from([...bytes, ...new Array<number>(300).fill(7)]);

export const HOSTILE_FILES: readonly HostileFile[] = [
  // Lines and bytes.
  jsonl('byte order mark', `\ufeff${two}`, { kept: 2 }),
  jsonl('byte order mark twice', `\ufeff\ufeff${row(1)}\n${row(2)}`, { kept: 1, rejected: [1] }),
  broken('byte order mark within', `\ufeff${row(2)}`),
  jsonl('CRLF', two.replaceAll('\n', '\r\n'), { kept: 2 }),
  jsonl('carriage returns alone', two.replaceAll('\n', '\r'), { kept: 2 }),
  jsonl('carriage returns alone, one broken', between('{').replaceAll('\n', '\r'), rejects2),
  jsonl('no last newline', two.trimEnd(), { kept: 2 }),
  jsonl('blank lines', `\n\n${row(1)}\n\n \t\n${row(2)}\n\n`, { kept: 2 }),
  jsonl('vertical tab between lines', `${row(1)}\v${row(2)}\n${row(3)}`, { kept: 1, rejected: [1] }),
  jsonl('line separators in a text', `${row('\u2028')}\n${row('\u2029')}`, { kept: 2 }),
  jsonl('two rows on a line', `${row(1)}${row(2)}\n${row(3)}\n`, { kept: 1, rejected: [1] }),
  jsonl('commas behind the lines', `${row(1)}\n${row(2)},\n${row(3)}`, { kept: 2, rejected: [2] }),
  file('UTF-16, little end first', 'jsonl', () => wide(`\ufeff${two}`, false), { kept: 2 }),
  file('UTF-16, big end first', 'jsonl', () => wide(`\ufeff${two}`, true), { kept: 2 }),
  file('UTF-16 without a mark', 'jsonl', () => wide(two, false), {
    refused: 'UTF-16 without a byte order mark',
  }),
  file('UTF-16 without a mark, big', 'jsonl', () => wide(two, true), {
    refused: 'UTF-16 without a byte order',
  }),
  file('UTF-16 cut in a character', 'jsonl', () => wide(`\ufeff${two}`, false).slice(0, -1), {
    kept: 1,
    rejected: [2],
  }),
  file('UTF-16, half a pair', 'jsonl', () => wide(`\ufeff${between(row('\ud83d'))}`, false), rejects2),
  file('UTF-32', 'jsonl', () => wide(`\ufeff\0${[...two].join('\0')}\0`, false), {
    refused: 'none of its 3 rows',
  }),
  brokenBytes('a stray byte', 0xff),
  brokenBytes('a byte that continues nothing', 0x80),
  brokenBytes('Latin 1', 0xe9),
  brokenBytes('quotes of Windows', 0x93, 0x61, 0x94),
  brokenBytes('an overlong NUL', 0xc0, 0x80),
  brokenBytes('an overlong slash', 0xe0, 0x80, 0xaf),
  brokenBytes('half a pair in UTF-8', 0xed, 0xa0, 0x80),
  brokenBytes('beyond the last character', 0xf4, 0x90, 0x80, 0x80),
  brokenBytes('a character cut short', 0xe2, 0x82),
  brokenBytes('a raw NUL', 0),
  brokenBytes('a raw escape', 0x1b),
  broken('a raw tab', row('\t')),
  broken('a raw backspace', row('x'.repeat(50), ',"x":"\b"')),
  jsonl('a NUL as an escape', row('\\u0000'), { kept: 1 }),
  jsonl('delete characters', row('\u007f'), { kept: 1 }),
  // Texts that are no JSON.
  broken('NaN', row(2, ',"x":NaN')),
  broken('Infinity', row(2, ',"x":Infinity')),
  broken('a hexadecimal number', row(2, ',"x":0x10')),
  broken('a leading zero', row(2, ',"x":01')),
  broken('a leading point', row(2, ',"x":.5')),
  broken('a plus sign', row(2, ',"x":+1')),
  broken('an underscore in a number', row(2, ',"x":1_000')),
  broken('a comma too many', row(2, ',')),
  broken('a comment', `${row(2)} // why`),
  broken('single quotes', row(2).replaceAll('"', "'")),
  broken('names without quotes', '{prompt:"p",chosen:"a",rejected:"b"}'),
  broken('an unknown escape', row('\\x41')),
  broken('half an escape', row('\\u00')),
  broken('typographic quotes', row(2).replaceAll('"', '\u201d')),
  broken('a quote missing', row(2).replace('"', '')),
  broken('a brace missing', row(2).slice(0, -1)),
  broken('a brace too many', `${row(2)}}`),
  broken('a list', '[1,2]'),
  broken('a text', '"text"'),
  broken('null', 'null'),
  broken('an empty object', '{}'),
  broken('a marker of a merge', '<<<<<<< HEAD'),
  broken('undefined', 'undefined'),
  // Numbers.
  broken('a number out of range', row(2, ',"margin":1e999')),
  broken('a negative number out of range', row(2, ',"x":[-1e400]')),
  broken('a number of 400 digits', row(2, `,"x":${'9'.repeat(400)}`)),
  broken('a number out of range as text', row(2, ',"margin":"1e999"')),
  broken('not a number as text', row(2, ',"margin":"NaN"')),
  jsonl('a number next to nothing', row(1, ',"margin":1e-999'), { kept: 1 }),
  jsonl('minus zero', row(1, ',"margin":-0'), { kept: 1 }),
  jsonl('an id that is rounded', row(1, ',"id":12345678901234567'), { kept: 1, warned: [1] }),
  jsonl('an id that is not', row(1, ',"id":9007199254740992'), { kept: 1 }),
  jsonl('a million digits behind the point', row(1, `,"x":0.${'1'.repeat(1e6)}`), { kept: 1 }),
  jsonl('a field twice', row(1, ',"chosen":"c"'), { kept: 1, warned: [1] }),
  jsonl('a field twice by an escape', row(1, ',"\\u0063hosen":"c"'), { kept: 1, warned: [1] }),
  jsonl('a field a hundred thousand times', row(1, ',"x":0'.repeat(1e5)), { kept: 1, warned: [1] }),
  // Depth and width.
  jsonl('32 levels', deep(31, '[', ']'), { kept: 1 }),
  broken('33 levels of lists', deep(32, '[', ']')),
  broken('33 levels of objects', deep(32, '{"x":', '}')),
  broken('ten thousand levels', deep(1e4, '[', ']')),
  broken('a million levels', deep(1e6, '[', ']')),
  broken('a million levels never closed', `{"x":${'['.repeat(1e6)}`),
  broken('a million brackets closed', `{"x":${']'.repeat(1e6)}`),
  json('a list in a list, a million deep', `${'['.repeat(1e6)}${']'.repeat(1e6)}`, {
    refused: 'none of its 1 rows',
  }),
  json('a deep element', `[\n${row(1)},\n${deep(1e5, '[', ']')},\n${row(3)}\n]`, { kept: 2, rejected: [3] }),
  broken('257 fields', `{${Array.from({ length: 257 }, (_, n) => `"f${n}":0`).join()}}`),
  broken('a hundred thousand fields', `{${Array.from({ length: 1e5 }, (_, n) => `"f${n}":0`).join()}}`),
  broken('a name of a megabyte', `{"${'n'.repeat(1e6)}":0}`),
  broken('a line of 5 MB', row('x'.repeat(5e6))),
  json('an element of 5 MB', `[${row(1)},\n${row('x'.repeat(5e6))},\n${row(3)}]`, { kept: 2, rejected: [2] }),
  csv('a row of 5 MB', `${HEADER}\np,a,b\nq,${'x'.repeat(5e6)},d\nr,e,f`, { kept: 2, rejected: [3] }),
  csv('a million cells', `${HEADER}\np,a,b\n${','.repeat(1e6)}\n${'x,'.repeat(1e6)}\nq,c,d`, {
    kept: 2,
    rejected: [4],
  }),
  csv('a million columns', `${'x,'.repeat(1e6)}\n1,2\n`, { refused: 'more than 256 columns' }),
  jsonl('a million blank lines', `${row(1)}${'\n'.repeat(1e6)}${row(2)}`, { kept: 2 }),
  json('a million blanks before an element', `[${' '.repeat(1e6)},,${row(1)}]`, { kept: 1 }),
  json('a thousand elements that never end', `[\n${'{"n":[1},\n'.repeat(1000)}${row(1)}\n]`, {
    kept: 1,
    rejectedCount: 1000,
  }),
  json('many elements that never end', `[\n${'{"n":[1},\n'.repeat(5e4)}${row(1)}\n]`, {
    refused: 'never end',
  }),
  json('many strings that never end', `[\n${'{"n":"1},\n'.repeat(5e4)}`, { refused: 'a' }),
  csv('many stray quotes', `${HEADER}\np,a,b\n${'"x"y,1,2\n'.repeat(2e4)}q,c,d`, {
    kept: 2,
    rejectedCount: 2e4,
  }),
  csv('a quote never closed', `${HEADER}\np,"a,b\n${'q,c,d\n'.repeat(2e4)}`, {
    kept: 1,
    rejected: [2],
    duplicates: 2e4 - 1,
  }),
  jsonl('twenty thousand braces', `${row(1)}\n${'{\n'.repeat(2e4)}`, { kept: 1, rejectedCount: 2e4 }),
  jsonl(
    'texts that end in line breaks',
    `{"chosen":"w${'\\n'.repeat(4e5)}x","rejected":"w${'\\n'.repeat(4e5)}"}`,
    {
      kept: 1,
    },
  ),
  // Names that objects have anyway.
  ...[
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'valueOf',
    'hasOwnProperty',
    '__defineGetter__',
  ].map((name) =>
    jsonl(`a field ${name}`, `${row(1, `,"${name}":{"chosen":"evil","polluted":1}`)}`, { kept: 1 }),
  ),
  broken('a row only by its prototype', '{"__proto__":{"prompt":"p","chosen":"a","rejected":"b"}}'),
  csv('columns named __proto__', '__proto__,prompt,chosen,rejected\nx,p,a,b', { kept: 1 }),
  csv('columns named constructor', 'constructor,prompt,chosen,rejected\nx,p,a,b', { kept: 1 }),
  // Texts.
  jsonl('half a pair as an escape', row('\\ud800'), { kept: 1 }),
  jsonl('the wrong half as an escape', row('\\udc80'), { kept: 1 }),
  jsonl('marks of direction', row('\u202e\u202d\u2066\u2069\u200f'), { kept: 1 }),
  jsonl('characters of no width', row('\u200b\u200c\u200d\u2060\ufeff'), { kept: 1 }),
  jsonl('a hundred thousand accents', row(`e${'\u0301'.repeat(1e5)}`), { kept: 1 }),
  jsonl('characters that are none', row('\uffff\ufffe\u{1fffe}'), { kept: 1 }),
  jsonl('replacement characters', row('\ufffd'), { kept: 1 }),
  jsonl('the end of all scripts', row('</script><!--\\u0000-->'), { kept: 1 }),
  // What preferences get wrong.
  jsonl('the same row three times', `${row(1)}\n`.repeat(3), { kept: 1, duplicates: 2 }),
  jsonl('the opposite verdict', `${row(1)}\n{"prompt":"p1","chosen":"b1","rejected":"a1"}`, {
    kept: 1,
    duplicates: 1,
  }),
  broken('both responses alike', '{"prompt":"p","chosen":"a","rejected":"a"}'),
  broken('alike but for blanks', '{"prompt":"p","chosen":"a","rejected":" a\\n"}'),
  broken('an empty response', '{"prompt":"p","chosen":"","rejected":"b"}'),
  broken('two empty responses', '{"prompt":"p","chosen":"","rejected":"\\n"}'),
  broken('a response that is a number', '{"prompt":"p","chosen":1,"rejected":"b"}'),
  broken('a response that is null', '{"prompt":"p","chosen":null,"rejected":"b"}'),
  broken('a response that is a list of nothing', '{"prompt":"p","chosen":[],"rejected":[]}'),
  broken(
    'a message without a role',
    '{"prompt":"p","chosen":[{"content":"a"}],"rejected":[{"content":"b"}]}',
  ),
  broken(
    'a role that nobody has',
    '{"prompt":"p","chosen":[{"role":"__proto__","content":"a"}],"rejected":[{"role":"user","content":"b"}]}',
  ),
  broken('a verdict that is none', '{"prompt":"p","response_a":"a","response_b":"b","winner":"perhaps"}'),
  jsonl(
    'a circle of verdicts',
    [
      ['x', 'y'],
      ['y', 'z'],
      ['z', 'x'],
    ]
      .map(([chosen, rejected]) => JSON.stringify({ prompt: 'p', chosen, rejected }))
      .join('\n'),
    { kept: 3 },
  ),
  jsonl('no prompt', '{"prompt":"","chosen":"a","rejected":"b"}', { kept: 1 }),
  jsonl(
    'labels of one kind',
    '{"prompt":"p","completion":"a","label":true}\n{"prompt":"p","completion":"b","label":true}',
    { kept: 0, rejected: [1, 2] },
  ),
  jsonl(
    'a thousand labels of one prompt',
    Array.from({ length: 1000 }, (_, n) =>
      JSON.stringify({ prompt: 'p', completion: `a${n}`, label: n % 2 === 0 }),
    ).join('\n'),
    { kept: 16, rejectedCount: 968 },
  ),
  // Tables.
  brokenCsv('a cell too many', 'x,y,z,w'),
  brokenCsv('a cell too few', 'x,y'),
  brokenCsv('text behind a quote', 'x,"y"z,w'),
  brokenCsv('a NUL in a cell', `x,${'y'.repeat(60)}\0,z`),
  brokenCsv('alike in a table', 'x,y,y'),
  csv('quoted line breaks', `${HEADER}\n"p\n1","a\r\n1","b\r1"\nx\nq,c,d\n`, { kept: 2, rejected: [5] }),
  csv('a byte order mark before quotes', `\ufeff"prompt","chosen","rejected"\np,a,b`, { kept: 1 }),
  csv('semicolons', 'prompt;chosen;rejected\np;a,a;b', { kept: 1 }),
  file('tabs', 'tsv', () => 'prompt\tchosen\trejected\np\t"a\tb"\tc', { kept: 1 }),
  csv('carriage returns alone in a table', `${HEADER}\rp,a,b\rx\rq,c,d\r`, { kept: 2, rejected: [3] }),
  csv('columns of one name', 'prompt,chosen,chosen,rejected\np,a,x,b', { kept: 1 }),
  csv('a header alone', HEADER, { refused: 'the file has no rows' }),
  csv('formulas', `${HEADER}\n=1+1,@SUM(A1),-2\n`, { kept: 1 }),
  csv('a delimiter at every end', `${HEADER},\np,a,b,\n`, { kept: 1 }),
  csv('columns of no format', 'x,y\n1,2', { kept: 0, rejected: [2] }),
  // Documents.
  json('an empty list', '[]', { refused: 'the file has no rows' }),
  json('an empty object as a document', '{}', { kept: 0, rejected: [1] }),
  json('null as a document', 'null', { refused: 'expected an object' }),
  json('a text as a document', '"text"', { refused: 'expected an object' }),
  json('a list of texts', '["a","b"]', { refused: 'none of its 2 rows' }),
  json('a list of lists', `[[${row(1)}],[${row(2)}]]`, { refused: 'none of its 2 rows' }),
  json('a list never closed', `[\n${row(1)},\n${row(2)},\n`, { kept: 2, rejected: [4] }),
  json('a list cut in a row', `[\n${row(1)},\n${row(2).slice(0, -9)}`, { kept: 1, rejected: [3] }),
  json('two lists', `[${row(1)}]\n[${row(2)}]`, { kept: 2 }),
  json('only closing brackets', ']]]', { refused: 'a' }),
  json('a guard before the list', `)]}'\n[${row(1)}]`, { refused: 'a' }),
  json('rows in an object', `{"data":[${row(1)},\n{"data":[]}]}`, { kept: 1, rejected: [2] }),
  // Packed.
  packed('packed', () => gzip(two), { kept: 2 }),
  packed('a bomb of 200 MB', () => gzip(`${row(1)}\n${' '.repeat(2e8)}`), {
    refused: 'more than 100 times its size',
  }),
  packed('packed and cut', () => gzip(two).slice(0, -12), { refused: 'damaged or cut off' }),
  packed(
    'packed with a wrong checksum',
    () => gzip(two).map((byte, at, all) => (at === all.length - 6 ? byte ^ 1 : byte)),
    { refused: 'damaged or cut off' },
  ),
  packed(
    'packed with a wrong length',
    () => gzip(two).map((byte, at, all) => (at === all.length - 4 ? byte ^ 1 : byte)),
    { refused: 'damaged or cut off' },
  ),
  packed('packed, damaged inside', () => gzip(two).map((byte, at) => (at === 20 ? byte ^ 0xff : byte)), {
    refused: 'damaged or cut off',
  }),
  packed('packed twice', () => Uint8Array.from(gzipSync(gzip(two.repeat(50)))), {
    refused: 'got a binary file',
  }),
  packed('packed nothing', () => gzip(''), { refused: 'the file is empty' }),
  packed('only the sign of packing', () => Uint8Array.of(0x1f, 0x8b), { refused: 'damaged or cut off' }),
  packed('packed with more behind it', () => Uint8Array.from([...gzip(two), 1, 2, 3]), {
    refused: 'damaged or cut off',
  }),
  // Something else.
  file('an archive', 'jsonl', starts([80, 75, 3, 4]), { refused: 'a ZIP archive' }),
  file('a page', 'jsonl', () => '<!doctype html><html><title>404</title></html>', {
    refused: 'none of its 1 rows',
  }),
  file('a pointer to a file', 'json', () => 'version https://git-lfs.github.com/spec/v1\noid sha256:0\n', {
    refused: 'none of its',
  }),
  file('a database', 'json', () => 'SQLite format 3\0', { refused: 'a database' }),
  file('an image', 'csv', starts([137, 80, 78, 71]), { refused: 'an image' }),
  file('a Parquet file', 'parquet', () => 'PAR1\u0015', { refused: 'a Parquet file' }),
  file('a letter', 'txt', () => 'Dear friend\nHow are you\n', { refused: 'found plain text' }),
  file('a backup', 'json', () => '{"palateBackup":1}', { refused: 'a Palate backup' }),
  file('nothing', 'jsonl', () => '', { refused: 'the file is empty' }),
  file('blanks', 'csv', () => ' \n\t\n', { refused: 'the file is empty' }),
  file('zeros', 'jsonl', () => new Uint8Array(5000), { refused: 'got a binary file' }),
];
