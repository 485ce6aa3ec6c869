/**
 * Everything that may be asked, by prompt: the different responses to each, in an order that follows from a hash, so
 * that neither sets nor responses stand in the order of a file, and a reload shows the same.
 */
import { promptText, type Comparison, type Message, type Response, type Side } from '../core/preference.ts';
import { textHash } from '../core/textHash.ts';
import type { AskingPool } from './askingPool.svelte.ts';
import type { ProjectState } from './projectState.svelte.ts';

/** A response, and a comparison it stands in. */
export interface SetResponse extends Response {
  readonly comparison: Comparison;
  readonly side: Side;
}

export interface ResponseSet {
  readonly prompt: readonly Message[];
  /** See `promptText`. */
  readonly promptText: string;
  /** At least two. */
  readonly responses: readonly SetResponse[];
}

export class ResponseSets {
  readonly #project: ProjectState;
  readonly #asking: AskingPool;

  readonly #all = $derived.by(() => this.#gather());

  constructor(project: ProjectState, asking: AskingPool) {
    this.#project = project;
    this.#asking = asking;
  }

  /** The person's own come before the deck. */
  get all(): readonly ResponseSet[] {
    return this.#all;
  }

  #gather(): ResponseSet[] {
    const found = new Map<string, { prompt: readonly Message[]; responses: Map<string, SetResponse> }>();
    for (const comparison of this.#asking.all) {
      if (comparison.source.kind === 'edited' || this.#project.stateOf(comparison.id).deleted) continue;
      const key = promptText(comparison.prompt);
      const set = found.get(key) ?? { prompt: comparison.prompt, responses: new Map<string, SetResponse>() };
      for (const side of ['a', 'b'] as const) {
        const { text, model } = comparison[side];
        if (!set.responses.has(text)) set.responses.set(text, { text, model, comparison, side });
      }
      found.set(key, set);
    }
    const order = (text: string): string => textHash(`${this.#project.project.id}\n${text}`);
    const isOfDeck = ({ responses }: ResponseSet): number =>
      responses[0].comparison.source.kind === 'deck' ? 1 : 0;
    const sets = [...found].map(([key, { prompt, responses }]) => ({
      ...{ prompt, promptText: key },
      responses: sortedBy([...responses.values()], ({ text }) => order(`${key}\n${text}`)),
    }));
    return sortedBy(sets, (set) => `${isOfDeck(set)}${order(set.promptText)}`);
  }
}

function sortedBy<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  return items
    .map((item) => ({ item, key: keyOf(item) }))
    .sort((one, other) => (one.key < other.key ? -1 : 1))
    .map(({ item }) => item);
}
