/** A file name that says whose head it is and when it was trained: `My-taste-head-2025-03-01.json`. */
export function headFileName(project: string, trainedAt: number): string {
  const day = new Date(trainedAt).toISOString().slice(0, 10);
  const name = project.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-+|-+$/g, '');
  return `${name || 'palate'}-head-${day}.json`;
}
