/**
 * The model hub as a download meets it: what it says about a repository, and the files, whole or in part. Each
 * repository has one commit, which its branch `main` points to. Answers come from a function, so that a test can put
 * them in the way of a browser's requests or in the place of `fetch`.
 */
import { createHash } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { BrowserContext } from '@playwright/test';

export const HUB = 'https://huggingface.co';

export interface HubRequest {
  readonly url: string;
  readonly method: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface HubAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer> | string;
}

interface Repository {
  readonly commit: string;
  readonly files: ReadonlyMap<string, HubFile>;
}

interface HubFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly sibling: Sibling;
}

/** What the hub calls a file where it lists those of a repository. */
interface Sibling {
  readonly rfilename: string;
  readonly size: number;
  readonly blobId: string;
  readonly lfs?: { readonly sha256: string; readonly size: number; readonly pointerSize: number };
}

const CORS = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers':
    'X-Repo-Commit,X-Error-Code,X-Error-Message,ETag,Accept-Ranges,Content-Range,X-Linked-Size,X-Linked-ETag',
};
/** Files of weights from this size on are kept by Git LFS; the repository itself has a pointer to them. */
const LFS_BYTES = 1024;

export class FakeHub {
  /** What an answer is replaced by; the path is that of the address, such as `/owner/name/resolve/…/config.json`. */
  spoil: (path: string, answer: HubAnswer, request: HubRequest) => HubAnswer | 'abort' = (_, answer) =>
    answer;
  /** How long a browser or `fetch` waits for each answer. */
  delayMs: () => number = () => 0;
  /** All there were, in their order. */
  readonly requests: HubRequest[] = [];
  readonly #repositories: ReadonlyMap<string, Repository>;

  /** @param models files by their paths, by the name of the repository, such as `owner/name` */
  constructor(models: ReadonlyMap<string, ReadonlyMap<string, Uint8Array<ArrayBuffer>>>) {
    this.#repositories = new Map([...models].map(([name, files]) => [name, describe(files)]));
  }

  /** 40 hexadecimal digits that depend on nothing but the files. @throws for a repository that is not there */
  commitOf(repository: string): string {
    const found = this.#repositories.get(repository);
    if (!found) throw new RangeError(`The fake hub has no repository ${repository}.`);
    return found.commit;
  }

  answer(request: HubRequest): HubAnswer | 'abort' {
    this.requests.push(request);
    return this.spoil(new URL(request.url).pathname, this.#honestAnswer(request), request);
  }

  #honestAnswer({ url, method, headers }: HubRequest): HubAnswer {
    const { pathname, searchParams } = new URL(url);
    const [, name, revision] = /^\/api\/models\/(.+)\/revision\/([^/]+)$/.exec(pathname) ?? [];
    const [, owner, commit, path] = /^\/(.+?)\/resolve\/([^/]+)\/(.+)$/.exec(pathname) ?? [];
    const repository = this.#repositories.get(name ?? owner);
    // The hub does not tell whether a repository is private or not there.
    if (!repository) return failure(401, 'RepoNotFound', 'Invalid username or password.');
    if (![repository.commit, 'main'].includes(revision ?? commit)) {
      return failure(404, 'RevisionNotFound', `Invalid rev id: ${revision ?? commit}`);
    }
    if (name !== undefined) return description(name, repository, searchParams.get('blobs') === 'true');
    const file = repository.files.get(decodeURIComponent(path));
    if (!file) return failure(404, 'EntryNotFound', 'Entry not found');
    const answer = contents(file, repository.commit, headers.range);
    return method === 'HEAD' ? { ...answer, body: '' } : answer;
  }
}

/** Answers what the pages and workers of a browser ask the hub. */
export async function routeHub(context: BrowserContext, hub: FakeHub): Promise<void> {
  await context.route(`${HUB}/**`, async (route) => {
    const request = route.request();
    const answer = hub.answer({ url: request.url(), method: request.method(), headers: request.headers() });
    await setTimeout(hub.delayMs());
    if (answer === 'abort') await route.abort('connectionreset');
    else await route.fulfill({ ...answer, body: Buffer.from(answer.body) });
  });
}

/** Stands in for `fetch`, with the hub as all there is of the network. */
export function fetchFrom(hub: FakeHub): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    const { url, method, signal } = request;
    signal.throwIfAborted();
    const answer = hub.answer({ url, method, headers: Object.fromEntries(request.headers) });
    await setTimeout(hub.delayMs(), undefined, { signal });
    if (answer === 'abort' || !url.startsWith(`${HUB}/`)) throw new TypeError('Failed to fetch');
    return new Response(answer.body, answer);
  };
}

/** What Git itself keeps in the place of a large file. */
export function lfsPointer(bytes: Uint8Array): string {
  return `version https://git-lfs.github.com/spec/v1\noid sha256:${sha256(bytes)}\nsize ${bytes.length}\n`;
}

function describe(files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>): Repository {
  const described = [...files].map(([path, bytes]) => ({ bytes, sibling: sibling(path, bytes) }));
  const siblings = described.map((file) => file.sibling);
  return {
    commit: createHash('sha1').update(JSON.stringify(siblings)).digest('hex'),
    files: new Map(described.map((file) => [file.sibling.rfilename, file])),
  };
}

function sibling(path: string, bytes: Uint8Array): Sibling {
  const { length: size } = bytes;
  if (!path.startsWith('onnx/') || size < LFS_BYTES) {
    return { rfilename: path, size, blobId: gitBlobId(bytes) };
  }
  const pointer = Buffer.from(lfsPointer(bytes));
  const lfs = { sha256: sha256(bytes), size, pointerSize: pointer.length };
  return { rfilename: path, size, blobId: gitBlobId(pointer), lfs };
}

function description(name: string, { commit, files }: Repository, hasBlobs: boolean): HubAnswer {
  const siblings = [...files.values()].map(({ sibling }) =>
    hasBlobs ? sibling : { rfilename: sibling.rfilename },
  );
  return json(200, { id: name, modelId: name, sha: commit, private: false, siblings });
}

/** @param range a header; one that is not understood is passed over, as it should be */
function contents({ bytes, sibling }: HubFile, commit: string, range = ''): HubAnswer {
  const headers = {
    ...CORS,
    'accept-ranges': 'bytes',
    'content-type': 'application/octet-stream',
    etag: `"${sibling.lfs?.sha256 ?? sibling.blobId}"`,
    'x-repo-commit': commit,
  };
  const { length } = bytes;
  const [isRange, from, to] = /^bytes=(\d+)-(\d*)$/.exec(range) ?? [];
  if (isRange === undefined) {
    return { status: 200, headers: { ...headers, 'content-length': `${length}` }, body: bytes };
  }
  const start = Number(from);
  const end = Math.min(to ? Number(to) + 1 : length, length);
  if (start >= end) {
    return { status: 416, headers: { ...headers, 'content-range': `bytes */${length}` }, body: '' };
  }
  const place = {
    'content-length': `${end - start}`,
    'content-range': `bytes ${start}-${end - 1}/${length}`,
  };
  return { status: 206, headers: { ...headers, ...place }, body: bytes.slice(start, end) };
}

function failure(status: number, code: string, error: string): HubAnswer {
  const answer = json(status, { error });
  return { ...answer, headers: { ...answer.headers, 'x-error-code': code, 'x-error-message': error } };
}

function json(status: number, value: unknown): HubAnswer {
  return {
    status,
    headers: { ...CORS, 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(value),
  };
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function gitBlobId(bytes: Uint8Array): string {
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}
