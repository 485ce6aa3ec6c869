/**
 * How much of a file is taken in before it is refused. The bounds protect the page from files made to exhaust it;
 * real preference files stay far below them.
 */

/** Longest row in UTF-16 code units (8 Mi, about 8 MB of English text); a longer one is rejected by its line. */
export const MAX_ROW_LENGTH = 8 * 1024 * 1024;

/** Deepest nesting of objects and lists within one JSON row. */
export const MAX_JSON_DEPTH = 100;

/** Most rows in one file. */
export const MAX_ROWS = 2_000_000;

/** Characters of a rejected row that are shown to the person. */
export const MAX_EXCERPT_LENGTH = 200;

/** Characters at the start of a file that decide what kind of file it is. */
export const HEAD_LENGTH = 64 * 1024;

/** Rows at the start of a file whose formats are shown while the rest is read. */
export const SAMPLE_ROWS = 50;

/** Most pairs made of the labelled responses to one prompt: T good and F bad ones could make T × F. */
export const MAX_PAIRS_PER_PROMPT = 16;
