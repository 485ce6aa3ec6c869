/**
 * Every browser of the end-to-end tests keeps its log of the network, and when all have ended, no text that was on
 * screen or came from a file may stand in what any of them sent, in any form: the deck's and those of transcripts.ts.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Deck } from '../../src/state/loadDeck.ts';
import { readSent } from '../containment/networkLog.ts';
import { countForms } from '../containment/tokenForms.ts';
import { candidateLines, judgedTranscripts } from './transcripts.ts';

/** Long enough to be nobody else's, short enough to stand in a part of a text that was sent. */
const PIECE_LENGTH = 20;

export default function keepNetworkLogs(): () => Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'palate-network-'));
  process.env.NETWORK_LOGS = folder;
  return async () => {
    try {
      await expectNoTextIn(folder);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };
}

/** @throws Error naming the texts that were sent; or where no log shows that a page was asked for */
async function expectNoTextIn(folder: string): Promise<void> {
  const pieces = piecesOfTexts();
  const found = new Set<string>();
  let [logs, length] = [0, 0];
  for (const name of readdirSync(folder)) {
    const sent = await readSent(join(folder, name));
    if (sent.includes('GET / HTTP/1.1')) logs++;
    length += sent.length;
    for (const piece of pieces) {
      if (Object.values(countForms(piece, sent)).some((count) => count > 0)) found.add(piece);
    }
  }
  if (logs === 0) throw new Error('no log of the network shows that the app was opened');
  const size = `${(length / 1e6).toFixed(1)} MB of what ${logs} browsers sent`;
  if (found.size > 0) throw new Error(`in ${size} stand ${found.size} texts, such as "${[...found][0]}"`);
  console.log(`none of ${pieces.length} texts stands in ${size}`);
}

function piecesOfTexts(): readonly string[] {
  const deck = JSON.parse(readFileSync('public/decks/everyday.json', 'utf8')) as Deck;
  const texts = deck.prompts.flatMap(({ prompt, responses }) => [
    prompt,
    ...responses.map(({ text }) => text),
  ]);
  const lines = [...judgedTranscripts().trim().split('\n'), ...candidateLines(4).trim().split('\n')];
  const strings = lines.flatMap((line) => Object.values(JSON.parse(line) as Record<string, unknown>).flat());
  const all = [...texts, ...strings.filter((value): value is string => typeof value === 'string')];
  return [...new Set(all.filter((text) => text.length >= PIECE_LENGTH).map(middleOf))];
}

function middleOf(text: string): string {
  const start = Math.floor((text.length - PIECE_LENGTH) / 2);
  return text.slice(start, start + PIECE_LENGTH);
}
