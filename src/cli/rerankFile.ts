/** `palate rerank`: every prompt's candidates ranked by a head, written with all input fields kept. */
import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { candidateTexts } from '../core/candidateTexts.ts';
import { headFromFile, refuseLargeHead, requireOwnState } from '../core/headFile.ts';
import { logLengths } from '../core/lengthControl.ts';
import { PalateError } from '../core/palateError.ts';
import type { RankingOrder } from '../core/ranking.ts';
import { sentenceChoiceOf } from '../core/sentenceModel.ts';
import { encoderOf } from '../encoder/catalogue.ts';
import { rankedJsonLines, rankedTable } from '../formats/rankedFile.ts';
import { readCandidates } from '../formats/readCandidates.ts';
import { rankSets } from '../training/rankSets.ts';
import { openFile } from './readFiles.ts';
import { UsageError } from './usage.ts';
import { vectorsFromFolder } from './vectorsFromFolder.ts';

/**
 * @param out ends in .jsonl or .csv, which decides what is written
 * @param modelFolder of the sentence model, for a head that reads by one
 * @throws UsageError for another ending; PalateError naming the file that cannot be used
 */
export async function rerankFile(
  headPath: string,
  candidatesPath: string,
  out: string,
  order: RankingOrder,
  modelFolder: string | undefined,
): Promise<void> {
  const write = writerFor(out);
  const headFile = await openFile(headPath);
  refuseLargeHead(headFile.size, basename(headPath));
  const { head, encoderState } = headFromFile(await headFile.text(), basename(headPath));
  const sentence = sentenceChoiceOf(encoderState);
  const encoder = encoderOf({ encoderId: head.provenance.encoderId, sentence });
  const state = encoder.stateFromJson(encoderState);
  requireOwnState(head, state.id, basename(headPath));
  const report = await readCandidates(await openFile(candidatesPath), basename(candidatesPath));
  if (report.sets.length === 0) {
    const first = report.rejected.at(0);
    const why = first ? ` Line ${first.line}: ${first.reason}.` : '';
    throw new PalateError('bad-file', `${candidatesPath} holds no prompt with candidates.${why}`);
  }
  const { inputs, promptOfRow, rowsOfSet } = candidateTexts(report.sets);
  const measurements = inputs.map((input) => encoder.measure(input));
  const vectors = sentence && (await vectorsFromFolder(sentence, modelFolder, inputs));
  const features = encoder.transform(state, measurements, promptOfRow, vectors);
  const lengths = logLengths(inputs.map(({ response }) => response));
  const rankings = rankSets(head, features.data, lengths, rowsOfSet, order);
  const ranked = report.sets.map((set, index) => ({ set, ranking: rankings[index] }));
  await writeFile(out, write(ranked));
  const candidates = report.sets.reduce((sum, set) => sum + set.candidates.length, 0);
  process.stdout.write(`${out}: ${candidates} candidates of ${report.sets.length} prompts ranked\n`);
  for (const { line, reason } of report.rejected) {
    process.stderr.write(`palate: ${candidatesPath}, line ${line} left out: ${reason}\n`);
  }
}

function writerFor(out: string): typeof rankedJsonLines {
  if (out.endsWith('.jsonl')) return rankedJsonLines;
  if (out.endsWith('.csv')) return rankedTable;
  throw new UsageError(`--out takes a name that ends in .jsonl or .csv, not "${out}"`);
}
