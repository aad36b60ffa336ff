/**
 * How much of a float network its planned one is, in the clear.
 *
 * @module
 */
import type { Chain } from '../../network/chain.ts';
import { compileNetwork } from '../../network/compiled-network.ts';
import type { Network } from '../../network/network.ts';
import { type InputQuantisation, quantiseInput } from '../../network/quantisation.ts';
import { predictedClass } from '../../network/reference.ts';
import { outputFacts, type PlannedNetwork } from '../planned-network.ts';
import { evaluatePlannedSamples, toFloats } from '../planned-reference.ts';

/** How much of the float network a planned one is, over calibration samples. */
export interface Kept {
  /** Of classes the share that stays the same; of numbers the share of their variance that is met, which may be below zero. */
  readonly share: number;
  readonly of: 'classes' | 'variance';
  readonly samples: number;
}

/** What a planned network is compared on. */
export interface Compared {
  /** Real inputs. */
  readonly samples: readonly Float64Array[];
  /** Outputs of the float network for each. */
  readonly exact: readonly Float64Array[];
  /** Whether outputs are classes: the largest one is the answer. */
  readonly hasClasses: boolean;
}

/** Products of one evaluation of all samples; planning takes some five of them. */
const MOST_PRODUCTS = 3e7;
const SAMPLES = { least: 16, most: 128 };

/** Samples that a planned network can be afforded to be compared on. */
export function samplesFor(chain: Chain): number {
  const products = chain.reduce((sum, link) => sum + (link.kind === 'linear' ? link.matrix.values.length : 0), 0);
  return Math.min(SAMPLES.most, Math.max(SAMPLES.least, Math.floor(MOST_PRODUCTS / Math.max(1, products))));
}

/** The float network on samples. */
export function comparedOn(network: Network, samples: readonly Float64Array[], hasClasses: boolean): Compared {
  const run = compileNetwork(network);
  return { samples, exact: samples.map((sample) => run(sample).slice()), hasClasses };
}

/** @param input how inputs are counted; null: they are not */
export function keptBy(planned: PlannedNetwork, input: InputQuantisation | null, { samples, exact, hasClasses }: Compared): Kept {
  const step = outputFacts(planned).step ?? 1;
  const counted = input === null ? samples : samples.map((sample) => quantiseInput(sample, input));
  const found = evaluatePlannedSamples(planned, counted).map((layers) => toFloats(layers.at(-1)!).map((value) => value * step));
  if (hasClasses) {
    const same = exact.filter((outputs, at) => predictedClass(outputs) === predictedClass(found[at]!)).length;
    return { share: same / exact.length, of: 'classes', samples: exact.length };
  }
  return { share: metVariance(exact, found), of: 'variance', samples: exact.length };
}

/** Less of the variance, and outputs say nothing, even where the largest of them is always the same. */
const LEAST_MET = 1 / 2;

/** As `keptBy`, but of classes whose outputs are lost it is these that count. */
export function keptAtAll(planned: PlannedNetwork, input: InputQuantisation | null, compared: Compared): Kept {
  const kept = keptBy(planned, input, compared);
  const numbers = compared.hasClasses ? keptBy(planned, input, { ...compared, hasClasses: false }) : kept;
  return numbers.share < LEAST_MET ? numbers : kept;
}

/** Of the size of outputs: less is no variation, but the rounding of floats. */
const CONSTANT = 2 ** -40;
/** Of their size, as far as outputs that do not vary may be off. */
const NEAR = 2 ** -6;

/** 1 where nothing differs. Outputs that do not vary are met where they are near. */
function metVariance(exact: readonly Float64Array[], found: readonly Float64Array[]): number {
  const mean = exact[0]!.map((_, index) => exact.reduce((sum, outputs) => sum + outputs[index]!, 0) / exact.length);
  let [errors, variance, size] = [0, 0, 0];
  for (const [at, outputs] of exact.entries()) {
    for (const [index, value] of outputs.entries()) {
      errors += (found[at]![index]! - value) ** 2;
      variance += (value - mean[index]!) ** 2;
      size += value ** 2;
    }
  }
  if (errors === 0) return 1;
  return variance > CONSTANT ** 2 * size ? 1 - errors / variance : Number(errors <= NEAR ** 2 * size);
}

/** `99.2% of the classes of 128 calibration samples` */
export function keptWords({ share, of, samples }: Kept): string {
  const met = share <= 0 ? 'none' : `${(100 * share).toFixed(1)}%`;
  return `${met} ${of === 'classes' ? 'of the classes' : 'of the variance of outputs'} of ${samples} calibration samples`;
}
