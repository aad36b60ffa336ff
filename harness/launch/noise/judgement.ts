/**
 * Whether a launch of a noisy plan did what was predicted. Two tests, of classes and of squared errors, each of them one-sided: a launch
 * is incorrect where one of them is as bad by chance less than once in 20,000, so that a right launch is called wrong less than once in
 * 10,000.
 *
 * @module
 */
import type { NoisyFigures } from '../../record/figures/noisy-figures.ts';
import type { NoisePrediction } from './prediction.ts';
import { countOtherClass, rootMean, type SampleErrors } from './sample-errors.ts';
import { largeValuesTail, predictiveTail } from './tail-probabilities.ts';

const FALSE_ALARMS = 1e-4;
const TESTS = 2;

export interface NoisyJudgement {
  readonly figures: NoisyFigures;
  /** What is wrong with the outputs, in one line; null: they are as predicted. */
  readonly wrong: string | null;
}

/** Of one sample at least. */
export function judgeNoisy(predicted: NoisePrediction, measured: SampleErrors): NoisyJudgement {
  const { draws, meanSquares } = predicted;
  const samples = measured.meanSquares.length;
  const other = countOtherClass(measured);
  const rmsError = rootMean(measured.meanSquares);
  const chance = {
    agreement: other === null || predicted.otherClass === null ? null : predictiveTail(other, samples, predicted.otherClass, draws),
    error: largeValuesTail(measured.meanSquares, meanSquares),
  };
  const wrong: string[] = [];
  if (!Number.isFinite(rmsError)) wrong.push('a decrypted value is not a number');
  else if (isAlarm(chance.error)) {
    wrong.push(`outputs err by ${rmsError.toPrecision(3)} (root mean square) where ${predicted.rmsError.toPrecision(3)} is predicted`);
  }
  if (chance.agreement !== null && isAlarm(chance.agreement)) {
    wrong.push(`${other} of ${samples} classes are not the planned network's where ${predicted.otherClass} of ${draws} are predicted`);
  }
  const quantile = (share: number): number => Math.sqrt(meanSquares[Math.round(share * (draws - 1))]!);
  return {
    figures: {
      predicted: {
        draws,
        agreement: agreementOf(predicted.otherClass, draws),
        rmsError: predicted.rmsError,
        sampleRmsError: { low: quantile(0.05), median: quantile(0.5), high: quantile(0.95) },
      },
      measured: { samples, agreement: agreementOf(other, samples), rmsError: Number.isFinite(rmsError) ? rmsError : null },
      chance,
    },
    wrong: wrong.length === 0 ? null : `${wrong.join('; ')}: by chance less than once in ${1 / FALSE_ALARMS}`,
  };
}

function isAlarm(chance: number): boolean {
  return !(chance >= FALSE_ALARMS / TESTS);
}

function agreementOf(other: number | null, n: number): number | null {
  return other === null ? null : 1 - other / n;
}
