/** JSON Lines; the last line ends with a newline too, no rows give the empty text. */
export function jsonLines(rows: readonly unknown[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}
