/** The fake hub is held to what the real one does, so that the app's downloads are tested against something true. */
import { expect, test } from 'vitest';
import { FakeHub, fetchFrom, HUB, lfsPointer } from './fakeHub.ts';

const NAME = 'somebody/small-model';
const config = Uint8Array.from(Buffer.from('hello\n'));
const weights = Uint8Array.from({ length: 5000 }, (_, n) => n % 251);
const hub = () =>
  new FakeHub(
    new Map([
      [
        NAME,
        new Map([
          ['config.json', config],
          ['onnx/model.onnx', weights],
        ]),
      ],
    ]),
  );
const api = `${HUB}/api/models/${NAME}/revision/main`;
const fileAt = (path: string, revision = 'main') => `${HUB}/${NAME}/resolve/${revision}/${path}`;
const bytesOf = async (response: Response) => new Uint8Array(await response.arrayBuffer());

test('a repository is described with its commit, sizes and the hashes that Git gives', async () => {
  const fake = hub();
  const described = await (await fetchFrom(fake)(`${api}?blobs=true`)).json();
  expect(described).toMatchObject({ id: NAME, sha: fake.commitOf(NAME) });
  expect(described.sha).toMatch(/^[0-9a-f]{40}$/);
  // What `git hash-object` and `sha256sum` say of these bytes.
  expect(described.siblings).toEqual([
    { rfilename: 'config.json', size: 6, blobId: 'ce013625030ba8dba906f756967f9e9ca394464a' },
    {
      rfilename: 'onnx/model.onnx',
      size: 5000,
      blobId: '9d21bb460d1ee98d99caba5d6f55d03a7dee1380',
      lfs: {
        sha256: '69dbee893909fa17d1be397e0c07691336fe42049c29d403467d3d4a1fc3b5a1',
        size: 5000,
        pointerSize: 129,
      },
    },
  ]);
});

test('sizes and hashes come only when asked for', async () => {
  const { siblings } = await (await fetchFrom(hub())(api)).json();
  expect(siblings).toEqual([{ rfilename: 'config.json' }, { rfilename: 'onnx/model.onnx' }]);
});

test('a file comes whole by branch and by commit, with its length', async () => {
  const fake = hub();
  for (const revision of ['main', fake.commitOf(NAME)]) {
    const response = await fetchFrom(fake)(fileAt('onnx/model.onnx', revision));
    expect(response.status).toBe(200);
    expect(response.headers.get('content-length')).toBe('5000');
    expect(response.headers.get('accept-ranges')).toBe('bytes');
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(await bytesOf(response)).toEqual(weights);
  }
});

test.each([
  ['bytes=4990-', 'bytes 4990-4999/5000', 4990, 5000],
  ['bytes=10-19', 'bytes 10-19/5000', 10, 20],
  ['bytes=4000-9999', 'bytes 4000-4999/5000', 4000, 5000],
])('of a file, %s is given as %s', async (range, place, start, end) => {
  const response = await fetchFrom(hub())(fileAt('onnx/model.onnx'), { headers: { range } });
  expect(response.status).toBe(206);
  expect(response.headers.get('content-range')).toBe(place);
  expect(response.headers.get('content-length')).toBe(String(end - start));
  expect(await bytesOf(response)).toEqual(weights.slice(start, end));
});

test('there is nothing behind the end of a file', async () => {
  const response = await fetchFrom(hub())(fileAt('config.json'), { headers: { range: 'bytes=6-' } });
  expect(response.status).toBe(416);
  expect(response.headers.get('content-range')).toBe('bytes */6');
});

test('the head of a file has its length and no bytes', async () => {
  const response = await fetchFrom(hub())(fileAt('config.json'), { method: 'HEAD' });
  expect(response.headers.get('content-length')).toBe('6');
  expect(await bytesOf(response)).toHaveLength(0);
});

test.each([
  ['a file that is not there', fileAt('vocab.txt'), 404, 'EntryNotFound'],
  ['a commit that is not there', fileAt('config.json', '0'.repeat(40)), 404, 'RevisionNotFound'],
  ['a description at no commit', api.replace('main', 'other'), 404, 'RevisionNotFound'],
  ['a repository that is not there', api.replace('small', 'large'), 401, 'RepoNotFound'],
  ['a page of the hub', `${HUB}/docs`, 401, 'RepoNotFound'],
])('%s is refused', async (_, url, status, code) => {
  const response = await fetchFrom(hub())(url);
  expect(response.status).toBe(status);
  expect(response.headers.get('x-error-code')).toBe(code);
});

test('answers can be spoiled by path, and all requests are known', async () => {
  const fake = hub();
  fake.spoil = (path, answer) => {
    if (path.endsWith('.json')) return 'abort';
    return path.endsWith('.onnx') ? { ...answer, body: lfsPointer(weights) } : answer;
  };
  await expect(fetchFrom(fake)(fileAt('config.json'))).rejects.toThrow(TypeError);
  const spoiled = await fetchFrom(fake)(fileAt('onnx/model.onnx'));
  expect(await spoiled.text()).toContain('\nsize 5000\n');
  expect((await fetchFrom(fake)(api)).status).toBe(200);
  expect(fake.requests.map(({ url }) => url)).toEqual([
    fileAt('config.json'),
    fileAt('onnx/model.onnx'),
    api,
  ]);
});

test('a request can be given up while the hub is slow', async () => {
  const fake = hub();
  fake.delayMs = () => 60_000;
  const abort = new AbortController();
  const answer = fetchFrom(fake)(fileAt('config.json'), { signal: abort.signal });
  abort.abort();
  await expect(answer).rejects.toMatchObject({ name: 'AbortError' });
});
