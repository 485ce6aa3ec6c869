/**
 * Checks of values that come from outside, put together from small ones. A check throws a `ShapeError` that names the
 * place and what was expected there; a field that nobody knows is refused, for nothing would have checked it.
 */
import { shorten } from './jsonScan.ts';

export type Check = (value: unknown, place: string) => void;

export class ShapeError extends Error {}

export function refuse(place: string, problem: string): never {
  throw new ShapeError(`\`${place}\` ${problem}.`);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}

/** @param optional fields that may be absent */
export function record(
  fields: Readonly<Record<string, Check>>,
  optional: Readonly<Record<string, Check>> = {},
): Check {
  return (value, place) => {
    if (!isRecord(value)) return refuse(place, 'is missing or no object');
    for (const [name, check] of Object.entries(fields)) {
      if (!Object.hasOwn(value, name)) refuse(`${place}.${name}`, 'is missing');
      check(value[name], `${place}.${name}`);
    }
    for (const name of Object.keys(value)) {
      if (Object.hasOwn(fields, name)) continue;
      if (!Object.hasOwn(optional, name)) refuse(`${place}.${shorten(name)}`, 'is a field that nobody knows');
      optional[name](value[name], `${place}.${name}`);
    }
  };
}

/** An object with any names. */
export function dictionary(check: Check, most: number): Check {
  return (value, place) => {
    if (!isRecord(value)) return refuse(place, 'is missing or no object');
    const names = Object.keys(value);
    if (names.length > most) refuse(place, `has more than ${most} fields`);
    for (const name of names) check(value[name], `${place}.${shorten(name)}`);
  };
}

export function list(check: Check, most: number): Check {
  return (value, place) => {
    if (!Array.isArray(value)) return refuse(place, 'is no list');
    if (value.length > most) refuse(place, `has more than ${most} entries`);
    value.forEach((entry, index) => check(entry, `${place}[${index}]`));
  };
}

export function text(most: number): Check {
  return (value, place) => {
    if (typeof value !== 'string') return refuse(place, 'is missing or no text');
    if (value.length > most) refuse(place, `has more than ${most} characters`);
  };
}

export function oneOf(words: readonly string[]): Check {
  return (value, place) => {
    if (!words.some((word) => word === value)) refuse(place, `is none of ${words.join(', ')}`);
  };
}

export function number(low = -Number.MAX_VALUE, high = Number.MAX_VALUE): Check {
  return (value, place) => {
    if (typeof value !== 'number' || !Number.isFinite(value)) return refuse(place, 'is not a finite number');
    if (value < low || value > high) refuse(place, `is not between ${low} and ${high}`);
  };
}

export function integer(low: number, high: number): Check {
  return (value, place) => {
    if (!Number.isInteger(value) || (value as number) < low || (value as number) > high) {
      refuse(place, `is not an integer from ${low} to ${high}`);
    }
  };
}

/** float32 numbers, all finite. @param length how many; any number of them where absent */
export function floats(length?: number): Check {
  return (value, place) => {
    if (!(value instanceof Float32Array) || (length !== undefined && value.length !== length)) {
      return refuse(place, `does not hold ${length ?? 'float32'} numbers`);
    }
    if (!value.every(Number.isFinite)) refuse(place, 'holds a number that is not finite');
  };
}
