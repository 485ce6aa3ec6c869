/** Hashes piece by piece, against those of Node and of git. */
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { createHasher, feed, isFile } from '../../workers/fileDigest.ts';
import { describeFile, madeUpBytes } from '../helpers/modelSamples.ts';

test.each([0, 1, 63, 64, 65, 200_000])('of %i bytes is as Node says', async (length) => {
  const bytes = madeUpBytes(length, 4);
  const hasher = createHasher('sha256', length);
  await feed(hasher, new Blob([bytes]));
  expect(hasher.digest()).toBe(createHash('sha256').update(bytes).digest('hex'));
});

test('in git’s way is as `git hash-object` says', async () => {
  // printf 'hello' | git hash-object --stdin
  const hello = new TextEncoder().encode('hello');
  const hasher = createHasher('git', 5);
  await feed(hasher, new Blob([hello]));
  expect(hasher.digest()).toBe('b6fc4c620b67d95f953a5c1c1230aaab5db5a1b0');
});

test('a file is told from one of another length or other bytes', async () => {
  const bytes = madeUpBytes(1_000, 5);
  const file = describeFile('a.onnx', bytes);
  expect(await isFile(file, new Blob([bytes]))).toBe(true);
  expect(await isFile(file, new Blob([bytes.subarray(1)]))).toBe(false);
  bytes[500] ^= 1;
  expect(await isFile(file, new Blob([bytes]))).toBe(false);
});
