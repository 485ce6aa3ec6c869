/**
 * From sets of candidates to the distinct texts behind them. A set is ranked by itself: what else stands in the file
 * changes nothing, and a text that occurs twice in a set is one candidate seen twice, so it gets one reward.
 */

export interface CandidateTexts {
  /** Distinct (set, response), in order of first appearance: the rows of the feature matrix. */
  readonly inputs: readonly { readonly prompt: string; readonly response: string }[];
  /** Position of the set of every row. */
  readonly promptOfRow: Uint32Array<ArrayBuffer>;
  /** For every set, the row of each of its candidates. */
  readonly rowsOfSet: readonly Uint32Array[];
}

export function candidateTexts(
  sets: readonly {
    readonly prompt: string;
    readonly candidates: readonly { readonly text: string }[];
  }[],
): CandidateTexts {
  const inputs: { prompt: string; response: string }[] = [];
  const promptOfRow: number[] = [];
  const rowsOfSet = sets.map(({ prompt, candidates }, group) => {
    const rowOfText = new Map<string, number>();
    return Uint32Array.from(candidates, ({ text }) => {
      const row = rowOfText.get(text) ?? inputs.length;
      if (row === inputs.length) {
        rowOfText.set(text, row);
        promptOfRow.push(group);
        inputs.push({ prompt, response: text });
      }
      return row;
    });
  });
  return { inputs, promptOfRow: Uint32Array.from(promptOfRow), rowsOfSet };
}
