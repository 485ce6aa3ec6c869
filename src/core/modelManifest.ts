/**
 * What a model is made of: every file with its size and the hash of its bytes. A model is used from files that were
 * checked against this, wherever they came from: the hub, or a folder on the person's disk.
 */
import { integer, list, oneOf, record, refuse, text, type Check } from './shape.ts';

/** How a file is told from any other: SHA-256 of its bytes, or the name git gives it (small files of the hub). */
export type FileDigest =
  | { readonly kind: 'sha256'; readonly hex: string }
  /** SHA-1 over `blob <bytes>\0` and the bytes. */
  | { readonly kind: 'git'; readonly hex: string };

export interface ModelFile {
  /** Within the model, with forward slashes, such as `onnx/model.onnx`. */
  readonly path: string;
  readonly bytes: number;
  readonly digest: FileDigest;
}

/** Files of one repository at one commit, or of one folder. */
export interface ModelManifest {
  /** Names the choice of files; a folder named after it keeps them. */
  readonly id: string;
  /** On the hub, as `owner/name`; absent for a folder from disk. */
  readonly repository?: string;
  /** 40 hexadecimal digits: a branch could change under the same name. */
  readonly commit?: string;
  readonly files: readonly ModelFile[];
}

/** No model of the catalogue comes near. */
export const MAX_MODEL_FILES = 64;
const MAX_NAME = 200;
export const LARGEST_MODEL_FILE = 4 * 1024 ** 3;

const PATH = /^[A-Za-z0-9_][A-Za-z0-9._-]*(\/[A-Za-z0-9_][A-Za-z0-9._-]*){0,3}$/;
const REPOSITORY = /^[A-Za-z0-9][A-Za-z0-9._-]*\/[A-Za-z0-9_][A-Za-z0-9._-]*$/;
const COMMIT = /^[0-9a-f]{40}$/;

export function isModelPath(path: string): boolean {
  return path.length <= MAX_NAME && PATH.test(path);
}

/** Whether it is a name the hub could have, as `owner/name`. */
export function isRepository(name: string): boolean {
  return name.length <= MAX_NAME && REPOSITORY.test(name);
}

export function isCommit(name: string): boolean {
  return COMMIT.test(name);
}

export function totalBytes({ files }: ModelManifest): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** @throws ShapeError naming what is wrong, for a value that is no manifest */
export function readManifest(value: unknown): ModelManifest {
  manifest(value, 'model');
  const read = value as ModelManifest;
  const paths = new Set(read.files.map((file) => file.path));
  if (paths.size < read.files.length) refuse('model.files', 'names a file twice');
  return read;
}

/** A text that passes. */
function matching(passes: (value: string) => boolean, problem: string): Check {
  return (value, place) => {
    if (typeof value !== 'string' || !passes(value)) refuse(place, problem);
  };
}

const DIGITS: Readonly<Record<FileDigest['kind'], number>> = { sha256: 64, git: 40 };

const digest: Check = (value, place) => {
  record({ kind: oneOf(Object.keys(DIGITS)), hex: text(64) })(value, place);
  const { kind, hex } = value as FileDigest;
  const digits = DIGITS[kind];
  if (hex.length !== digits || !/^[0-9a-f]+$/.test(hex)) {
    refuse(`${place}.hex`, `is not ${digits} hexadecimal digits`);
  }
};

const path = matching(isModelPath, 'is no path within a model');
const bytes = integer(0, LARGEST_MODEL_FILE);

/** A folder is named after it, so neither nothing nor dots alone. */
const id = matching((name) => name.length <= MAX_NAME && /[^.]/.test(name), 'is no name for a model');

const manifest = record(
  { id, files: list(record({ path, bytes, digest }), MAX_MODEL_FILES) },
  {
    repository: matching(isRepository, 'is no repository, such as `owner/name`'),
    commit: matching(isCommit, 'is not 40 hexadecimal digits'),
  },
);
