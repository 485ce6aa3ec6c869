/**
 * Makes pairs of responses that were labelled good or bad one by one. Within a prompt every good response is paired
 * with every bad one, up to `MAX_PAIRS_PER_PROMPT` pairs; the pairs are dealt so that each response gets one before any
 * gets a second. Responses left without a partner are handed back with the reason.
 */
import { MAX_PAIRS_PER_PROMPT } from '../core/limits.ts';
import { chosenOverRejected, type LabelledResponse, type StatedPair } from './preferenceFormat.ts';

/** A labelled response with the row it came from. */
export interface LabelledRow<Row> {
  readonly row: Row;
  readonly entry: LabelledResponse;
}

export interface PairedRow<Row> {
  /** The row of the good response. */
  readonly row: Row;
  readonly pair: StatedPair;
}

export interface PartnerlessRow<Row> {
  readonly row: Row;
  readonly reason: string;
}

interface PromptResponses<Row> {
  readonly good: LabelledRow<Row>[];
  readonly bad: LabelledRow<Row>[];
}

export class LabelledPool<Row> {
  readonly #byPrompt = new Map<string, PromptResponses<Row>>();

  add(row: Row, entry: LabelledResponse): void {
    const key = JSON.stringify(entry.prompt.map(({ role, content }) => [role, content]));
    let responses = this.#byPrompt.get(key);
    if (!responses) this.#byPrompt.set(key, (responses = { good: [], bad: [] }));
    (entry.good ? responses.good : responses.bad).push({ row, entry });
  }

  /** Prompt by prompt: the pairs, then the rows without a partner. */
  *drain(): Generator<PairedRow<Row> | PartnerlessRow<Row>> {
    for (const responses of this.#byPrompt.values()) yield* pairUp(responses);
    this.#byPrompt.clear();
  }
}

function* pairUp<Row>({ good, bad }: PromptResponses<Row>): Generator<PairedRow<Row> | PartnerlessRow<Row>> {
  const paired = new Set<LabelledRow<Row>>();
  const [more, fewer] = good.length >= bad.length ? [good, bad] : [bad, good];
  const pairs = Math.min(MAX_PAIRS_PER_PROMPT, more.length * fewer.length);
  for (let pair = 0; pair < pairs; pair++) {
    const round = Math.floor(pair / more.length);
    const one = more[pair % more.length];
    const other = fewer[((pair % more.length) + round) % fewer.length];
    const [better, worse] = more === good ? [one, other] : [other, one];
    paired.add(one).add(other);
    const { prompt, response } = better.entry;
    yield { row: better.row, pair: chosenOverRejected(prompt, response.text, worse.entry.response.text) };
  }
  for (const row of [...good, ...bad]) {
    if (!paired.has(row)) yield { row: row.row, reason: whyPartnerless(row.entry, fewer.length > 0) };
  }
}

function whyPartnerless(entry: LabelledResponse, promptIsFull: boolean): string {
  if (promptIsFull)
    return `its prompt already gave ${MAX_PAIRS_PER_PROMPT} pairs, the most that are made of one`;
  const [label, missing] = entry.good ? ['good', 'bad'] : ['bad', 'good'];
  return `labelled ${label}, and no response to the same prompt is labelled ${missing}: no pair can be made of it`;
}
