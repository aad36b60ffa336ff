/**
 * How far an error in each value of a chain reaches, in real numbers and without any plan: where to cut is chosen before there is one.
 *
 * @module
 */
import { Random } from '../../data/random.ts';
import type { Chain } from '../../network/chain.ts';
import { continueChain } from '../../network/chain-values.ts';

/** As few as show which error grows. */
const SAMPLES = 8;
/** Of the largest value. */
const ERROR_LOG2 = -10;

/**
 * Of each value, 0 being the input, the largest change of any output over an error of one size and random signs in all of its numbers; 1
 * of the last. What was made before the error came in stays as it was, also what is read later.
 *
 * @param samples real inputs
 */
export function chainGains(chain: Chain, samples: readonly Float64Array[]): readonly number[] {
  const random = Random.from(1, 'errors behind links');
  const gains = Array.from({ length: chain.length + 1 }, (_, value): number => (value === chain.length ? 1 : 0));
  for (const sample of samples.slice(0, SAMPLES)) {
    const values = continueChain(chain, [sample]);
    for (let value = 0; value < chain.length; value++) {
      const error = values[value]!.reduce((most, number) => Math.max(most, Math.abs(number)), 0) * 2 ** ERROR_LOG2;
      if (error === 0) continue;
      const wrong = values[value]!.map((number) => number + (random.below(2) === 0 ? error : -error));
      const changed = continueChain(chain, [...values.slice(0, value), wrong]).at(-1)!;
      const most = changed.reduce((largest, number, output) => Math.max(largest, Math.abs(number - values.at(-1)![output]!)), 0);
      gains[value] = Math.max(gains[value]!, most / error);
    }
  }
  return gains;
}
