/** `palate evaluate`: one evaluation a file, as a table for people or one JSON object for programs. */
import { messageOf } from '../core/palateError.ts';
import { evaluate, type Evaluation, type EvaluateOptions } from './evaluate.ts';
import { readPairs, type FilePairs } from './readFiles.ts';

export interface EvaluateFilesOptions extends EvaluateOptions {
  readonly json: boolean;
}

/** One file's figures, under the names that `--json` prints. */
export interface FileEvaluation extends Evaluation {
  readonly pairs: number;
  readonly ties: number;
  readonly rejected: number;
  readonly duplicates: number;
  readonly seconds: number;
}

/** @throws PalateError, RangeError naming the file */
export async function evaluateFiles(files: readonly string[], options: EvaluateFilesOptions): Promise<void> {
  const results: Record<string, FileEvaluation> = {};
  for (const file of files) {
    const started = performance.now();
    const content = await readPairs(file);
    if (!options.json) process.stdout.write(account(file, content));
    const evaluation = await evaluate(content.pairs, options).catch((error: unknown) => {
      throw new Error(`${file}: ${messageOf(error)}`, { cause: error });
    });
    const { report } = content;
    results[file] = {
      pairs: content.pairs.length,
      ties: report.ties,
      rejected: report.rejected.length,
      duplicates: report.duplicates.length,
      ...evaluation,
      seconds: (performance.now() - started) / 1000,
    };
    if (!options.json) process.stdout.write(sentence(results[file]));
  }
  if (options.json) process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
}

/** What a file held, in words that add up. */
export function account(file: string, { report }: FilePairs): string {
  const formats = report.formats.map(({ title, rows }) => `${title} (${rows} rows)`).join(', ');
  const lines = [
    `${file}: ${formats}`,
    `  ${report.entries} entries = ${report.imported} preferences + ${report.ties} ties + ` +
      `${report.rejected.length} rejected + ${report.duplicates.length} duplicates`,
    ...report.rejected.slice(0, 5).map(({ line, reason }) => `  line ${line} rejected: ${reason}`),
  ];
  if (report.rejected.length > 5) lines.push(`  and ${report.rejected.length - 5} more rejected`);
  return `${lines.join('\n')}\n`;
}

function sentence(result: FileEvaluation): string {
  return [
    `  trained on ${result.labels} labels, ${result.seeds} seed${result.seeds === 1 ? '' : 's'}; ` +
      `${result.testPairs} pairs of unseen prompts`,
    `  accuracy ${percent(result.accuracy.mean)} ± ${(100 * result.accuracy.se).toFixed(1)} (standard error over seeds)` +
      `   log loss ${result.logLoss.toFixed(3)} (a coin: 0.693)   ECE ${result.expectedCalibrationError.toFixed(3)}`,
    `  rulers: longer ${percent(result.rulers.longer)}, shorter ${percent(result.rulers.shorter)}` +
      `   ${result.seconds.toFixed(1)} s`,
    '',
  ].join('\n');
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
