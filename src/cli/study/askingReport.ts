/** From accuracies by labels to the number of labels each way of asking needs, with an interval. */
import { createRandom } from '../../core/random.ts';
import { mean } from '../../core/statistics.ts';
import { ASKING_LABELS } from './asking.ts';

/** Labels at which random asking sets the mark. */
export const MARKS = [100, 300] as const;
const RESAMPLES = 1000;

export interface LabelsNeeded {
  readonly mark: number;
  /** Labels until the mean accuracy is that of random asking at the mark; undefined if never within the study. */
  readonly labels: number | undefined;
  /** 95 %, by resampling seeds; an end that was never reached is the study's last number of labels. */
  readonly low: number;
  readonly high: number;
}

/**
 * @param curves accuracies of the way by seed and number of labels
 * @param random the same of random asking, the same seeds
 */
export function labelsNeeded(
  curves: readonly (readonly number[])[],
  random: readonly (readonly number[])[],
): LabelsNeeded[] {
  const draws = createRandom(7);
  return MARKS.filter((mark) => random.every((curve) => curve.length > ASKING_LABELS.indexOf(mark))).map(
    (mark) => {
      const place = ASKING_LABELS.indexOf(mark);
      const needed = (seeds: readonly number[]): number | undefined =>
        firstReach(
          meanCurve(seeds.map((seed) => curves[seed])),
          mean(seeds.map((seed) => random[seed][place])),
        );
      const seeds = curves.map((_, seed) => seed);
      const resampled = Array.from(
        { length: RESAMPLES },
        () => needed(seeds.map(() => draws.integer(seeds.length))) ?? ASKING_LABELS.at(-1)!,
      ).sort((a, b) => a - b);
      return {
        mark,
        labels: needed(seeds),
        low: resampled[Math.floor(0.025 * RESAMPLES)],
        high: resampled[Math.floor(0.975 * RESAMPLES)],
      };
    },
  );
}

function meanCurve(curves: readonly (readonly number[])[]): number[] {
  const length = Math.min(...curves.map((curve) => curve.length));
  return Array.from({ length }, (_, i) => mean(curves.map((curve) => curve[i])));
}

/** Labels at which a curve first reaches `accuracy`, on straight lines between its points. */
function firstReach(curve: readonly number[], accuracy: number): number | undefined {
  const place = curve.findIndex((value) => value >= accuracy);
  if (place < 0) return undefined;
  if (place === 0) return ASKING_LABELS[0];
  const share = (accuracy - curve[place - 1]) / (curve[place] - curve[place - 1]);
  return ASKING_LABELS[place - 1] + share * (ASKING_LABELS[place] - ASKING_LABELS[place - 1]);
}
