/** `palate train`: one head from all files together, written with its encoder state. */
import { writeFile } from 'node:fs/promises';
import { openProcessor } from '../compute/openProcessor.ts';
import { dataHash } from '../core/dataHash.ts';
import { headToFile } from '../core/headFile.ts';
import { LENGTH_CONTROLS, type LengthControl } from '../core/lengthControl.ts';
import type { HeadKind, Trust } from '../core/rewardHead.ts';
import type { Encoder } from '../encoder/encoder.ts';
import { assembleHead } from '../training/assembleHead.ts';
import { account, percent } from './evaluateFiles.ts';
import { fitEncoder, fitHead, measurePairs } from './fitHead.ts';
import { readPairs } from './readFiles.ts';

export interface TrainFilesOptions {
  readonly encoder: Encoder;
  readonly headKind: HeadKind;
  readonly seed: number;
  readonly lengthControl: LengthControl;
  readonly out: string;
}

/** @throws PalateError, Error from the file system */
export async function trainFiles(files: readonly string[], options: TrainFilesOptions): Promise<void> {
  const { encoder, headKind, seed, lengthControl, out } = options;
  const started = performance.now();
  const contents = [];
  for (const file of files) {
    const content = await readPairs(file);
    process.stdout.write(account(file, content));
    contents.push(content);
  }
  const pool = measurePairs(
    encoder,
    contents.flatMap(({ pairs }) => pairs),
  );
  const state = fitEncoder(encoder, pool, seed);
  const features = encoder.transform(state, pool.measurements, pool.promptOfRow);
  const { backend, how } = await openProcessor();
  const settings = { backend, headKind, seed, lengthControl };
  const outcome = await fitHead(encoder, features, pool, [...pool.pairs.keys()], settings);
  const head = assembleHead(outcome, {
    id: crypto.randomUUID(),
    backend,
    backendReason: `The terminal trains on the processor (${how}).`,
    dimension: features.dimension,
    promptOfPair: pool.promptOfPair,
    ties: contents.reduce((sum, { report }) => sum + report.ties, 0),
    seed,
    dataHash: dataHash(pool.pairs),
    encoderId: encoder.id,
    encoderStateId: state.id,
    trainedAt: Date.now(),
    durationMs: performance.now() - started,
  });
  const text = headToFile({ head, encoderState: encoder.stateToJson(state), poolSize: pool.inputs.length });
  await writeFile(out, text);
  const { value, low, high, n } = head.trust.accuracy;
  process.stdout.write(
    `${out}: agrees with ${percent(value)} of unseen pairs (${percent(low)} to ${percent(high)}, n = ${n})\n`,
  );
  process.stdout.write(lengthLines(outcome.trust.length!, lengthControl));
}

/** What each control of length makes of the same unseen pairs. */
function lengthLines(trials: NonNullable<Trust['length']>, used: LengthControl): string {
  return LENGTH_CONTROLS.map((control) => {
    const { accuracy, balanced, correlation } = trials[control];
    const onBalanced = balanced === undefined ? '' : `, ${percent(balanced)} balanced by length`;
    const mark = control === used ? '   (in use)' : '';
    return `  length control ${control}: ${percent(accuracy.value)}${onBalanced}, correlation with length ${correlation.toFixed(2)}${mark}\n`;
  }).join('');
}
