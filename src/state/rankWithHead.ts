/** Candidates to rankings: their features, made or kept, and the head that scores them. */
import { candidateTexts } from '../core/candidateTexts.ts';
import { logLengths } from '../core/lengthControl.ts';
import type { PortableHead } from '../core/headFile.ts';
import type { Ranking, RankingOrder } from '../core/ranking.ts';
import { sentenceChoiceOf } from '../core/sentenceModel.ts';
import type { CandidateSet } from '../../workers/importerApi.ts';
import { encodeTexts, type MeasurementCache } from './encodeTexts.ts';
import type { Workers } from './workerClients.ts';

/**
 * The ranking of every set, in their order, all encoded in one go.
 * @param signal looked at between slices; while the encoder runs, cancel the encoder itself
 * @throws PalateError as `encodeTexts` does
 */
export async function rankWithHead(
  cache: MeasurementCache,
  workers: Pick<Workers, 'encoder' | 'trainer'>,
  sets: readonly Pick<CandidateSet, 'prompt' | 'candidates'>[],
  { head, encoderState }: PortableHead,
  order: RankingOrder,
  signal: { readonly aborted: boolean },
): Promise<Ranking[]> {
  const { inputs, promptOfRow, rowsOfSet } = candidateTexts(sets);
  const request = {
    encoderId: head.provenance.encoderId,
    sentence: sentenceChoiceOf(encoderState),
    inputs,
    promptOfRow,
    state: { kind: 'known', json: encoderState } as const,
  };
  const { features } = await encodeTexts(cache, workers.encoder, request, () => undefined, signal);
  // Only what ranks: what a head knows about itself can be large.
  const { id: _id, trust: _trust, provenance: _provenance, ...ranking } = head;
  const lengths = logLengths(inputs.map(({ response }) => response));
  return workers.trainer.rank(ranking, features, lengths, rowsOfSet, order);
}
