/** A large file of candidates is worked through in slices, so that memory stays flat and cancelling is quick. */
import type { CandidateSet } from '../../workers/importerApi.ts';

/** Candidates encoded and scored in one go. */
const SLICE_CANDIDATES = 512;

/** Runs of whole sets of about `SLICE_CANDIDATES` candidates; a larger set is a run of its own. */
export function* slicesOf(sets: readonly CandidateSet[]): Generator<readonly CandidateSet[]> {
  let start = 0;
  let candidates = 0;
  for (let end = 0; end < sets.length; end++) {
    candidates += sets[end].candidates.length;
    if (candidates >= SLICE_CANDIDATES || end === sets.length - 1) {
      yield sets.slice(start, end + 1);
      start = end + 1;
      candidates = 0;
    }
  }
}
