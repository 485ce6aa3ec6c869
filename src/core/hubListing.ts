/**
 * What the hub says of a repository, and which of its files a model needs. What it says is checked field by field,
 * and everything else in it is left alone: the hub adds fields as it likes.
 *
 * Format: https://huggingface.co/docs/hub/api, `GET /api/models/{repo}/revision/{revision}?blobs=true`.
 */
import { isCommit, isModelPath, LARGEST_MODEL_FILE, type ModelFile } from './modelManifest.ts';
import { integer, isRecord, list, record, refuse, text, type Check } from './shape.ts';

/** How the numbers of the weights are kept, from whole to least. */
export const WEIGHTS = ['fp32', 'fp16', 'q8', 'q4', 'q4f16'] as const;
export type Weights = (typeof WEIGHTS)[number];

/** Names of files, as transformers.js 4.3.1 asks for them. */
const SUFFIXES: Readonly<Record<Weights, string>> = {
  fp32: '',
  fp16: '_fp16',
  q8: '_quantized',
  q4: '_q4',
  q4f16: '_q4f16',
};

const NEEDED = ['config.json', 'tokenizer.json'];
/** Taken where there are; the last two say how sentence-transformers makes one vector of many. */
const WANTED = [
  'tokenizer_config.json',
  'special_tokens_map.json',
  'generation_config.json',
  'modules.json',
  '1_Pooling/config.json',
];

export interface HubListing {
  /** 40 hexadecimal digits. */
  readonly commit: string;
  /** Whether a licence must be accepted on the hub before files are given out. */
  readonly isGated: boolean;
  /** All files of the repository that a model may have. */
  readonly files: readonly ModelFile[];
}

const MOST_LISTED = 10_000;
const NAME_LENGTH = 1_000;

const hex =
  (digits: number): Check =>
  (value, place) => {
    if (typeof value !== 'string' || value.length !== digits || !/^[0-9a-f]+$/.test(value)) {
      refuse(place, `is not ${digits} hexadecimal digits`);
    }
  };

const size = integer(0, Number.MAX_SAFE_INTEGER);
const gitFile = record({ rfilename: text(NAME_LENGTH), size, blobId: hex(40) });
const largeFile = record({ rfilename: text(NAME_LENGTH), size, lfs: record({ sha256: hex(64), size }) });

/** Only these fields: what else there is, is the hub's own. */
function pick(value: unknown, place: string, ...names: readonly string[]): Record<string, unknown> {
  if (!isRecord(value)) return refuse(place, 'is missing or no object');
  return Object.fromEntries(
    names.filter((name) => Object.hasOwn(value, name)).map((name) => [name, value[name]]),
  );
}

/** @throws ShapeError naming what is not as the hub describes a repository */
export function readListing(value: unknown): HubListing {
  const { sha, siblings, gated } = pick(value, 'answer', 'sha', 'siblings', 'gated');
  if (typeof sha !== 'string' || !isCommit(sha)) refuse('answer.sha', 'is not 40 hexadecimal digits');
  list(() => undefined, MOST_LISTED)(siblings, 'answer.siblings');
  const files = (siblings as readonly unknown[]).map((entry, index) => readFile(entry, index));
  return {
    commit: sha,
    isGated: gated !== undefined && gated !== false,
    files: files.filter(({ path, bytes }) => isModelPath(path) && bytes <= LARGEST_MODEL_FILE),
  };
}

function readFile(entry: unknown, index: number): ModelFile {
  const place = `answer.siblings[${index}]`;
  const file = pick(entry, place, 'rfilename', 'size', 'blobId', 'lfs');
  if (file.lfs === undefined || file.lfs === null) {
    delete file.lfs;
    gitFile(file, place);
    const { rfilename, size: bytes, blobId } = file as { rfilename: string; size: number; blobId: string };
    return { path: rfilename, bytes, digest: { kind: 'git', hex: blobId } };
  }
  delete file.blobId;
  file.lfs = pick(file.lfs, `${place}.lfs`, 'sha256', 'size');
  largeFile(file, place);
  const { rfilename, lfs } = file as { rfilename: string; lfs: { sha256: string; size: number } };
  return { path: rfilename, bytes: lfs.size, digest: { kind: 'sha256', hex: lfs.sha256 } };
}

/**
 * The files of a model with these weights.
 * @returns them, small ones first; or in words what the repository lacks
 */
export function chooseFiles(
  { files }: Pick<HubListing, 'files'>,
  weights: Weights,
): readonly ModelFile[] | string {
  const named = (path: string): readonly ModelFile[] => files.filter((file) => file.path === path);
  const missing = NEEDED.filter((path) => named(path).length === 0);
  if (missing.length > 0) return `it has no ${missing.join(' and no ')}`;
  const ofWeights = weightsFiles(files, weights);
  if (ofWeights.length === 0) {
    const others = WEIGHTS.filter((one) => weightsFiles(files, one).length > 0);
    const offer = others.length > 0 ? `it has ${others.join(', ')}` : 'it has none for use in a browser';
    return `it has no ${weightsPath(weights)}; of such files ${offer}`;
  }
  return [...[...NEEDED, ...WANTED].flatMap(named), ...ofWeights];
}

function weightsPath(weights: Weights): string {
  return `onnx/model${SUFFIXES[weights]}.onnx`;
}

/** The graph, and the files beside it that hold numbers too many for it. */
function weightsFiles(files: readonly ModelFile[], weights: Weights): readonly ModelFile[] {
  const path = weightsPath(weights);
  if (!files.some((file) => file.path === path)) return [];
  return files.filter(
    (file) =>
      file.path === path ||
      (/^_data(_\d+)?$/.test(file.path.slice(path.length)) && file.path.startsWith(path)),
  );
}
