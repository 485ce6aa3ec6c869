/**
 * Hashes of files that are too large to be held, piece by piece; the browser's own hashing wants all bytes at once.
 * SHA-256 takes about 7 ms per MB, SHA-1 5 ms (2 cores, one thread).
 */
import { sha1 } from '@noble/hashes/legacy.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { FileDigest, ModelFile } from '../src/core/modelManifest.ts';
import { createYield } from './yieldToEvents.ts';

export interface Hasher {
  update(bytes: Uint8Array): void;
  /** In hexadecimal; ends the hasher. */
  digest(): string;
}

/** @param bytes of the whole file: git's name for it counts them first */
export function createHasher(kind: FileDigest['kind'], bytes: number): Hasher {
  const hash = kind === 'sha256' ? sha256.create() : sha1.create();
  if (kind === 'git') hash.update(new TextEncoder().encode(`blob ${bytes}\0`));
  return { update: (piece) => void hash.update(piece), digest: () => bytesToHex(hash.digest()) };
}

/** @param onPiece told of every piece that was hashed; may throw to end it */
export async function feed(
  hasher: Hasher | undefined,
  blob: Blob,
  onPiece?: (piece: Uint8Array) => void | Promise<void>,
): Promise<void> {
  const reader = blob.stream().getReader();
  const yieldIfDue = createYield();
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    hasher?.update(piece.value);
    await onPiece?.(piece.value);
    await yieldIfDue();
  }
}

/** Whether these are the bytes the manifest means. */
export async function isFile({ bytes, digest }: ModelFile, blob: Blob): Promise<boolean> {
  if (blob.size !== bytes) return false;
  const hasher = createHasher(digest.kind, bytes);
  await feed(hasher, blob);
  return hasher.digest() === digest.hex;
}
