/** Small models of made-up bytes, with the manifests that are true of them. */
import type { ModelFile, ModelManifest } from '../../src/core/modelManifest.ts';
import { createRandom } from '../../src/core/random.ts';
import { createHasher } from '../../workers/fileDigest.ts';

export const COMMIT = '0123456789abcdef0123456789abcdef01234567';

export type Contents = Readonly<Record<string, Uint8Array<ArrayBuffer>>>;

/** Where they are many, the same again and again: drawing takes longer than all that is done with them. */
export function madeUpBytes(length: number, seed: number): Uint8Array<ArrayBuffer> {
  const random = createRandom(seed);
  const drawn = Uint8Array.from({ length: Math.min(length, 65_521) }, () => random.integer(256));
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += drawn.length) bytes.set(drawn.subarray(0, length - at), at);
  return bytes;
}

/** Small files by git's hash and large ones by SHA-256, as the hub has them. */
export function describeFile(path: string, bytes: Uint8Array): ModelFile {
  const kind = path.endsWith('.onnx') ? 'sha256' : 'git';
  const hasher = createHasher(kind, bytes.length);
  hasher.update(bytes);
  return { path, bytes: bytes.length, digest: { kind, hex: hasher.digest() } };
}

export function manifestFor(contents: Contents, id = 'tiny'): ModelManifest {
  const files = Object.entries(contents).map(([path, bytes]) => describeFile(path, bytes));
  return { id, repository: 'owner/tiny', commit: COMMIT, files };
}

/** A model whose weights differ from size to size. */
export function modelOf(weightsBytes: number): Contents {
  return { 'config.json': madeUpBytes(5_000, 1), 'onnx/model.onnx': madeUpBytes(weightsBytes, weightsBytes) };
}
