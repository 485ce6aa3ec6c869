/**
 * What may be said about a head, in words that follow the facts. Figures are compared as they are shown, in whole
 * percent, so that no sentence contradicts the numbers in it; where the interval touches a coin's 50 %, the sentence
 * takes the coin's side.
 */
import { sigmoid } from './bradleyTerry.ts';
import type { Drift } from './drift.ts';
import { bestRuler, type Proportion, type ReliabilityBin, type Ruler, type RulerName } from './evaluation.ts';
import type { PositionEffect } from './positionEffect.ts';
import type { Trust } from './rewardHead.ts';
import { accuracyCeiling } from './selfAgreement.ts';

/** From worst to best. */
export type TrustVerdict = 'contrary' | 'coin' | 'behind-ruler' | 'level-with-ruler' | 'ahead';

export interface TrustSentence {
  readonly verdict: TrustVerdict;
  /** How often the head agrees, with its interval and n. */
  readonly agreement: string;
  /** What that is worth beside a coin and beside the best ruler; empty when no ruler decided a pair. */
  readonly comparison: string;
}

/** Nats that a coin loses on every pair. */
export const COIN_LOSS = Math.LN2;

const RULE: Readonly<Record<RulerName, string>> = {
  longer: 'Picking the longer answer',
  shorter: 'Picking the shorter answer',
  left: 'Always picking the left answer',
  right: 'Always picking the right answer',
};

export function trustSentence(trust: Pick<Trust, 'accuracy' | 'rulers'>): TrustSentence {
  const model = trust.accuracy;
  const ruler = bestRuler(trust.rulers);
  const verdict = verdictOf(model, ruler);
  const only = verdict === 'contrary' ? 'only ' : '';
  return {
    verdict,
    agreement: `Agrees with you on ${only}${percent(model.value)} of unseen pairs (${interval(model)}).`,
    comparison: [coinPart(verdict), rulerPart(verdict, model, ruler)].filter(Boolean).join(' '),
  };
}

function verdictOf(model: Proportion, ruler: Ruler | undefined): TrustVerdict {
  if (whole(model.high) < 50) return 'contrary';
  if (whole(model.low) <= 50) return 'coin';
  if (ruler && whole(ruler.value) >= whole(model.value)) return 'behind-ruler';
  if (ruler && (ruler.high >= model.value || ruler.value >= model.low)) return 'level-with-ruler';
  return 'ahead';
}

function coinPart(verdict: TrustVerdict): string {
  if (verdict === 'coin') return 'It has not learned anything a coin would not do yet.';
  if (verdict === 'contrary')
    return 'A coin would do better: check that the right answers are marked as better.';
  return '';
}

function rulerPart(verdict: TrustVerdict, model: Proportion, ruler: Ruler | undefined): string {
  if (!ruler) return '';
  const rule = RULE[ruler.name];
  const figures = `${percent(ruler.value)} (${interval(ruler)})`;
  const beatsCoin = whole(ruler.low) > 50;
  switch (verdict) {
    case 'contrary':
    case 'coin':
      return beatsCoin ? `${rule} agrees on ${figures}.` : '';
    case 'behind-ruler':
      return whole(ruler.value) === whole(model.value) || ruler.low <= model.value
        ? `${rule} does as well: ${figures}.`
        : `${rule} does better: ${figures}.`;
    case 'level-with-ruler':
      return `${rule} would agree on ${figures}; so far that lead may be chance.`;
    case 'ahead':
      return beatsCoin
        ? `${rule} would agree on ${figures}.`
        : `No simple rule beats a coin; the best, ${lowerFirst(rule)}, agrees on ${figures}.`;
  }
}

/** How steady the person is, and what that leaves a head to reach; empty where no pair was asked twice. */
export function steadinessSentence(agreement: Proportion): string {
  if (agreement.n === 0) return '';
  const [ceiling, low, high] = [agreement.value, agreement.low, agreement.high].map(accuracyCeiling);
  return `Asked again, you agree with yourself on ${percent(agreement.value)} of pairs (${interval(agreement)}): over time no head can agree with you on more than about ${percent(ceiling)} ${percentRange({ low, high })}.`;
}

/** How many verdicts the person stood by later; empty where none was looked at again. */
export function hindsightSentence(agreement: Proportion): string {
  if (agreement.n === 0) return '';
  return `Asked how they turned out, you stood by ${percent(agreement.value)} of your verdicts (${interval(agreement)}).`;
}

/** That the person leans to a side, in words; empty unless the interval leaves no doubt. */
export function positionSentence(effect: PositionEffect | undefined): string {
  if (!effect || (effect.low <= 0 && effect.high >= 0)) return '';
  const isLeft = effect.value > 0;
  const [one, other] = isLeft ? [effect.low, effect.high] : [-effect.high, -effect.low];
  const share = {
    value: sigmoid(Math.abs(effect.value)),
    low: sigmoid(one),
    high: sigmoid(other),
    n: effect.n,
  };
  return `You take the ${isLeft ? 'left' : 'right'} answer more often than the texts explain: on ${percent(share.value)} of pairs that the head finds equal (${interval(share)}). No head sees the sides, so this does not enter the rewards; it makes them harder to learn.`;
}

/** That the person judges differently than before; empty where nothing speaks for it. */
export function driftSentence(drift: Drift | undefined): string {
  if (!drift) return '';
  const { before, lately } = drift;
  return `Your last ${lately.n} choices among pairs drawn by chance go with the earlier ones on ${percent(lately.value)} (${interval(lately)}), before it was ${percent(before.value)} (${interval(before)}). Has your taste changed, or the texts?`;
}

/** The log loss in words, beside a coin's. */
export function lossSentence(trust: Pick<Trust, 'logLoss'>): string {
  const loss = trust.logLoss.toFixed(2);
  const coin = COIN_LOSS.toFixed(2);
  const meaning =
    loss === coin
      ? 'its probabilities tell as much as a coin’s'
      : trust.logLoss < COIN_LOSS
        ? 'lower is better, so its probabilities say something'
        : 'higher is worse, so its probabilities mislead';
  return `Log loss ${loss} nats per pair; a coin gets ${coin}: ${meaning}.`;
}

/** The expected calibration error in words, beside what it would be by chance alone. */
export function calibrationSentence(trust: Pick<Trust, 'expectedCalibrationError' | 'reliability'>): string {
  const size = points(trust.expectedCalibrationError);
  const chance = points(chanceCalibrationError(trust.reliability));
  return `When it names a probability, it is off by ${size} on average (expected calibration error); on so many pairs, chance alone would make that ${chance}.`;
}

/**
 * The calibration error that a perfectly calibrated head would show on these bins: the mean absolute deviation of
 * each bin's share, √(2/π) standard errors (normal approximation), weighted by its pairs.
 */
function chanceCalibrationError(bins: readonly ReliabilityBin[]): number {
  const all = bins.reduce((sum, { observed }) => sum + observed.n, 0);
  return bins.reduce((sum, { predicted, observed }) => {
    const deviation = Math.sqrt(((2 / Math.PI) * predicted * (1 - predicted)) / observed.n);
    return sum + (observed.n / all) * deviation;
  }, 0);
}

function points(share: number): string {
  const count = whole(share);
  return count === 0 ? 'less than a point' : count === 1 ? '1 point' : `${count} points`;
}

/** "74 %", with a narrow space that does not break. */
export function percent(share: number): string {
  return `${whole(share)}\u202f%`;
}

/** "66–81, n = 120", held together where a line would break. */
export function interval(share: Proportion): string {
  return `${whole(share.low)}–\u2060${whole(share.high)}, n\u00a0=\u00a0${share.n.toLocaleString('en')}`;
}

/** "(66–81)", held together where a line would break. */
export function percentRange({ low, high }: { readonly low: number; readonly high: number }): string {
  return `(${whole(low)}–\u2060${whole(high)})`;
}

/** A share in whole percent, as it is shown and compared. */
export function whole(share: number): number {
  return Math.round(share * 100);
}

function lowerFirst(text: string): string {
  return text[0].toLowerCase() + text.slice(1);
}
