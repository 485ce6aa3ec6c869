/** The terminal's entry: reads the command line, runs one command, and ends with an exit code. */
import { messageOf } from '../core/palateError.ts';
import { parseArgs } from 'node:util';
import { LENGTH_CONTROLS } from '../core/lengthControl.ts';
import { RANKING_ORDERS } from '../core/ranking.ts';
import { DEFAULT_ENCODER_ID, encoderById } from '../encoder/catalogue.ts';
import type { Encoder } from '../encoder/encoder.ts';
import { evaluateFiles } from './evaluateFiles.ts';
import { rerankFile } from './rerankFile.ts';
import { trainFiles } from './trainFiles.ts';
import { USAGE, UsageError } from './usage.ts';

async function main(args: readonly string[]): Promise<void> {
  const [command, ...rest] = args;
  switch (command) {
    case 'evaluate':
      return evaluateCommand(rest);
    case 'train':
      return trainCommand(rest);
    case 'rerank':
      return rerankCommand(rest);
    case 'help':
    case '--help':
    case '-h':
      process.stdout.write(USAGE);
      return;
    case undefined:
      throw new UsageError('a command is missing');
    default:
      throw new UsageError(`"${command}" is no command`);
  }
}

const HEAD_KINDS = ['linear', 'mlp'] as const;
const HEAD_OPTIONS = {
  encoder: { type: 'string' },
  head: { type: 'string' },
} as const;

async function evaluateCommand(args: string[]): Promise<void> {
  const { values, positionals } = parse(args, {
    ...HEAD_OPTIONS,
    labels: { type: 'string' },
    seeds: { type: 'string' },
    'split-seed': { type: 'string' },
    json: { type: 'boolean' },
  });
  await evaluateFiles(atLeastOneFile(positionals), {
    encoder: encoderOption(values.encoder),
    headKind: oneOf('--head', HEAD_KINDS, values.head ?? 'linear'),
    labels: values.labels === undefined ? undefined : wholeNumber('--labels', values.labels, 1),
    seeds: wholeNumber('--seeds', values.seeds ?? '1', 1),
    splitSeed: wholeNumber('--split-seed', values['split-seed'] ?? '9', 0),
    json: values.json ?? false,
  });
}

async function trainCommand(args: string[]): Promise<void> {
  const { values, positionals } = parse(args, {
    ...HEAD_OPTIONS,
    out: { type: 'string' },
    seed: { type: 'string' },
    'length-control': { type: 'string' },
  });
  await trainFiles(atLeastOneFile(positionals), {
    encoder: encoderOption(values.encoder),
    headKind: oneOf('--head', HEAD_KINDS, values.head ?? 'linear'),
    seed: wholeNumber('--seed', values.seed ?? '1', 0),
    lengthControl: oneOf('--length-control', LENGTH_CONTROLS, values['length-control'] ?? 'off'),
    out: required('--out', values.out),
  });
}

async function rerankCommand(args: string[]): Promise<void> {
  const { values, positionals } = parse(args, {
    out: { type: 'string' },
    order: { type: 'string' },
    model: { type: 'string' },
  });
  if (positionals.length !== 2) throw new UsageError('rerank takes a head and one file of candidates');
  const order = oneOf('--order', RANKING_ORDERS, values.order ?? 'cautious');
  await rerankFile(positionals[0], positionals[1], required('--out', values.out), order, values.model);
}

type Options = NonNullable<Parameters<typeof parseArgs>[0]>['options'];

function parse<T extends NonNullable<Options>>(args: string[], options: T) {
  try {
    return parseArgs({ args, options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError(messageOf(error));
  }
}

function atLeastOneFile(files: string[]): string[] {
  if (files.length === 0) throw new UsageError('no file is named');
  return files;
}

function required(option: string, value: string | undefined): string {
  if (value === undefined) throw new UsageError(`${option} is missing`);
  return value;
}

function wholeNumber(option: string, text: string, minimum: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < minimum) {
    throw new UsageError(`${option} takes a whole number from ${minimum}, not "${text}"`);
  }
  return value;
}

function oneOf<Name extends string>(option: string, names: readonly Name[], text: string): Name {
  const known = names.find((name) => name === text);
  if (known === undefined) throw new UsageError(`${option} takes ${names.join(', ')}, not "${text}"`);
  return known;
}

/** `builtin` names the newest version of the embedded encoder. */
function encoderOption(text = 'builtin'): Encoder {
  return encoderById(text === 'builtin' ? DEFAULT_ENCODER_ID : text);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  const message = messageOf(error);
  if (error instanceof UsageError) {
    process.stderr.write(`palate: ${message}\n\n${USAGE}`);
    process.exitCode = 2;
  } else {
    process.stderr.write(`palate: ${message}\n`);
    process.exitCode = 1;
  }
});
