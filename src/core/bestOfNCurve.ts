/**
 * How the winner's worth grows with the number of candidates, by the head's own reckoning: the probability that the best
 * of n by expected reward is preferred to another candidate of its prompt. It rises with n whatever the head has learned,
 * since it is what the winner was chosen for.
 */
import { beatsAnother, bestOfNDivergence, winnerValue } from './bestOfN.ts';
import { createRandom } from './random.ts';
import { promptKey } from './split.ts';
import { mean } from './statistics.ts';

export interface CandidateRewards {
  readonly prompt: string;
  /** Rewards in logits, on any common zero. The same text twice is one candidate. */
  readonly candidates: readonly { readonly text: string; readonly reward: number }[];
}

export interface BestOfNPoint {
  readonly n: number;
  /** KL divergence from a single draw, nats. */
  readonly divergence: number;
  /** Calibrated probability with its 95 % interval over the prompts; what the head does not know is not in it. */
  readonly beatsAnother: { readonly value: number; readonly low: number; readonly high: number };
}

export interface BestOfNCurve {
  /** All points are means over the same prompts. */
  readonly prompts: number;
  readonly points: readonly BestOfNPoint[];
}

/** Prompts that an interval by resampling needs, and candidates that make a curve. */
const FEWEST_PROMPTS = 10;
const FEWEST_CANDIDATES = 3;
/** Up to here every n is shown, beyond only doublings. */
const EVERY_N = 8;
const RESAMPLES = 400;

/**
 * The curve up to a number of candidates that at least half of the prompts have; undefined where there are too few.
 * Sets of one prompt count as one prompt.
 * @param inverseTemperature calibration of the head
 */
export function bestOfNCurve(
  sets: readonly CandidateRewards[],
  inverseTemperature: number,
): BestOfNCurve | undefined {
  const prompts = rewardsByPrompt(sets).filter(({ most }) => most >= FEWEST_CANDIDATES);
  if (prompts.length < FEWEST_PROMPTS) return undefined;
  const counts = prompts.map(({ most }) => most).sort((one, other) => one - other);
  const most = counts[Math.floor((counts.length - 1) / 2)];
  const draws = drawsUpTo(most);
  const worths = prompts
    .filter((prompt) => prompt.most >= most)
    .map(({ rewards }) => {
      const curves = rewards
        .filter((set) => set.length >= most)
        .map((set) => {
          const values = beatsAnother(set, inverseTemperature);
          return draws.map((n) => winnerValue(set, values, n));
        });
      return draws.map((_, place) => mean(curves.map((curve) => curve[place])));
    });
  const intervals = resampledMeans(worths);
  return {
    prompts: worths.length,
    points: draws.map((n, place) => ({
      n,
      divergence: bestOfNDivergence(n),
      beatsAnother: { value: mean(worths.map((curve) => curve[place])), ...intervals[place] },
    })),
  };
}

interface PromptRewards {
  /** Of the distinct candidates, by set. */
  readonly rewards: readonly Float64Array[];
  /** Candidates of the largest set. */
  readonly most: number;
}

/** In an order that does not depend on that of the sets, so that resampling draws the same prompts. */
function rewardsByPrompt(sets: readonly CandidateRewards[]): PromptRewards[] {
  const byPrompt = new Map<string, PromptRewards>();
  for (const { prompt, candidates } of sets) {
    const distinct = new Map(candidates.map(({ text, reward }) => [text, reward]));
    const { rewards, most } = byPrompt.get(promptKey(prompt)) ?? { rewards: [], most: 0 };
    byPrompt.set(promptKey(prompt), {
      rewards: [...rewards, Float64Array.from(distinct.values())],
      most: Math.max(most, distinct.size),
    });
  }
  return [...byPrompt].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, rewards]) => rewards);
}

/** 1, 2 … 8, 16, 32 … and last the most. */
function drawsUpTo(most: number): number[] {
  const draws: number[] = [];
  for (let n = 1; n < most; n += n < EVERY_N ? 1 : n) draws.push(n);
  return [...draws, most];
}

/** 95 % of the means when prompts are drawn anew with replacement, place by place. */
function resampledMeans(
  worths: readonly (readonly number[])[],
): { readonly low: number; readonly high: number }[] {
  const random = createRandom(11);
  const means = Array.from({ length: RESAMPLES }, () => {
    const sums = new Float64Array(worths[0].length);
    for (let draw = 0; draw < worths.length; draw++) {
      const curve = worths[random.integer(worths.length)];
      for (let place = 0; place < sums.length; place++) sums[place] += curve[place];
    }
    return sums.map((sum) => sum / worths.length);
  });
  return worths[0].map((_, place) => {
    const sorted = means.map((curve) => curve[place]).sort((one, other) => one - other);
    return { low: sorted[Math.floor(0.025 * RESAMPLES)], high: sorted[Math.ceil(0.975 * RESAMPLES) - 1] };
  });
}
