/** Packed files that unpack to more than any real one. */
import { FREE_UNPACKED_BYTES, MAX_FILE_BYTES, MAX_UNPACKED_RATIO } from './limits.ts';

/** What is wrong with packed data that unpacks to so much; undefined for what real files unpack to. */
export function describeBomb(unpackedBytes: number, packedBytes: number): string | undefined {
  if (unpackedBytes > MAX_FILE_BYTES) return `it unpacks to more than ${MAX_FILE_BYTES / 1024 ** 3} GiB`;
  if (unpackedBytes <= Math.max(FREE_UNPACKED_BYTES, MAX_UNPACKED_RATIO * packedBytes)) return undefined;
  return `it unpacks to more than ${MAX_UNPACKED_RATIO} times its size`;
}
