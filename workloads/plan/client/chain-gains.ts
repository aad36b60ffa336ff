/**
 * How far an error behind each link of a chain reaches, in real numbers and without any plan: where to cut is chosen before there is one.
 *
 * @module
 */
import { Random } from '../../data/random.ts';
import { functionOf } from '../../network/activation.ts';
import type { Chain } from '../../network/chain.ts';
import { multiplyVector } from '../../network/sparse.ts';

/** As few as show which error grows. */
const SAMPLES = 8;
/** Of the largest value behind the link. */
const ERROR_LOG2 = -10;

type Link = Chain[number];

function evaluateLink(link: Link, values: Float64Array): Float64Array {
  if (link.kind === 'activation') return values.map(functionOf(link));
  return multiplyVector(link.matrix, values).map((sum, row) => sum + link.bias[row]!);
}

/**
 * Behind each link, the largest change of any output over an error of one size and random signs in all values; 1 behind the last.
 *
 * @param samples real inputs
 */
export function chainGains(chain: Chain, samples: readonly Float64Array[]): readonly number[] {
  const random = Random.from(1, 'errors behind links');
  const gains = chain.map((_, at): number => (at === chain.length - 1 ? 1 : 0));
  for (const sample of samples.slice(0, SAMPLES)) {
    let values = sample;
    const behind = chain.map((link) => (values = evaluateLink(link, values)));
    for (let at = 0; at < chain.length - 1; at++) {
      const error = behind[at]!.reduce((most, value) => Math.max(most, Math.abs(value)), 0) * 2 ** ERROR_LOG2;
      if (error === 0) continue;
      const wrong = behind[at]!.map((value) => value + (random.below(2) === 0 ? error : -error));
      const changed = chain.slice(at + 1).reduce<Float64Array>((before, link) => evaluateLink(link, before), wrong);
      const most = changed.reduce((largest, value, output) => Math.max(largest, Math.abs(value - behind.at(-1)![output]!)), 0);
      gains[at] = Math.max(gains[at]!, most / error);
    }
  }
  return gains;
}
