/**
 * JSON that keeps what plain JSON loses: typed arrays, NaN, the infinities, minus zero, lone surrogates. Such
 * values become objects with one key that begins with `$`:
 *
 *   Float32Array …    { "$Float32Array": "<base64 of its little-endian bytes>" }
 *   NaN, -0 …         { "$number": "NaN" }
 *   an object that has keys beginning with `$` itself    { "$entries": [[key, value], …] }
 *
 * Everything else is written as it is. What is neither JSON nor one of these (a function, a Map) is an error.
 */
import { fromBase64, toBase64 } from '../core/base64.ts';

const TYPED_ARRAYS = new Map(
  [Int8Array, Uint8Array, Int16Array, Uint16Array, Int32Array, Uint32Array, Float32Array, Float64Array].map(
    (constructor) => [constructor.name, constructor] as const,
  ),
);

/** @throws TypeError for values that cannot be written without loss */
export function stringifyTyped(value: unknown): string {
  return JSON.stringify(value, function (this: Record<string, unknown>, key) {
    // Not the second argument: of a date, that is already the text which `toJSON` made of it.
    return toJson(this[key]);
  });
}

/** @throws SyntaxError for what is no such JSON, RangeError where the nesting is too deep */
export function parseTyped(text: string): unknown {
  // Nearly all lines of a backup are plain; the reviver would make them several times slower to read.
  return text.includes('"$') ? JSON.parse(text, (_key, part: unknown) => fromJson(part)) : JSON.parse(text);
}

function toJson(value: unknown): unknown {
  if (typeof value === 'number') {
    return Number.isFinite(value) && !Object.is(value, -0)
      ? value
      : { $number: Object.is(value, -0) ? '-0' : String(value) };
  }
  if (typeof value !== 'object' || value === null) {
    if (['function', 'symbol', 'bigint'].includes(typeof value)) throw notWritable(value);
    return value;
  }
  if (Array.isArray(value)) return value;
  const name = Object.prototype.toString.call(value).slice(8, -1);
  if (TYPED_ARRAYS.has(name)) return { [`$${name}`]: toBase64(value as ArrayBufferView) };
  if (name !== 'Object') throw notWritable(value);
  return Object.keys(value).some((key) => key.startsWith('$')) ? { $entries: Object.entries(value) } : value;
}

function fromJson(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const entries: [string, unknown][] = Object.entries(value);
  if (entries.length !== 1) return value;
  const [key, content] = entries[0];
  if (key === '$number') return Number(content);
  // `fromEntries` makes own properties of all keys, `__proto__` too.
  if (key === '$entries') return Object.fromEntries(content as [string, unknown][]);
  if (!key.startsWith('$')) return value;
  const TypedArray = TYPED_ARRAYS.get(key.slice(1));
  if (!TypedArray) throw new SyntaxError(`nobody knows what "${key}" is`);
  return new TypedArray(fromBase64(String(content)).buffer);
}

function notWritable(value: unknown): TypeError {
  return new TypeError(`${Object.prototype.toString.call(value)} cannot be written to a backup.`);
}
