/**
 * Which degree polynomials need in the place of activations. A scheme pays for the degree in levels or in digits, and the network in
 * accuracy; neither is known from the function alone. So the planned network is computed in the clear for degrees that rise, until it
 * keeps what the float one answers to calibration samples.
 *
 * @module
 */
import { isRefusal, type Refusal } from '../../../schemes/scheme.ts';
import type { Chain } from '../../network/chain.ts';
import type { Network } from '../../network/network.ts';
import { type NetworkPlanning, planNetwork } from '../plan-network.ts';
import { type Compared, comparedOn, type Kept, keptAtAll, keptWords, samplesFor } from './kept.ts';

/** Degrees double: of all that need as many levels they come nearest to the function. */
const DEGREES = [2, 4, 8, 16] as const;
/** Of classes kept, or of the variance of outputs met: what is lost below it is more than samples vary by. */
export const DEGREE_BOUND = 0.99;

export interface TriedDegree {
  readonly degree: number;
  readonly kept: Kept;
}

export interface DegreeSearch {
  readonly network: Network;
  readonly chain: Chain;
  /** How the network is planned, whatever the degree. */
  readonly planning: Omit<NetworkPlanning, 'degree'>;
  /** Whether outputs are classes: the largest one is the answer. */
  readonly hasClasses: boolean;
  /** Real inputs. */
  readonly samples: readonly Float64Array[];
}

/**
 * Degrees, the one to plan with first: the least that keeps `DEGREE_BOUND`. Behind it those that fall short, the better ones first, for
 * schemes that do not bear it. Degrees whose whole numbers would outgrow all bounds are left out; where all do, the first refusal.
 *
 * @param degrees rising
 */
export function rankDegrees(search: DegreeSearch, degrees: readonly number[] = DEGREES): readonly TriedDegree[] | Refusal {
  const { compared, chain, planning } = limited(search);
  const tried: TriedDegree[] = [];
  let refusal: Refusal | null = null;
  for (const degree of degrees) {
    const planned = planNetwork(chain, { ...planning, degree });
    if (isRefusal(planned)) {
      refusal ??= planned;
      break;
    }
    const kept = keptAtAll(planned, planning.quantisation?.input ?? null, compared);
    tried.push({ degree, kept });
    if (kept.share >= DEGREE_BOUND) break;
  }
  if (tried.length === 0 && refusal !== null) return refusal;
  return tried.toSorted((a, b) => b.kept.share - a.kept.share || a.degree - b.degree);
}

/** With as many samples as can be afforded. */
function limited({ network, chain, samples, planning, hasClasses }: DegreeSearch): Pick<DegreeSearch, 'chain' | 'planning'> & {
  readonly compared: Compared;
} {
  const most = samplesFor(chain);
  const { rule } = planning;
  const measured = rule.bound === 'proven' ? rule : { ...rule, samples: rule.samples.slice(0, most) };
  return { chain, planning: { ...planning, rule: measured }, compared: comparedOn(network, samples.slice(0, most), hasClasses) };
}

/** `polynomials of degree up to 8 keep 99.2% of the classes of 128 calibration samples, the least degree that keeps 99%` */
export function degreeWords({ degree, kept }: TriedDegree): string {
  const bound = `${100 * DEGREE_BOUND}%`;
  const held = kept.share >= DEGREE_BOUND ? `the least degree that keeps ${bound}` : `and no degree that can be computed keeps ${bound}`;
  return `polynomials of degree up to ${degree} keep ${keptWords(kept)}, ${held}`;
}
