/**
 * The fitted state of the built-in encoder: one record of typed arrays and numbers, its id, and its JSON form.
 *
 * In JSON, typed arrays are base64 of their little-endian bytes and numbers are numbers, so a round trip gives the
 * same bytes. Reading checks everything, because a state arrives in files that people send each other.
 */
import { PalateError } from '../../core/palateError.ts';
import { bytesHash, textHash } from '../../core/textHash.ts';
import type { EncoderState } from '../encoder.ts';
import { fromBase64, toBase64 } from '../../core/base64.ts';
import type { LexicalState } from './lexicalBlock.ts';
import type { StyleState } from './styleBlock.ts';
import { STYLE_COLUMNS } from './styleFeatures.ts';
import { BUCKETS } from './wordFacts.ts';

export const BUILTIN_ENCODER_ID = 'builtin-1';

interface FittedNumbers extends StyleState, LexicalState {
  /** float32 `[buckets]` */
  readonly inverseFrequencies: Float32Array;
  readonly setWeight: number;
}

export interface BuiltinState extends EncoderState, FittedNumbers {}

const SET_COLUMNS = 1;

const ARRAY_TYPES = {
  styleMean: Float64Array,
  styleDeviation: Float64Array,
  inverseFrequencies: Float32Array,
  projectedBuckets: Uint16Array,
  projection: Int16Array,
  projectionScale: Float64Array,
  lexicalCentre: Float64Array,
} as const;
const ARRAYS = Object.keys(ARRAY_TYPES) as (keyof typeof ARRAY_TYPES)[];
const NUMBERS = ['directions', 'styleWeight', 'lexicalWeight', 'setWeight'] as const;

/** Completes fitted numbers to a state with its dimension and id. */
export function builtinState(fitted: FittedNumbers): BuiltinState {
  const dimension = STYLE_COLUMNS.length + fitted.directions + SET_COLUMNS;
  const parts = ARRAYS.map((name) => {
    const { buffer, byteOffset, byteLength } = fitted[name];
    return bytesHash(new Uint8Array(buffer, byteOffset, byteLength));
  });
  const numbers = NUMBERS.map((name) => String(fitted[name]));
  const id = textHash([BUILTIN_ENCODER_ID, ...parts, ...numbers].join(' '));
  return { encoderId: BUILTIN_ENCODER_ID, id, dimension, ...fitted };
}

/** The state as this encoder's own. @throws when it belongs to another encoder */
export function asBuiltinState(state: EncoderState): BuiltinState {
  requireEncoder(state.encoderId);
  return state as BuiltinState;
}

function requireEncoder(encoderId: unknown): void {
  if (encoderId === BUILTIN_ENCODER_ID) return;
  throw new PalateError(
    'encoder-mismatch',
    `This state belongs to the encoder ${JSON.stringify(encoderId)}, not to ${BUILTIN_ENCODER_ID}. ` +
      'A head works only with the encoder it was trained with: choose that encoder, or train again.',
  );
}

export function builtinStateToJson(state: BuiltinState): Record<string, unknown> {
  const json: Record<string, unknown> = {
    encoderId: state.encoderId,
    id: state.id,
    dimension: state.dimension,
  };
  for (const name of NUMBERS) json[name] = state[name];
  for (const name of ARRAYS) json[name] = toBase64(state[name]);
  return json;
}

/** Reads what `builtinStateToJson` wrote. @throws PalateError naming the field that is missing or wrong */
export function builtinStateFromJson(value: unknown): BuiltinState {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw badState(`expected an object, got ${value === null ? 'null' : typeof value}`);
  }
  const json = value as Record<string, unknown>;
  requireEncoder(json.encoderId);
  const fields: Record<string, unknown> = {};
  for (const name of NUMBERS) fields[name] = readNumber(json, name);
  for (const name of ARRAYS) fields[name] = readArray(json, name);
  const fitted = fields as unknown as FittedNumbers;
  requireShapes(fitted);
  const state = builtinState(fitted);
  if (json.id !== state.id) {
    throw badState(
      `its numbers hash to ${state.id}, but its id is ${JSON.stringify(json.id)}: it was damaged`,
    );
  }
  if (json.dimension !== state.dimension) {
    throw badState(`it makes ${state.dimension} features, but says ${JSON.stringify(json.dimension)}`);
  }
  return state;
}

function badState(reason: string): PalateError {
  return new PalateError('bad-head', `This is not a state of the encoder ${BUILTIN_ENCODER_ID}: ${reason}.`);
}

function readNumber(json: Record<string, unknown>, name: string): number {
  const value = json[name];
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value;
  throw badState(`field "${name}" should be a finite number of at least 0, got ${JSON.stringify(value)}`);
}

function readArray(json: Record<string, unknown>, name: keyof typeof ARRAY_TYPES) {
  const value = json[name];
  if (typeof value !== 'string') throw badState(`field "${name}" should be base64, got ${typeof value}`);
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = fromBase64(value);
  } catch (error) {
    throw badState(`field "${name}" is not readable, ${(error as Error).message}`);
  }
  const Type = ARRAY_TYPES[name];
  if (bytes.byteLength % Type.BYTES_PER_ELEMENT !== 0) {
    throw badState(`field "${name}" has ${bytes.byteLength} bytes, not whole ${Type.name} numbers`);
  }
  const array = new Type(bytes.buffer);
  if (!array.every((entry) => Number.isFinite(entry)))
    throw badState(`field "${name}" has a number not finite`);
  return array;
}

function requireShapes(state: FittedNumbers): void {
  const lengths: Record<keyof typeof ARRAY_TYPES, number> = {
    styleMean: STYLE_COLUMNS.length,
    styleDeviation: STYLE_COLUMNS.length,
    inverseFrequencies: BUCKETS,
    projectedBuckets: state.projectedBuckets.length,
    projection: state.projectedBuckets.length * state.directions,
    projectionScale: state.directions,
    lexicalCentre: state.directions,
  };
  for (const name of ARRAYS) {
    if (state[name].length === lengths[name]) continue;
    throw badState(`field "${name}" has ${state[name].length} numbers, expected ${lengths[name]}`);
  }
  const isAscending = state.projectedBuckets.every((b, i, all) => b < BUCKETS && (i === 0 || b > all[i - 1]));
  if (!isAscending) throw badState(`field "projectedBuckets" should ascend and stay below ${BUCKETS}`);
}
