/**
 * Which degree polynomials need in the place of activations. A scheme pays for the degree in levels or in digits, and the network in
 * accuracy; neither is known from the function alone. So the planned network is computed in the clear for degrees that rise, until it
 * keeps what the float one answers to calibration samples.
 *
 * @module
 */
import type { Network } from '../network/network.ts';
import { compileNetwork } from '../network/compiled-network.ts';
import { quantiseInput } from '../network/quantisation.ts';
import { predictedClass } from '../network/reference.ts';
import { isRefusal, type Refusal } from '../../schemes/scheme.ts';
import type { Chain } from '../network/chain.ts';
import { type NetworkPlanning, planNetwork } from './plan-network.ts';
import { outputFacts } from './planned-network.ts';
import { evaluatePlannedSamples, toFloats } from './planned-reference.ts';

/** Degrees double: of all that need as many levels they come nearest to the function. */
const DEGREES = [2, 4, 8, 16] as const;
/** Of classes kept, or of the variance of outputs met: what is lost below it is more than samples vary by. */
export const DEGREE_BOUND = 0.99;
/** Products of one evaluation of all samples; planning takes some five of them. */
const MOST_PRODUCTS = 3e7;
const SAMPLES = { least: 16, most: 128 };

/** How much of the float network a planned one is, over calibration samples. */
export interface Kept {
  /** Of classes the share that stays the same; of numbers the share of their variance that is met, which may be below zero. */
  readonly share: number;
  readonly of: 'classes' | 'variance';
  readonly samples: number;
}

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
 */
export function rankDegrees(search: DegreeSearch): readonly TriedDegree[] | Refusal {
  const limited = fewer(search);
  const run = compileNetwork(search.network);
  const exact = limited.samples.map((sample) => run(sample).slice());
  const tried: TriedDegree[] = [];
  let refusal: Refusal | null = null;
  for (const degree of DEGREES) {
    const kept = keptWith(degree, limited, exact);
    if (isRefusal(kept)) {
      refusal ??= kept;
      break;
    }
    tried.push({ degree, kept });
    if (kept.share >= DEGREE_BOUND) break;
  }
  if (tried.length === 0 && refusal !== null) return refusal;
  return tried.toSorted((a, b) => b.kept.share - a.kept.share || a.degree - b.degree);
}

/** With as many samples as can be afforded, at least `SAMPLES.least`. */
function fewer(search: DegreeSearch): DegreeSearch {
  const { chain, samples, planning } = search;
  const products = chain.reduce((sum, link) => sum + (link.kind === 'linear' ? link.matrix.values.length : 0), 0);
  const most = Math.min(SAMPLES.most, Math.max(SAMPLES.least, Math.floor(MOST_PRODUCTS / Math.max(1, products))));
  const { rule } = planning;
  const measured = rule.bound === 'proven' ? rule : { ...rule, samples: rule.samples.slice(0, most) };
  return { ...search, samples: samples.slice(0, most), planning: { ...planning, rule: measured } };
}

function keptWith(degree: number, { chain, planning, hasClasses, samples }: DegreeSearch, exact: readonly Float64Array[]): Kept | Refusal {
  const planned = planNetwork(chain, { ...planning, degree });
  if (isRefusal(planned)) return planned;
  const { quantisation } = planning;
  const step = outputFacts(planned).step ?? 1;
  const counted = quantisation === null ? samples : samples.map((sample) => quantiseInput(sample, quantisation.input));
  const found = evaluatePlannedSamples(planned, counted).map((layers) => toFloats(layers.at(-1)!).map((value) => value * step));
  if (hasClasses) {
    const same = exact.filter((outputs, at) => predictedClass(outputs) === predictedClass(found[at]!)).length;
    return { share: same / exact.length, of: 'classes', samples: exact.length };
  }
  return { share: metVariance(exact, found), of: 'variance', samples: exact.length };
}

/** 1 where nothing differs, also where outputs do not vary. */
function metVariance(exact: readonly Float64Array[], found: readonly Float64Array[]): number {
  const mean = exact[0]!.map((_, index) => exact.reduce((sum, outputs) => sum + outputs[index]!, 0) / exact.length);
  let [errors, variance] = [0, 0];
  for (const [at, outputs] of exact.entries()) {
    for (const [index, value] of outputs.entries()) {
      errors += (found[at]![index]! - value) ** 2;
      variance += (value - mean[index]!) ** 2;
    }
  }
  return errors === 0 ? 1 : 1 - errors / variance;
}

/** `polynomials of degree up to 8 keep 99.2% of the classes of 128 calibration samples, the least degree that keeps 99%` */
export function degreeWords({ degree, kept: { share, of, samples } }: TriedDegree): string {
  const what = of === 'classes' ? 'of the classes' : 'of the variance of outputs';
  const bound = `${100 * DEGREE_BOUND}%`;
  const held = share >= DEGREE_BOUND ? `the least degree that keeps ${bound}` : `and no degree that can be computed keeps ${bound}`;
  return `polynomials of degree up to ${degree} keep ${(100 * share).toFixed(1)}% ${what} of ${samples} calibration samples, ${held}`;
}
