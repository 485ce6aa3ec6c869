/**
 * A second copy of what is judged, kept beside the database: text that only grows, one checksummed line after another.
 * A browser that is killed while it writes leaves at most a torn last line; a damaged line costs the act it belongs to
 * and no other. An act of many records is several lines, and counts only when all of them are there.
 *
 *   <CRC-32 of the rest, eight hexadecimal digits> {"act":"…","at":…,"part":0,"parts":1,"kind":"add","projectId":"…",…}
 */
import { crc32Digits, crc32Step } from './crc32.ts';

/** Records by kind, as the storage takes them. */
export interface JournalRecords {
  readonly project?: { readonly id: string };
  readonly comparisons?: readonly { readonly id: string }[];
  readonly events?: readonly { readonly id: string }[];
  readonly imports?: readonly { readonly id: string }[];
}

/** `put` sets a project's name and settings, `add` adds records, `delete` removes a project, `clear` everything. */
export type JournalAct = {
  /** Unique. */
  readonly act: string;
  /** Milliseconds since the epoch, later than that of the act before it: decides between files of several tabs. */
  readonly at: number;
} & (
  | ({ readonly kind: 'put' | 'add'; readonly projectId: string } & JournalRecords)
  | { readonly kind: 'delete'; readonly projectId: string }
  | { readonly kind: 'clear' }
);

/** Records on one line, so that no line grows without end. */
const RECORDS_PER_LINE = 500;
/** Between two acts of one file; exact in a double for as long as clocks count milliseconds. */
const LEAST_AFTER_MS = 2 ** -10;
const LISTS = ['comparisons', 'events', 'imports'] as const;

export function encodeAct(act: JournalAct): string {
  return [...encodedLines(act)].join('');
}

/** The lines of an act, each made when it is asked for: those of a large import take half a second together. */
export function* encodedLines(act: JournalAct): Generator<string, void, void> {
  const parts = partsOf(act);
  for (const [index, part] of parts.entries()) {
    const json = JSON.stringify({ ...part, part: index, parts: parts.length });
    yield `${checksum(json)} ${json}\n`;
  }
}

function partsOf(act: JournalAct): JournalAct[] {
  if (act.kind !== 'add') return [act];
  const { comparisons = [], events = [], imports = [], ...rest } = act;
  const total = comparisons.length + events.length + imports.length;
  if (total <= RECORDS_PER_LINE) return [act];
  const { act: name, at, kind, projectId } = rest;
  const more = { act: name, at, kind, projectId };
  return [
    { ...rest, imports },
    ...slicesOf(comparisons).map((slice): JournalAct => ({ ...more, comparisons: slice })),
    ...slicesOf(events).map((slice): JournalAct => ({ ...more, events: slice })),
  ];
}

function slicesOf<T>(records: readonly T[]): (readonly T[])[] {
  const count = Math.ceil(records.length / RECORDS_PER_LINE);
  return Array.from({ length: count }, (_, index) =>
    records.slice(index * RECORDS_PER_LINE, (index + 1) * RECORDS_PER_LINE),
  );
}

export interface DecodedJournal {
  /** Whole acts, oldest first. */
  readonly acts: readonly JournalAct[];
  /** Lines that are torn or damaged, or belong to an act that is not there in whole. */
  readonly lost: number;
}

interface ActLines {
  readonly lines: Map<number, JournalAct>;
  readonly of: number;
  readonly at: number;
}

/**
 * Within a file the order of the lines is the order of the acts, whatever the clock said; between files the clock decides.
 * @param files texts of the journal's files, in any order
 */
export function decodeJournal(files: readonly string[]): DecodedJournal {
  const found = new Map<string, ActLines>();
  let lost = files.reduce((sum, file) => sum + gatherLines(file, found), 0);
  const whole: ActLines[] = [];
  for (const entry of found.values()) {
    if (entry.lines.size < entry.of) lost += entry.lines.size;
    else whole.push(entry);
  }
  whole.sort((one, other) => one.at - other.at);
  return { acts: whole.map(({ lines, at }) => ({ ...joined(lines), at })), lost };
}

/** @returns lines that are torn or damaged */
function gatherLines(file: string, found: Map<string, ActLines>): number {
  let [lost, latest] = [0, -Infinity];
  for (const line of file.split('\n')) {
    if (line === '') continue;
    const decoded = decodeLine(line);
    if (!decoded) {
      lost++;
      continue;
    }
    const { part, parts: of, ...act } = decoded;
    let entry = found.get(act.act);
    if (!entry) {
      // A clock that was put back must not put an act before those it follows.
      latest = act.at > latest ? act.at : latest + LEAST_AFTER_MS;
      found.set(act.act, (entry = { lines: new Map(), of, at: latest }));
    }
    entry.lines.set(part, act);
  }
  return lost;
}

function decodeLine(line: string): (JournalAct & { part: number; parts: number }) | undefined {
  const json = line.slice(9);
  if (line[8] !== ' ' || checksum(json) !== line.slice(0, 8)) return undefined;
  try {
    return JSON.parse(json) as JournalAct & { part: number; parts: number };
  } catch {
    return undefined;
  }
}

function joined(lines: ReadonlyMap<number, JournalAct>): JournalAct {
  const parts = [...lines].sort(([one], [other]) => one - other).map(([, act]) => act);
  const [first] = parts;
  if (first.kind !== 'add' || parts.length === 1) return first;
  const lists = LISTS.map((name) => [
    name,
    parts.flatMap((part) => (part.kind === 'add' ? (part[name] ?? []) : [])),
  ]);
  return { ...first, ...(Object.fromEntries(lists) as JournalRecords) };
}

/** What of the acts still counts: those on projects that were not deleted since. */
export function standingActs(acts: readonly JournalAct[]): JournalAct[] {
  const deletedAt = new Map<string, number>();
  let clearedAt = -1;
  acts.forEach((act, place) => {
    if (act.kind === 'clear') clearedAt = place;
    if (act.kind === 'delete') deletedAt.set(act.projectId, place);
  });
  return acts.filter(
    (act, place) =>
      place > clearedAt &&
      (act.kind === 'put' || act.kind === 'add') &&
      place > (deletedAt.get(act.projectId) ?? -1),
  );
}

/**
 * The acts a journal can be written anew from: those that still count and say something that none before them said.
 * @param keepsEnds a file that is not written anew may hold what a deletion ended, or a deletion between an act and its
 *   repetition: both stay
 */
export function compactActs(acts: readonly JournalAct[], keepsEnds: boolean): JournalAct[] {
  const standing = new Set(standingActs(acts));
  const lastPut = new Map(acts.map((act) => [act.kind === 'put' ? act.projectId : '', act]));
  const seen = new Set<string>();
  const isNew = (key: string): boolean => !seen.has(key) && Boolean(seen.add(key));
  return acts.filter((act) => {
    if (!standing.has(act)) return keepsEnds && (act.kind === 'delete' || act.kind === 'clear');
    if (act.kind === 'put') return lastPut.get(act.projectId) === act;
    if (keepsEnds) return true;
    const keys = recordKeys(act);
    return keys.filter(isNew).length > 0 || keys.length === 0;
  });
}

/** Different records of comparisons, events and imports in these acts. */
export function countRecords(acts: readonly JournalAct[]): number {
  return new Set(acts.flatMap(recordKeys)).size;
}

function recordKeys(act: JournalAct): string[] {
  if (act.kind !== 'add') return [];
  return LISTS.flatMap((name) => (act[name] ?? []).map(({ id }) => `${act.projectId}\n${name}\n${id}`));
}

/** Over the UTF-16 code units, low byte first: half surrogates have no other bytes. */
function checksum(text: string): string {
  let remainder = -1;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    remainder = crc32Step(crc32Step(remainder, unit & 0xff), unit >>> 8);
  }
  return crc32Digits(remainder);
}
