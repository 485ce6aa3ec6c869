/** What a person pastes for reranking: candidates under each other, parted by lines of three or more hyphens. */

/** The candidates, trimmed of blank lines at both ends; empty ones are left out. */
export function splitCandidates(text: string): string[] {
  return text
    .split(/^[ \t]*-{3,}[ \t]*$/mu)
    .map((part) => part.replace(/^(?:[ \t]*\r?\n)+|\s+$/gu, ''))
    .filter((part) => part !== '');
}
