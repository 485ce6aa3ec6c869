/**
 * A head as one JSON file: its numbers, the encoder state it needs and its provenance and trust, readable by the
 * app and the terminal alike. Numbers of arrays are written as base64 of little-endian float32, so that a head
 * survives the trip byte for byte. People send each other such files, so reading believes nothing: every field is
 * checked, and none is taken that is not known.
 */
import { base64ToFloats, floatsToBase64 } from './base64.ts';
import { checkHead } from './headShape.ts';
import { endOfString, scanJson } from './jsonScan.ts';
import {
  MAX_FIELDS,
  MAX_HEAD_ARRAYS,
  MAX_HEAD_LENGTH,
  MAX_HEAD_TEXT,
  MAX_JSON_DEPTH,
  MIN_NUMBERS_LENGTH,
} from './limits.ts';
import { PalateError, messageOf } from './palateError.ts';
import type { RewardHead } from './rewardHead.ts';
import { integer, isRecord, record } from './shape.ts';

/** A head with the JSON form of the encoder state it was trained on. */
export interface PortableHead {
  readonly head: RewardHead;
  readonly encoderState: unknown;
  /** Texts in the pool the encoder state was fitted on. */
  readonly poolSize: number;
}

const FORMAT = 'palate-head';
const VERSION = 1;

export function headToFile(portable: PortableHead): string {
  const { head, encoderState, poolSize } = portable;
  const value = { format: FORMAT, version: VERSION, head, encoderState, poolSize };
  return JSON.stringify(value, (_, entry: unknown) =>
    entry instanceof Float32Array ? { float32: floatsToBase64(entry) } : entry,
  );
}

/**
 * @param name of the file, for messages
 * @throws PalateError `bad-head` naming the file, the field and the reason
 */
export function headFromFile(text: string, name: string): PortableHead {
  try {
    return readHeadText(text);
  } catch (error) {
    throw badHead(name, messageOf(error));
  }
}

/** @param problem a sentence */
export function badHead(name: string, problem: string): PalateError {
  return new PalateError('bad-head', `${name} is not a head that can be used: ${problem}`);
}

/** Refuses a head file by its size, before it is read. @throws PalateError `bad-head` */
export function refuseLargeHead(bytes: number, name: string): void {
  if (bytes <= MAX_HEAD_LENGTH) return;
  throw badHead(name, `it is larger than ${MAX_HEAD_LENGTH / 1024 / 1024} MiB.`);
}

/**
 * Refuses a head with the state of another training: its features would mean something else.
 * @param stateId of the state in the file, by its encoder
 * @throws PalateError `bad-head`
 */
export function requireOwnState({ provenance }: RewardHead, stateId: string, name: string): void {
  if (provenance.encoderStateId === stateId) return;
  throw badHead(name, 'the encoder state in it is not the one the head was trained with.');
}

/** @throws Error that says the reason alone */
function readHeadText(text: string): PortableHead {
  checkText(text);
  const value = parse(text);
  if (!isRecord(value) || value.format !== FORMAT) {
    throw new Error(`expected a JSON object with "format": "${FORMAT}".`);
  }
  if (value.version !== VERSION) {
    throw new Error(
      `expected version ${VERSION}, got ${JSON.stringify(value.version)}; a newer Palate may have written it.`,
    );
  }
  // The encoder reads its state itself.
  const read = (): void => undefined;
  record({
    format: read,
    version: read,
    head: checkHead,
    encoderState: read,
    poolSize: integer(0, Number.MAX_SAFE_INTEGER),
  })(value, 'file');
  const { head, encoderState, poolSize } = value;
  if (!isRecord(encoderState)) throw new Error('the field `encoderState` is missing.');
  return { head: head as RewardHead, encoderState, poolSize: poolSize as number };
}

/** What can be seen before values are made of the text. */
function checkText(text: string): void {
  if (text.length > MAX_HEAD_LENGTH) {
    throw new Error(`it is longer than ${MAX_HEAD_LENGTH / 1024 / 1024} MiB.`);
  }
  const { problem, repeated } = scanJson(text, { depth: MAX_JSON_DEPTH, fields: MAX_FIELDS });
  if (problem !== undefined) throw new Error(`it holds ${problem}.`);
  if (repeated.length > 0) throw new Error(`the field \`${repeated[0]}\` stands more than once.`);
  if (text.length - lengthOfNumbers(text) > MAX_HEAD_TEXT) {
    throw new Error(`it holds more than ${MAX_HEAD_TEXT / 1024 / 1024} MiB of text that is no numbers.`);
  }
}

/** Characters within strings so long that they can only be lists of numbers; names are not let grow so long. */
function lengthOfNumbers(text: string): number {
  let length = 0;
  for (let start = text.indexOf('"'); start >= 0;) {
    const end = endOfString(text, start);
    if (end - start > MIN_NUMBERS_LENGTH) length += end - start - 1;
    start = text.indexOf('"', end + 1);
  }
  return length;
}

function parse(text: string): unknown {
  let arrays = 0;
  return JSON.parse(text, (_, entry: unknown) => {
    if (!isRecord(entry) || typeof entry.float32 !== 'string' || Object.keys(entry).length !== 1) {
      return entry;
    }
    if (++arrays > MAX_HEAD_ARRAYS) {
      throw new Error(`it holds more than ${MAX_HEAD_ARRAYS} lists of numbers.`);
    }
    return base64ToFloats(entry.float32);
  });
}
