/** How catalogues write down the files of a model: at a commit, each with its size and its hash. */
import type { ModelManifest } from './modelManifest.ts';

export type FileRow = readonly [path: string, bytes: number, sha256: string];

/** @param id names the choice of files */
export function manifestFrom(
  id: string,
  { source, commit }: { readonly source: string; readonly commit: string },
  rows: readonly FileRow[],
): ModelManifest {
  const files = rows.map(([path, bytes, hex]) => ({
    path,
    bytes,
    digest: { kind: 'sha256', hex } as const,
  }));
  return { id, repository: source, commit, files };
}
