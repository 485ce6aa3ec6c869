/**
 * From held-out margins to what may be said about a head. Probabilities are cross-fitted: the temperature of one
 * fold comes from the other folds, so that no pair calibrates itself.
 */
import { fitInverseTemperature } from '../core/calibration.ts';
import {
  accuracy,
  expectedCalibrationError,
  logLoss,
  reliability,
  rulers,
  type RulerCues,
} from '../core/evaluation.ts';
import type { StrengthTrial, Trust } from '../core/rewardHead.ts';

/**
 * @param margins `[pairs]`, margin of every pair under the head that had not seen its prompt, logits, uncalibrated
 * @param foldOfPair `[pairs]`, fold in which the pair was held out
 * @param isControl `[pairs]`, 1 where the pair was not chosen for what it would tell: only those make fair figures
 */
export function assessTrust(
  margins: Float32Array,
  foldOfPair: Uint8Array,
  folds: number,
  cues: RulerCues,
  isControl: Uint8Array,
  strengthCurve?: readonly StrengthTrial[],
): Trust {
  const calibrated = new Float32Array(margins.length);
  for (let fold = 0; fold < folds; fold++) {
    const inverseTemperature = fitInverseTemperature(margins.filter((_, pair) => foldOfPair[pair] !== fold));
    margins.forEach((margin, pair) => {
      if (foldOfPair[pair] === fold) calibrated[pair] = inverseTemperature * margin;
    });
  }
  const fair = calibrated.filter((_, pair) => isControl[pair] === 1);
  const fairCues = {
    longer: cues.longer.filter((_, pair) => isControl[pair] === 1),
    first: cues.first.filter((_, pair) => isControl[pair] === 1),
  };
  return {
    folds,
    accuracy: accuracy(fair),
    logLoss: logLoss(fair),
    expectedCalibrationError: expectedCalibrationError(fair),
    rulers: rulers(fairCues),
    reliability: reliability(fair),
    margins: calibrated,
    strengthCurve,
  };
}
