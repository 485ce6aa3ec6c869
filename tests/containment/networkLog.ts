/**
 * Chromium's own log of the network: every address, every name looked up, and every byte of every connection, of
 * pages, workers and service workers alike.
 */
import { createReadStream, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** Arguments that make a browser write its log into the file. */
export function networkLogArguments(file: string): readonly string[] {
  return [`--log-net-log=${file}`, '--net-log-capture-mode=Everything'];
}

/** All of a log; the bytes of connections, in base64 there, follow behind it as they were. */
export function readLog(file: string): string {
  const log = readFileSync(file, 'utf8');
  return log + Buffer.concat([...log.matchAll(BYTES)].map(([, text]) => bytesOf(text))).toString('latin1');
}

/**
 * What a log holds but for what came in: the bytes that were sent, and every event without bytes, such as addresses and
 * headers. A log that was cut off, for its browser was killed, is read as far as it goes.
 */
export async function readSent(file: string): Promise<string> {
  const sent: string[] = [];
  let received: ReadonlySet<number> | undefined;
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    received ??= receivedTypes(line);
    const type = Number(/"type":(\d+)\},?$/.exec(line)?.[1] ?? NaN);
    if (!received || received.has(type)) continue;
    sent.push(line, ...[...line.matchAll(BYTES)].map(([, text]) => bytesOf(text).toString('latin1')));
  }
  if (!received) throw new Error(`${file} does not say what its events are called.`);
  return sent.join('\n');
}

const BYTES = /"bytes":"([^"]*)"/g;

function bytesOf(text: string): Buffer {
  return Buffer.from(text, 'base64');
}

/** The first lines of a log give every kind of event its number. */
function receivedTypes(line: string): ReadonlySet<number> | undefined {
  const list = /"logEventTypes":(\{[^}]*\})/.exec(line)?.[1];
  if (!list) return undefined;
  const numbers = JSON.parse(list) as Record<string, number>;
  const names = Object.keys(numbers).filter((name) => /BYTES_(RECEIVED|READ)|FILTERED_BYTES/.test(name));
  return new Set(names.map((name) => numbers[name]));
}
