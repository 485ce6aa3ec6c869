/**
 * What picking by the head is worth where people compared several candidates of a prompt. A candidate's truth is its
 * share of wins among its labelled pairs, ties by half; a rule's worth is its share of what an oracle would gain over a
 * random pick. Every choice of k candidates of a prompt counts alike.
 */
import { beatsAnother, bestOfNDivergence, winnerValue } from '../../core/bestOfN.ts';
import { fitInverseTemperature } from '../../core/calibration.ts';
import { logLength } from '../../core/lengthControl.ts';
import { timesVector } from '../../core/linearAlgebra.ts';
import { fitPosterior, rewardsAmong, type LinearPosterior } from '../../core/posterior.ts';
import type { PreferencePair } from '../../core/preferencePairs.ts';
import { createRandom } from '../../core/random.ts';
import { assignFolds, FOLD_COUNT } from '../../core/split.ts';
import { mean } from '../../core/statistics.ts';
import { crossFittedMargins } from './crossFit.ts';
import { rowsOf } from './rowsOf.ts';
import type { StudySplit } from './studySplit.ts';

export const PICKING_LABELS = [30, 100, 300] as const;
export const DRAWS = [2, 3, 4] as const;
/** Fewer known candidates than this leave nothing to pick from. */
const FEWEST_CANDIDATES = 3;

/** The known candidates of one held-out prompt. */
interface Candidates {
  /** Feature rows, float64 `[candidates, dimension]`. */
  readonly features: Float64Array;
  readonly lengths: readonly number[];
  /** Share of wins of each, 0 to 1. */
  readonly truths: readonly number[];
}

/** Scores of some candidates of a set; the higher, the better. */
type Rule = (posterior: LinearPosterior, set: Candidates, members: readonly number[]) => number[];

export const RULES: readonly { readonly name: string; readonly scores: Rule }[] = [
  { name: 'expected reward', scores: lowerBound(0) },
  { name: 'lower bound, one deviation', scores: lowerBound(1) },
  { name: 'lower bound, two deviations', scores: lowerBound(2) },
  { name: 'longest answer', scores: (_, { lengths }, members) => members.map((member) => lengths[member]) },
];

/** What the winner of n is worth to the head and to people. */
export interface WinnerWorth {
  readonly n: number;
  /** Nats. */
  readonly divergence: number;
  /** Probability, to the calibrated head, that the winner beats another candidate of its prompt. */
  readonly toHead: number;
  /** How often it did. */
  readonly toPeople: number;
}

export interface PickingFigures {
  /** By rule of `RULES`, then number of `DRAWS`: share of the oracle's gain over a random pick. */
  readonly shares: readonly (readonly number[])[];
  readonly winners: readonly WinnerWorth[];
}

/** One split by number of labels; undefined where too few labels or no sets of candidates are there. */
export function pickingFigures(
  split: StudySplit,
  ties: ReadonlySet<PreferencePair>,
  seed: number,
): (PickingFigures | undefined)[] {
  const { pool, dimension, poolPairs } = split;
  const sets = candidateSets(split, ties);
  const order = createRandom(700 + seed)
    .shuffle([...poolPairs.pairs.keys()])
    .filter((index) => !ties.has(poolPairs.pairs[index]));
  return PICKING_LABELS.map((labels) => {
    if (labels > order.length || sets.length === 0) return undefined;
    const drawn = order.slice(0, labels);
    const labelled = { differences: rowsOf(pool, drawn, dimension), dimension };
    const folds = assignFolds(
      Uint32Array.from(drawn, (index) => poolPairs.promptOfPair[index]),
      FOLD_COUNT,
      seed,
    );
    const inverseTemperature = fitInverseTemperature(crossFittedMargins(labelled, folds));
    const posterior = fitPosterior(labelled);
    return {
      shares: RULES.map(({ scores }) => DRAWS.map((draw) => shareOfGain(scores, draw, posterior, sets))),
      winners: winnersWorth(posterior, inverseTemperature, sets),
    };
  });
}

/** The held-out prompts with enough candidates. */
function candidateSets(
  { testPairs, testFeatures, dimension }: StudySplit,
  ties: ReadonlySet<PreferencePair>,
): Candidates[] {
  const { pairs, rows, inputs, promptOfRow } = testPairs;
  const wins = new Float64Array(inputs.length);
  const counts = new Float64Array(inputs.length);
  pairs.forEach((pair, index) => {
    const won = ties.has(pair) ? 0.5 : 1;
    wins[rows.chosen[index]] += won;
    wins[rows.rejected[index]] += 1 - won;
    counts[rows.chosen[index]]++;
    counts[rows.rejected[index]]++;
  });
  const rowsOfPrompt = new Map<number, number[]>();
  promptOfRow.forEach((prompt, row) => rowsOfPrompt.set(prompt, [...(rowsOfPrompt.get(prompt) ?? []), row]));
  return [...rowsOfPrompt.values()]
    .filter((members) => members.length >= FEWEST_CANDIDATES)
    .map((members) => ({
      features: rowsOf(Float64Array.from(testFeatures.data), members, dimension),
      lengths: members.map((row) => logLength(inputs[row].response)),
      truths: members.map((row) => wins[row] / counts[row]),
    }));
}

function lowerBound(deviations: number): Rule {
  return (posterior, { features }, members) =>
    rewardsAmong(posterior, features, members).map(
      ({ mean: expectedReward, variance }) => expectedReward - deviations * Math.sqrt(variance),
    );
}

/** Gains are summed over the prompts before they are divided: a prompt where nothing is to be gained says nothing. */
function shareOfGain(
  rule: Rule,
  draw: number,
  posterior: LinearPosterior,
  sets: readonly Candidates[],
): number {
  let [gain, most] = [0, 0];
  for (const set of sets.filter(({ truths }) => truths.length >= draw)) {
    const subsets = choices(set.truths.length, draw);
    for (const members of subsets) {
      const truths = members.map((member) => set.truths[member]);
      const picked = winnerValue(rule(posterior, set, members), truths, draw);
      gain += (picked - mean(truths)) / subsets.length;
      most += (Math.max(...truths) - mean(truths)) / subsets.length;
    }
  }
  return gain / most;
}

function winnersWorth(
  { mean: weights, dimension }: LinearPosterior,
  inverseTemperature: number,
  sets: readonly Candidates[],
): WinnerWorth[] {
  const judged = sets.map(({ features, truths }) => {
    const rewards = timesVector(features, weights, dimension);
    return { rewards, truths, probabilities: beatsAnother(rewards, inverseTemperature) };
  });
  const most = Math.min(...sets.map(({ truths }) => truths.length));
  return Array.from({ length: most }, (_, index) => {
    const n = index + 1;
    return {
      n,
      divergence: bestOfNDivergence(n),
      toHead: mean(judged.map(({ rewards, probabilities }) => winnerValue(rewards, probabilities, n))),
      toPeople: mean(judged.map(({ rewards, truths }) => winnerValue(rewards, truths, n))),
    };
  });
}

/** All ways to choose k of count. */
function choices(count: number, k: number, from = 0): number[][] {
  if (k === 0) return [[]];
  const found: number[][] = [];
  for (let first = from; first <= count - k; first++) {
    for (const rest of choices(count, k - 1, first + 1)) found.push([first, ...rest]);
  }
  return found;
}
