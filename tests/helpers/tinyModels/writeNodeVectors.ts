/** `npx tsx tests/helpers/tinyModels/writeNodeVectors.ts` writes the vectors that Node gives, for browsers to agree with. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openFromFolder } from '../../../src/encoder/transformers.ts';
import { tinyChoice } from './tinyChoice.ts';
import { tinyEncoder } from './tinyEncoder.ts';

const texts = [
  'Yes.',
  'The cat sat on the mat.',
  'How do I make pancakes without eggs?',
  'word '.repeat(200),
  '',
];

export async function nodeVectors() {
  const folder = mkdtempSync(join(tmpdir(), 'palate-vectors-'));
  for (const [path, bytes] of tinyEncoder()) {
    mkdirSync(dirname(join(folder, 'tiny', path)), { recursive: true });
    writeFileSync(join(folder, 'tiny', path), bytes);
  }
  const { data, tokens, read } = await (await openFromFolder(`${folder}/`, 'tiny', tinyChoice)).embed(texts);
  return { texts, tokens: Array.from(tokens), read: Array.from(read), data: Array.from(data) };
}

if (process.argv[1] === import.meta.filename) {
  const file = join(import.meta.dirname, 'nodeVectors.json');
  writeFileSync(file, `${JSON.stringify(await nodeVectors())}\n`);
}
