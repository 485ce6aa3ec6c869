/** What a watched run can be tuned to, and what a change is called beside the curve. */
import type { Tuning } from '../../core/watchedTraining.ts';

/** λ as multiples of what training uses, w ~ N(0, I). */
export const STRENGTHS = [
  { value: 1 / 8, name: '×⅛' },
  { value: 1 / 4, name: '×¼' },
  { value: 1 / 2, name: '×½' },
  { value: 1, name: '×1' },
  { value: 2, name: '×2' },
  { value: 4, name: '×4' },
  { value: 8, name: '×8' },
] as const;
export const LEARNING_RATES = [0.001, 0.003, 0.01, 0.03, 0.1] as const;
export const WEIGHT_DECAYS = [0, 0.01, 0.1, 1, 10] as const;

export function tuningName({ lambda, learningRate, weightDecay }: Tuning, kind: 'linear' | 'mlp'): string {
  if (kind === 'mlp') return `rate ${learningRate}, decay ${weightDecay}`;
  return STRENGTHS.find(({ value }) => value === lambda)?.name ?? `×${lambda}`;
}
