/** The style block: its columns, in order, and their measurement for one response to one prompt. */
import type { PromptContext } from './promptContext.ts';
import type { StyleGroup } from './styleGroup.ts';
import { PUNCTUATION, STRUCTURE } from './styleMarkup.ts';
import { DIVERSITY, PROMPT_RELATION, SCRIPT } from './styleRelations.ts';
import { AMOUNT, SHAPE } from './styleShape.ts';
import { MORPHOLOGY, PHRASES, SENSITIVE_TOPICS, WORDS } from './styleWords.ts';
import type { TextView } from './textView.ts';

const GROUPS: readonly StyleGroup[] = [
  AMOUNT,
  SHAPE,
  STRUCTURE,
  PUNCTUATION,
  WORDS,
  SENSITIVE_TOPICS,
  PHRASES,
  MORPHOLOGY,
  DIVERSITY,
  PROMPT_RELATION,
  SCRIPT,
];

/** Name and group of every style column. */
export const STYLE_COLUMNS: readonly { readonly name: string; readonly group: string }[] = GROUPS.flatMap(
  ({ group, labels }) => labels.map((name) => ({ name, group })),
);

/** Finite numbers, one per style column. */
export function measureStyle(view: TextView, prompt: PromptContext): Float32Array {
  const style = new Float32Array(STYLE_COLUMNS.length);
  let column = 0;
  for (const group of GROUPS) {
    for (const value of group.measure(view, prompt)) style[column++] = value;
  }
  return style;
}
