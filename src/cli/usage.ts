/** What the terminal understands. */
export const USAGE = `Palate in the terminal: the app's own core, formats and encoder on the CPU.

  palate evaluate FILE... [--labels N] [--seeds K] [--split-seed S]
                          [--encoder builtin-1] [--head linear|mlp] [--json]
      How well a head trained on N labels of each file agrees with the prompts it has not seen.
      30 % of the prompts are held out. Without --labels, all of the rest is used. K is 1 by default, and S is 9:
      of ten splits of two public files the one whose figures lie closest to the mean of all ten.

  palate train FILE... --out HEAD.json [--seed S] [--encoder builtin-1] [--head linear|mlp]
                       [--length-control off|half|full]
      Trains one head on all files together and writes it. Length control takes half or all of what follows the
      length of the answers out of the rewards; what each would cost or gain is printed.

  palate rerank HEAD.json CANDIDATES --out RANKED.jsonl|RANKED.csv [--order cautious|expected] [--model FOLDER]
      Ranks every prompt's candidates with a head and writes them, all input fields kept. The cautious order takes one
      standard deviation of what the head does not know off every reward. A head that reads by a sentence model
      needs the folder with the files of its repository.

  palate help

Files: .jsonl, .json, .csv, .tsv, each also as .gz. Formats are recognised by their fields.
Exit codes: 0 done, 1 a file could not be read or used, 2 the command was not understood.
`;

/** The command line itself is wrong: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
