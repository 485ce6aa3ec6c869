/** What leaves for other trainers, as the text of a file. */
import { promptText, type Message } from '../core/preference.ts';
import { dpoJsonLines, sftJsonLines } from '../formats/trainingFiles.ts';
import type { ProjectState } from './projectState.svelte.ts';
import type { TextFile } from './textFile.ts';

const TYPE = 'application/jsonl';

/** The preferences that hold, the prompts with their roles. */
export function pairsFile(project: ProjectState): TextFile {
  const prompts = new Map<string, readonly Message[]>();
  for (const { prompt } of project.comparisons) prompts.set(promptText(prompt), prompt);
  // A pair that two thumbs make has no comparison of its own, but its prompt stands in others.
  const pairs = project.pairs.map(({ prompt, chosen, rejected }) => ({
    ...{ prompt: prompts.get(prompt) ?? [], chosen, rejected },
  }));
  return { name: 'preferences-dpo.jsonl', text: dpoJsonLines(pairs), type: TYPE };
}

export function winnersFile(
  winners: readonly { readonly prompt: readonly Message[]; readonly text: string }[],
): TextFile {
  return { name: 'winners-sft.jsonl', text: sftJsonLines(winners), type: TYPE };
}
