/** What is taken into the cache of a build, what is given out of it, and what is kept of older builds. */
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { TAB_LOCK } from '../../src/core/updateSignals.ts';
import { BuildCache, type Build } from '../../workers/buildCache.ts';

const ROOT = 'https://host.example/palate/';

function buildOf(id: string, files: Readonly<Record<string, string>>): Build {
  const hash = (text: string) => createHash('sha256').update(text).digest('hex');
  const onDemand = Object.keys(files).filter((path) => path.startsWith('assets/large'));
  return {
    id,
    onDemand,
    files: Object.fromEntries(Object.entries(files).map(([path, text]) => [path, hash(text)])),
  };
}

const FILES = { 'index.html': '<p>start</p>', 'about.html': '<p>about</p>', 'assets/main-1.js': 'main()' };

/** A browser's caches, as far as they are used here. */
class FakeCaches {
  readonly all = new Map<string, Map<string, string>>();
  /** Files that were deleted with their cache: Chromium goes on counting them. */
  stillCounted = 0;

  has = async (name: string): Promise<boolean> => this.all.has(name);
  keys = async (): Promise<string[]> => [...this.all.keys()];
  delete = async (name: string): Promise<boolean> => {
    this.stillCounted += this.all.get(name)?.size ?? 0;
    return this.all.delete(name);
  };
  open = async (name: string): Promise<Cache> => {
    const entries = this.all.get(name) ?? new Map<string, string>();
    this.all.set(name, entries);
    return {
      match: async (address: string) => {
        const text = entries.get(address);
        return text === undefined ? undefined : new Response(text);
      },
      put: async (address: string, response: Response) => void entries.set(address, await response.text()),
      delete: async (address: string | Request) =>
        entries.delete(typeof address === 'string' ? address : address.url),
      keys: async () => [...entries.keys()].map((url) => ({ url })),
    } as unknown as Cache;
  };
}

interface Given {
  readonly caches?: FakeCaches;
  readonly fetch?: (address: string, options: RequestInit) => Promise<Response>;
  /** Addresses of scripts that tabs run. */
  readonly inUse?: readonly string[];
}

function openCache(build: Build, { caches = new FakeCaches(), fetch = hostOf(FILES), inUse = [] }: Given) {
  const held = inUse.map((address) => ({ name: TAB_LOCK + address }));
  const locks = { query: async () => ({ held, pending: [] }) };
  return { cache: new BuildCache(build, { root: ROOT, caches, locks, fetch }), caches };
}

/** A host that has these files, and what is asked of it. */
function hostOf(files: Readonly<Record<string, string>>, asked: string[] = []) {
  return async (address: string): Promise<Response> => {
    const path = address.slice(ROOT.length);
    asked.push(path);
    const text = files[path];
    return text === undefined ? new Response('not found', { status: 404 }) : new Response(text);
  };
}

describe('a build', () => {
  test('is taken in whole, under a name of its folder and itself', async () => {
    const { cache, caches } = openCache(buildOf('one', FILES), {});
    await cache.complete();
    expect([...caches.all.keys()]).toEqual(['palate /palate/ one']);
    expect(await cache.isComplete()).toBe(true);
    expect(await textOf(cache, 'index.html')).toBe('<p>start</p>');
  });

  test.each([
    ['is cut short', 'main('],
    ['is a page instead', '<!doctype html><title>Welcome</title>'],
    ['has one letter changed', 'mair()'],
    ['is not there', undefined],
  ])('is refused when a file %s, and nothing of it is left', async (_, text) => {
    const fetch = hostOf({ ...FILES, 'assets/main-1.js': text! });
    const { cache, caches } = openCache(buildOf('one', FILES), { fetch });
    await expect(cache.complete()).rejects.toThrow(`${ROOT}assets/main-1.js is not the file of build one`);
    expect(caches.all.size).toBe(0);
    expect(caches.stillCounted).toBe(0);
  });

  test('is refused when the host cannot be reached, and what an older build left is not touched', async () => {
    const caches = new FakeCaches();
    await openCache(buildOf('old', { 'index.html': 'old' }), {
      caches,
      fetch: hostOf({ 'index.html': 'old' }),
    }).cache.complete();
    const { cache } = openCache(buildOf('one', FILES), {
      caches,
      fetch: () => Promise.reject(new TypeError('Failed to fetch')),
    });
    await expect(cache.complete()).rejects.toThrow('Failed to fetch');
    expect([...caches.all.keys()]).toEqual(['palate /palate/ old']);
  });

  test('asks past what lies between when that kept another file', async () => {
    const fetch = async (address: string, { cache }: RequestInit): Promise<Response> =>
      cache === 'reload' ? hostOf(FILES)(address) : new Response('stale');
    const { cache } = openCache(buildOf('one', FILES), { fetch });
    await cache.complete();
    expect(await cache.isComplete()).toBe(true);
  });

  test('takes from older builds what has not changed, and does not trust what was changed there', async () => {
    const caches = new FakeCaches();
    await openCache(buildOf('one', FILES), { caches }).cache.complete();
    caches.all.get('palate /palate/ one')!.set(`${ROOT}about.html`, 'changed');
    const asked: string[] = [];
    const next = { ...FILES, 'index.html': '<p>next</p>' };
    const { cache } = openCache(buildOf('two', next), { caches, fetch: hostOf(next, asked) });
    await cache.complete();
    expect(asked.sort()).toEqual(['about.html', 'index.html']);
    expect(await textOf(cache, 'about.html')).toBe('<p>about</p>');
  });

  test('does not give out what was changed in the cache, and takes it in again', async () => {
    const { cache, caches } = openCache(buildOf('one', FILES), {});
    await cache.complete();
    caches.all.get('palate /palate/ one')!.set(`${ROOT}index.html`, 'changed');
    expect(await cache.read('index.html')).toBeUndefined();
    expect(await cache.isComplete()).toBe(false);
    await cache.complete();
    expect(await textOf(cache, 'index.html')).toBe('<p>start</p>');
  });
});

describe('a file that is large and not everybody asks for', () => {
  const WITH_LARGE = { ...FILES, 'assets/large-1.wasm': 'much' };

  test('is not fetched with the rest, but when it is asked for, and kept then', async () => {
    const asked: string[] = [];
    const { cache } = openCache(buildOf('one', WITH_LARGE), { fetch: hostOf(WITH_LARGE, asked) });
    await cache.complete();
    expect(asked).not.toContain('assets/large-1.wasm');
    expect(await cache.isComplete()).toBe(true);
    expect(await cache.read('assets/large-1.wasm')).toBeUndefined();
    const bytes = await cache.readOnDemand('assets/large-1.wasm');
    expect(new TextDecoder().decode(bytes)).toBe('much');
    expect(await textOf(cache, 'assets/large-1.wasm')).toBe('much');
    expect(asked.filter((path) => path.startsWith('assets/large'))).toHaveLength(1);
  });

  test('is refused when it is not what was built', async () => {
    const fetch = hostOf({ ...WITH_LARGE, 'assets/large-1.wasm': 'muck' });
    const { cache } = openCache(buildOf('one', WITH_LARGE), { fetch });
    await expect(cache.readOnDemand('assets/large-1.wasm')).rejects.toThrow('is not the file of build one');
  });

  test('goes over from an older build that was asked for it, without the host', async () => {
    const caches = new FakeCaches();
    const older = openCache(buildOf('one', WITH_LARGE), { caches, fetch: hostOf(WITH_LARGE) }).cache;
    await older.complete();
    await older.readOnDemand('assets/large-1.wasm');
    const asked: string[] = [];
    const next = { ...WITH_LARGE, 'index.html': 'next' };
    const { cache } = openCache(buildOf('two', next), { caches, fetch: hostOf(next, asked) });
    await cache.complete();
    expect(asked).toEqual(['index.html']);
    expect(await textOf(cache, 'assets/large-1.wasm')).toBe('much');
  });

  test('any other file is not fetched on demand', async () => {
    const { cache } = openCache(buildOf('one', WITH_LARGE), { fetch: hostOf(WITH_LARGE) });
    expect(await cache.readOnDemand('index.html')).toBeUndefined();
  });
});

test.each([
  ['', 'index.html'],
  ['?from=icon', 'index.html'],
  ['index.html', 'index.html'],
  ['about', 'about.html'],
  ['assets/main-1.js', 'assets/main-1.js'],
  ['assets/main-2.js', undefined],
  ['models/', undefined],
  ['../other/', undefined],
  ['constructor', undefined],
])('the address %s is the file %s', (asked, path) => {
  const { cache } = openCache(buildOf('one', FILES), {});
  expect(cache.pathOf(new URL(asked, ROOT).href)).toBe(path);
});

test('the address of another origin is no file', () => {
  const { cache } = openCache(buildOf('one', FILES), {});
  expect(cache.pathOf('https://elsewhere.example/palate/index.html')).toBeUndefined();
});

describe('older builds', () => {
  /** Builds 1 to 5, each with a script of its own; the last one answers. */
  async function five(inUse: readonly number[]) {
    const caches = new FakeCaches();
    caches.all.set('palate /elsewhere/ 1', new Map());
    caches.all.set('another app', new Map());
    const script = (id: number) => `assets/main-${id}.js`;
    const opened = [1, 2, 3, 4, 5].map((id) => {
      const files = { 'index.html': `page ${id}`, [script(id)]: `main(${id})` };
      const used = inUse.map((one) => ROOT + script(one));
      return openCache(buildOf(String(id), files), { caches, fetch: hostOf(files), inUse: used }).cache;
    });
    for (const cache of opened) await cache.complete();
    return { last: opened.at(-1)!, caches, script };
  }

  test('go but for the last two and those that a tab runs; what is not of this folder stays', async () => {
    const { last, caches } = await five([1]);
    await last.forgetOlder();
    expect([...caches.all.keys()]).toEqual([
      'palate /elsewhere/ 1',
      'another app',
      ...[1, 3, 4, 5].map((id) => `palate /palate/ ${id}`),
    ]);
    expect(caches.stillCounted).toBe(0);
  });

  test('answer for their scripts, not for their pages', async () => {
    const { last, script } = await five([]);
    const found = await last.readOlder(ROOT + script(2));
    expect(new TextDecoder().decode(found)).toBe('main(2)');
    expect(await last.readOlder(`${ROOT}index.html`)).toBeUndefined();
    expect(await last.readOlder(`${ROOT}assets/main-9.js`)).toBeUndefined();
  });
});

async function textOf(cache: BuildCache, path: string): Promise<string> {
  return new TextDecoder().decode(await cache.read(path));
}
