/**
 * Judging one response for itself: good enough or not. Responses of a prompt are asked one after another until it has
 * a good and a bad one, because only those make pairs; the rest come when every prompt has been through.
 */
import { promptText, type Comparison, type ThumbEvent } from '../core/preference.ts';
import type { Environment, ProjectState } from './projectState.svelte.ts';
import { ShownSince } from './shownSince.ts';
import type { ResponseSet, ResponseSets, SetResponse } from './responseSets.svelte.ts';

export interface ShownResponse {
  readonly prompt: ResponseSet['prompt'];
  readonly response: SetResponse;
  /** The thumb that was taken back. */
  readonly former?: ThumbEvent['thumb'];
  /** Stays the same while the response is on screen. */
  readonly key: string;
}

export class SingleSession {
  readonly #project: ProjectState;
  readonly #sets: ResponseSets;
  readonly #shownSince: ShownSince;

  readonly #response = $derived.by(() => this.#next());

  constructor(project: ProjectState, sets: ResponseSets, environment: Environment) {
    this.#project = project;
    this.#sets = sets;
    this.#shownSince = new ShownSince(environment);
  }

  /** The response to judge; undefined when every one has a thumb. */
  get response(): ShownResponse | undefined {
    return this.#response;
  }

  /** Tells that the response is on screen; the time to the thumb counts from here. */
  present(key: string): void {
    this.#shownSince.show(key);
  }

  /** Rejects when it could not be stored; the response is then still asked. */
  async judge(thumb: ThumbEvent['thumb']): Promise<void> {
    const shown = this.#response;
    if (!shown) return;
    const { comparison, side } = shown.response;
    const durationMs = this.#shownSince.durationOf(shown.key);
    await this.#project.thumb(comparison, { side, thumb, durationMs });
  }

  #next(): ShownResponse | undefined {
    const undone = this.#project.lastUndone;
    const takenBack = undone?.kind === 'thumb' ? this.#project.comparison(undone.comparisonId) : undefined;
    if (undone?.kind === 'thumb' && takenBack) {
      const { side, thumb } = undone;
      const response = { ...takenBack[side], comparison: takenBack, side };
      return { ...shownOf(takenBack.prompt, response), former: thumb };
    }
    const thumbOf = this.#thumbs();
    const isFree = (set: ResponseSet) => (response: SetResponse) =>
      !thumbOf.get(set.promptText)?.has(response.text);
    const open = this.#sets.all.filter((set) => set.responses.some(isFree(set)));
    const isOneSided = (set: ResponseSet): boolean => {
      const thumbs = [...(thumbOf.get(set.promptText)?.values() ?? [])];
      return !(thumbs.includes('up') && thumbs.includes('down'));
    };
    const set = open.find(isOneSided) ?? open[0];
    return set && shownOf(set.prompt, set.responses.find(isFree(set))!);
  }

  /** Thumb by response, skips included, by prompt. */
  #thumbs(): ReadonlyMap<string, ReadonlyMap<string, ThumbEvent['thumb']>> {
    const thumbs = new Map<string, Map<string, ThumbEvent['thumb']>>();
    for (const { comparisonId, side, thumb } of this.#project.thumbs) {
      const comparison = this.#project.comparison(comparisonId);
      if (!comparison) continue;
      const key = promptText(comparison.prompt);
      thumbs.set(
        key,
        (thumbs.get(key) ?? new Map<string, ThumbEvent['thumb']>()).set(comparison[side].text, thumb),
      );
    }
    return thumbs;
  }
}

function shownOf(prompt: Comparison['prompt'], response: SetResponse): ShownResponse {
  return { prompt, response, key: `${response.comparison.id}.${response.side}` };
}
