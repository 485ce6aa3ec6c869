/**
 * How much of a file is taken in before it is refused. The bounds protect the page from files made to exhaust it; real
 * files stay far below them. Tested one below, at and one above each: tests/formats/limits.test.ts.
 */

const MIB = 1024 * 1024;

/** Largest file to import, as it lies on disk, and the most it may unpack to. */
export const MAX_FILE_BYTES = 2048 * MIB;

/**
 * A gzipped file may unpack to this many times its size, once it is past `FREE_UNPACKED_BYTES`. Preference files pack 3
 * to 15 times smaller, JSON made by a program up to 60 times; a bomb packs 1,000 times smaller.
 */
export const MAX_UNPACKED_RATIO = 100;
export const FREE_UNPACKED_BYTES = 16 * MIB;

/** Longest row in UTF-16 code units, about 4 MB of English text; a longer one is rejected by its line. */
export const MAX_ROW_LENGTH = 4 * MIB;

/**
 * Deepest nesting of objects and lists within one JSON row. The deepest known format nests 10 levels; what is nested
 * 10,000 levels can be parsed, but neither be sent to another thread nor be stored.
 */
export const MAX_JSON_DEPTH = 32;

/** Most fields of one object, and columns of a table: 128 candidates in columns of their own, and as many notes. */
export const MAX_FIELDS = 256;

/** Most rows in one file. */
export const MAX_ROWS = 2_000_000;

/**
 * Characters of a JSON list that may be read a second time, because an element before them did not end. A list of
 * nothing but such elements would otherwise be read once for each.
 */
export const MAX_REREAD = 32 * MIB;

/** Deepest indentation by which the next element of a JSON list is recognised behind a broken one. */
export const MAX_INDENT = 200;

/** Characters of a rejected row that are shown to the person. */
export const MAX_EXCERPT_LENGTH = 200;

/** Characters of one value or field name within a reason. */
export const MAX_NAMED_LENGTH = 40;

/** Characters at the start of a file that decide what kind of file it is. */
export const HEAD_LENGTH = 64 * 1024;

/** Rows at the start of a file whose formats are shown while the rest is read. */
export const SAMPLE_ROWS = 50;

/** Most pairs made of the labelled responses to one prompt: T good and F bad ones could make T × F. */
export const MAX_PAIRS_PER_PROMPT = 16;

/** Largest head file in UTF-16 code units; the built-in encoder's state makes one of about 4 MiB. */
export const MAX_HEAD_LENGTH = 32 * MIB;

/** Characters of a head file that are not its lists of numbers: names, figures, provenance. */
export const MAX_HEAD_TEXT = MIB;

/** Shortest string that counts as a list of numbers and not as text. */
export const MIN_NUMBERS_LENGTH = 1_000;

/** Lists of numbers in a head file, features of a head, units of its hidden layer, and heads of its ensemble. */
export const MAX_HEAD_ARRAYS = 256;
export const MAX_HEAD_DIMENSION = 65_536;
export const MAX_HEAD_HIDDEN = 4_096;
export const MAX_HEAD_MEMBERS = 64;

/** Characters of an id, a name or a sentence in a head file, and entries of a list of figures. */
export const MAX_HEAD_NAME_LENGTH = 1_000;
export const MAX_HEAD_FIGURES = 1_000;
