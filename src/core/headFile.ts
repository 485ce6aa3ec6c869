/**
 * A head as one JSON file: its numbers, the encoder state it needs and its provenance and trust, readable by the
 * app and the terminal alike. Numbers of arrays are written as base64 of little-endian float32, so that a head
 * survives the trip byte for byte.
 */
import { base64ToFloats, floatsToBase64 } from './base64.ts';
import { LENGTH_CONTROLS } from './lengthControl.ts';
import { PalateError } from './palateError.ts';
import type { RewardHead } from './rewardHead.ts';

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
  const fail = (reason: string): never => {
    throw new PalateError('bad-head', `${name} is not a head that can be used: ${reason}`);
  };
  let value: unknown;
  try {
    value = JSON.parse(text, (_, entry: unknown) => reviveFloats(entry));
  } catch (error) {
    return fail(error instanceof Error ? error.message : 'it is not JSON.');
  }
  if (!isRecord(value) || value.format !== FORMAT) {
    return fail(`expected a JSON object with "format": "${FORMAT}".`);
  }
  if (value.version !== VERSION) {
    return fail(
      `expected version ${VERSION}, got ${JSON.stringify(value.version)}; a newer Palate may have written it.`,
    );
  }
  const { head, encoderState, poolSize } = value;
  if (!isRecord(head)) return fail('the field `head` is missing.');
  checkHead(head, fail);
  if (!isRecord(encoderState)) return fail('the field `encoderState` is missing.');
  if (typeof poolSize !== 'number') return fail('the field `poolSize` is missing.');
  return { head: head as unknown as RewardHead, encoderState, poolSize };
}

type Fail = (reason: string) => never;

function checkHead(head: Record<string, unknown>, fail: Fail): void {
  const { dimension, inverseTemperature, parameters, provenance, trust, id } = head;
  if (typeof id !== 'string') fail('`head.id` is missing.');
  if (!Number.isInteger(dimension) || (dimension as number) < 1)
    fail('`head.dimension` is not a positive integer.');
  if (!isPositive(inverseTemperature)) fail('`head.inverseTemperature` is not a positive number.');
  if (!isRecord(provenance) || typeof provenance.encoderId !== 'string') {
    fail('`head.provenance.encoderId` is missing.');
  }
  if (!isRecord(trust) || !(trust.margins instanceof Float32Array)) fail('`head.trust` is missing.');
  if (!isRecord(parameters)) return fail('`head.parameters` is missing.');
  checkParameters(parameters, 'parameters', dimension as number, fail);
  if (head.members !== undefined) checkMembers(head.members, dimension as number, fail);
  if (head.bar !== undefined) checkBar(head.bar, fail);
  if (head.length !== undefined) checkLengthTerm(head.length, fail);
  const { covariance } = head;
  if (covariance === undefined) return;
  if (!(covariance instanceof Float32Array) || covariance.length !== (dimension as number) ** 2) {
    fail(`\`head.covariance\` does not hold ${(dimension as number) ** 2} numbers.`);
  } else if (!covariance.every(Number.isFinite)) {
    fail('`head.covariance` holds a number that is not finite.');
  }
}

function checkMembers(members: unknown, dimension: number, fail: Fail): void {
  if (!Array.isArray(members)) return fail('`head.members` is not a list.');
  members.forEach((member: unknown, index) => {
    if (!isRecord(member) || member.kind !== 'mlp') fail(`\`head.members[${index}]\` is no hidden layer.`);
    else checkParameters(member, `members[${index}]`, dimension, fail);
  });
}

function checkBar(bar: unknown, fail: Fail): void {
  if (!isRecord(bar) || !isRecord(bar.separation) || !Array.isArray(bar.covariance)) {
    return fail('`head.bar` lacks its separation or its covariance.');
  }
  const numbers = [
    ...[bar.intercept, bar.slope, bar.good, bar.bad, ...(bar.covariance as unknown[])],
    ...[bar.separation.value, bar.separation.low, bar.separation.high],
  ];
  if (numbers.length !== 10 || !numbers.every(Number.isFinite)) {
    fail('`head.bar` holds a number that is missing or not finite.');
  }
}

function checkParameters(
  parameters: Record<string, unknown>,
  name: string,
  dimension: number,
  fail: Fail,
): void {
  const check = (field: string, length: number): void => {
    const numbers = parameters[field];
    if (!(numbers instanceof Float32Array) || numbers.length !== length) {
      fail(`\`head.${name}.${field}\` does not hold ${length} numbers.`);
    } else if (!numbers.every(Number.isFinite)) {
      fail(`\`head.${name}.${field}\` holds a number that is not finite.`);
    }
  };
  if (parameters.kind === 'linear') return check('weights', dimension);
  if (parameters.kind !== 'mlp') return fail(`\`head.${name}.kind\` is neither "linear" nor "mlp".`);
  const hidden = parameters.hidden;
  if (!Number.isInteger(hidden) || (hidden as number) < 1) {
    return fail(`\`head.${name}.hidden\` is not a positive integer.`);
  }
  check('hiddenWeights', (hidden as number) * dimension);
  check('hiddenBias', hidden as number);
  check('outputWeights', hidden as number);
}

function checkLengthTerm(term: unknown, fail: Fail): void {
  if (!isRecord(term) || !LENGTH_CONTROLS.some((control) => control === term.control)) {
    return fail(`\`head.length.control\` is none of ${LENGTH_CONTROLS.join(', ')}.`);
  }
  if (!Number.isFinite(term.slope)) fail('`head.length.slope` is not a finite number.');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isPositive(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value) && value > 0;
}

function reviveFloats(entry: unknown): unknown {
  if (!isRecord(entry) || typeof entry.float32 !== 'string' || Object.keys(entry).length !== 1) return entry;
  return base64ToFloats(entry.float32);
}
