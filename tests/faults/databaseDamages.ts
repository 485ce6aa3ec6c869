/** What can happen to the files of a database while no browser runs. Files as Chromium names them. */
import {
  appendFileSync,
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Random } from '../../src/core/random.ts';
import type { Backend } from './profile.ts';

export interface Damage {
  readonly name: string;
  readonly inflict: (folder: string, random: Random) => void;
  /** The files to damage are there only after enough was written. */
  readonly needsTables?: true;
  /** The files to damage are there only when the browser could not tidy up. */
  readonly afterKill?: true;
}

const sizeOf = (file: string): number => statSync(file).size;

const LEVELDB: readonly Damage[] = [
  {
    // The head of a record without its body: what a kill between two writes leaves.
    name: 'log torn',
    inflict: (folder) => appendFileSync(newest(folder, '.log'), Uint8Array.of(1, 2, 3, 4, 0x40, 2, 1)),
  },
  // The browser then opens no database of the origin any more.
  { name: 'MANIFEST removed', inflict: (folder) => unlinkSync(manifest(folder)) },
  { name: 'MANIFEST overwritten', inflict: (folder) => writeFileSync(manifest(folder), 'garbage') },
  {
    name: 'bytes overwritten in the log',
    inflict: (folder, random) => overwriteSomewhere(newest(folder, '.log'), random),
  },
  { name: 'log cut short', inflict: (folder, random) => cutShort(newest(folder, '.log'), random) },
  { name: 'log removed', inflict: (folder) => unlinkSync(newest(folder, '.log')) },
  { name: 'CURRENT removed', inflict: (folder) => unlinkSync(join(folder, 'CURRENT')) },
  { name: 'CURRENT emptied', inflict: (folder) => truncateSync(join(folder, 'CURRENT')) },
  {
    name: 'table cut short',
    inflict: (folder, random) => cutShort(oldest(folder, '.ldb'), random),
    needsTables: true,
  },
  {
    name: 'table removed',
    inflict: (folder) => unlinkSync(oldest(folder, '.ldb')),
    needsTables: true,
  },
  { name: 'all files removed', inflict: emptyFolder },
];

const SQLITE: readonly Damage[] = [
  {
    // The browser then opens this database no more.
    name: 'header overwritten',
    inflict: (folder) => overwrite(database(folder), 0, Buffer.from('not a database any more')),
  },
  {
    name: 'write-ahead log cut short',
    inflict: (folder, random) => cutShort(database(folder, '-wal'), random),
    afterKill: true,
  },
  { name: 'bytes overwritten', inflict: (folder, random) => overwriteSomewhere(database(folder), random) },
  { name: 'cut short', inflict: (folder, random) => cutShort(database(folder), random) },
  { name: 'emptied', inflict: (folder) => truncateSync(database(folder)) },
  {
    name: 'second half zeroed',
    inflict: (folder) => {
      const half = sizeOf(database(folder)) >> 1;
      overwrite(database(folder), half, Buffer.alloc(half));
    },
  },
  { name: 'file removed', inflict: (folder) => unlinkSync(database(folder)) },
  {
    name: 'bytes overwritten in the write-ahead log',
    inflict: (folder, random) => overwriteSomewhere(database(folder, '-wal'), random),
    afterKill: true,
  },
  {
    name: 'write-ahead log removed',
    inflict: (folder) => unlinkSync(database(folder, '-wal')),
    afterKill: true,
  },
  {
    name: 'garbage for a write-ahead log',
    inflict: (folder, random) =>
      writeFileSync(
        `${database(folder)}-wal`,
        Buffer.from(Array.from({ length: 9_000 }, () => random.integer(256))),
      ),
  },
  { name: 'all files removed', inflict: emptyFolder },
];

/** The usual ones first. */
export const DAMAGES: Readonly<Record<Backend, readonly Damage[]>> = { LevelDB: LEVELDB, SQLite: SQLITE };

function filesIn(folder: string, ending: string): string[] {
  const files = readdirSync(folder).filter((name) => name.endsWith(ending));
  if (files.length === 0) throw new Error(`No *${ending} in ${folder}.`);
  return files.sort().map((name) => join(folder, name));
}

function newest(folder: string, ending: string): string {
  return filesIn(folder, ending).at(-1)!;
}

function oldest(folder: string, ending: string): string {
  return filesIn(folder, ending)[0];
}

function manifest(folder: string): string {
  const name = readdirSync(folder).find((entry) => entry.startsWith('MANIFEST'));
  if (name === undefined) throw new Error(`No MANIFEST in ${folder}.`);
  return join(folder, name);
}

/** SQLite's own file has no ending, the files beside it have one. */
function database(folder: string, ending: '' | '-wal' = ''): string {
  const name = readdirSync(folder).find((entry) => (ending ? entry.endsWith(ending) : !/[-.]/.test(entry)));
  if (name === undefined) throw new Error(`No file of SQLite${ending} in ${folder}.`);
  return join(folder, name);
}

/** Sixteen bytes in a row, somewhere behind the first tenth. */
function overwriteSomewhere(file: string, random: Random): void {
  const bytes = Buffer.from(Array.from({ length: 16 }, () => random.integer(256)));
  const size = sizeOf(file);
  overwrite(file, Math.floor(size * (0.1 + 0.8 * random.next())), bytes);
}

/** Somewhere in the middle. */
function cutShort(file: string, random: Random): void {
  truncateSync(file, Math.floor(sizeOf(file) * (0.2 + 0.6 * random.next())));
}

function overwrite(file: string, at: number, bytes: Buffer): void {
  const handle = openSync(file, 'r+');
  writeSync(handle, bytes, 0, bytes.length, at);
  closeSync(handle);
}

function emptyFolder(folder: string): void {
  rmSync(folder, { recursive: true });
  mkdirSync(folder);
}
