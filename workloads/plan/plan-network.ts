/**
 * From a network's chain to what can be computed under encryption: activations become polynomials, and all that is linear around them
 * moves into the matrices, where it costs nothing.
 *
 * An activation of x is written factor * q(v) + offset with q monic and without a constant. In real arithmetic v is x over its reach, the
 * largest |x| of the range, so that values stay near 1; integers are counted in steps anyway, and v is x. Of a quadratic the linear term
 * moves too: it is completed to the square of v + shift, so that every activation of degree 2 costs one product. The linear layer
 * before takes the reach and the shift, the one behind takes factor and offset.
 *
 * @module
 */
import { EnigmarkError } from '../../schemes/errors.ts';
import { refuse, refuseError } from '../../schemes/refuse.ts';
import { isRefusal, type Refusal } from '../../schemes/scheme.ts';
import type { ActivationLink, Chain, LinearLink } from '../network/chain.ts';
import type { LinearMap } from '../network/linear-map.ts';
import { type InputQuantisation, quantiseInput, quantiseLinear, roundWeights } from '../network/quantisation.ts';
import { multiplyVector } from '../network/sparse.ts';
import { type Fit, fitActivation } from './polynomial/activation-fit.ts';
import { beforeLayers, behindLayer } from './layers-so-far.ts';
import { linearRange } from './linear-range.ts';
import type { EvaluatorLayer, PlannedPart, ValueFacts } from './planned-network.ts';
import { degreeOf, fixedPoint, type Polynomial, shifted, stretched } from './polynomial/polynomial.ts';
import { polynomialRange } from './polynomial/polynomial-range.ts';
import { type Interval, assertRange, type RangeRule, wholeInterval } from './range.ts';

/** How integers are made of real numbers. */
export interface Quantisation {
  readonly input: InputQuantisation;
  /** Of weights, sign included: of all linear layers, or of each in turn. A bit costs the less range the later its layer is. */
  readonly weightBits: number | readonly number[];
}

export interface NetworkPlanning {
  /** Numbers per sample. */
  readonly inputs: number;
  /** Every input value lies within. */
  readonly interval: Interval;
  /** Null: real arithmetic. */
  readonly quantisation: Quantisation | null;
  /** Real weights are rounded to so many bits, sign included; null: they are not. */
  readonly realWeightBits: number | null;
  /** Samples are of real inputs. */
  readonly rule: RangeRule;
  /** Of polynomials that stand for other functions; at least 2. */
  readonly degree: number;
}

/**
 * The chain in the given arithmetic. Refused with ACTIVATION_UNSUPPORTED where no polynomial stands for a function, with RANGE_TOO_LARGE
 * where whole numbers would pass 2^400 or real ones what float64 holds, with RANGE_ZERO where all outputs are zero.
 */
export function planNetwork(chain: Chain, planning: NetworkPlanning): PlannedPart | Refusal {
  const sign = chain.find((link) => link.kind === 'activation' && link.activation === 'sign');
  if (sign !== undefined) {
    const reason = `'${sign.name}' is a sign, which no polynomial comes near at zero; it needs a scheme with tables`;
    return refuse('ACTIVATION_UNSUPPORTED', reason);
  }
  const planned = planPart(chain, planning, 'evaluator');
  return isRefusal(planned) ? planned : planned.part;
}

/** What planned values stand for: real value = factor * planned value + offset. */
export interface Reading {
  readonly factor: number;
  readonly offset: number;
}

/**
 * Part of a chain, which no sign is in, and how its values are read. Where the client reads them, the factor and the offset of a last
 * activation are left to it and cost nothing. Refused as `planNetwork` does.
 */
export function planPart(
  chain: Chain,
  planning: NetworkPlanning,
  reader: 'evaluator' | 'client',
): { readonly part: PlannedPart; readonly reading: Reading } | Refusal {
  try {
    return new Planner(planning).plan(chain, reader === 'evaluator');
  } catch (error) {
    return refuseError(error, ['RANGE_TOO_LARGE', 'RANGE_ZERO']);
  }
}
/** Far smaller than the error of any scheme. */
const ROUNDING = 2 ** -40;

const AS_IT_IS: Reading = { factor: 1, offset: 0 };

class Planner {
  readonly #planning: NetworkPlanning;
  readonly #layers: EvaluatorLayer[] = [];
  readonly #input: ValueFacts;
  /** Of the values planned last. */
  #facts: ValueFacts;
  #rule: RangeRule;
  #reading = AS_IT_IS;
  /** Of the activation behind the linear link planned last. */
  #fit: Fit | null = null;

  constructor(planning: NetworkPlanning) {
    const { quantisation, rule, interval } = planning;
    this.#planning = planning;
    const counted = quantisation === null ? { step: null, ...interval } : quantisation.input;
    this.#rule =
      rule.bound === 'proven' || quantisation === null
        ? rule
        : { ...rule, samples: rule.samples.map((sample) => quantiseInput(sample, quantisation.input)) };
    this.#input = beforeLayers({ step: counted.step, min: counted.min, max: counted.max, bound: 'proven' }, this.#rule).facts;
    this.#facts = this.#input;
  }

  plan(chain: Chain, endsAsItIs: boolean): { readonly part: PlannedPart; readonly reading: Reading } {
    for (const [at, link] of chain.entries()) {
      if (link.kind === 'linear') this.#linearLink(link, chain[at + 1]);
      else this.#activationLink(link, endsAsItIs && at === chain.length - 1);
      this.#expectHeld(link.name);
    }
    this.#expectRange();
    return { part: { inputs: this.#planning.inputs, input: this.#input, layers: this.#layers }, reading: this.#reading };
  }

  #expectHeld(layer: string): void {
    const { min, max, step } = this.#facts;
    // Both the counted values and the real values that they stand for.
    const reach = Math.max(Math.abs(min), Math.abs(max));
    if (Number.isFinite(reach) && Number.isFinite(reach * (step ?? 1))) return;
    throw new EnigmarkError('RANGE_TOO_LARGE', {
      expected: `numbers behind '${layer}' that float64 holds`,
      got: 'larger ones',
      remedy: 'scale the weights down',
    });
  }

  /** Precision is a share of the output's range, which must therefore not be zero. Whole numbers are exact in any range. */
  #expectRange(): void {
    const { min, max } = this.#facts;
    if (this.#planning.quantisation !== null || min !== 0 || max !== 0) return;
    throw new EnigmarkError('RANGE_ZERO', {
      expected: 'outputs of which at least one is not zero',
      got: 'zero for every input that ranges were measured on',
      remedy: 'give samples that the network answers to, or take a network whose weights are not all zero',
    });
  }

  #linearLink(link: LinearLink, next: Chain[number] | undefined): void {
    const map = this.#readBy(link);
    this.#fit = null;
    let [unit, shift] = [1, 0];
    if (next?.kind === 'activation') {
      const reach = reachOf(this.#fittedRange(map));
      this.#fit = fitActivation(next.activation, this.#planning.degree, reach)!;
      const { polynomial } = this.#fit;
      if (this.#planning.quantisation === null) unit = reach;
      if (degreeOf(polynomial) === 2) shift = polynomial[1]! / (2 * polynomial[2]! * unit);
    }
    this.#linear(link.name, {
      matrix: { ...map.matrix, values: map.matrix.values.map((value) => value / unit) },
      bias: map.bias.map((value) => value / unit + shift),
    });
    // x = unit * (v - shift)
    this.#reading = { factor: unit, offset: -unit * shift };
  }

  /** The link as a map of planned values. */
  #readBy({ matrix, bias }: LinearLink): LinearMap {
    const { factor, offset } = this.#reading;
    const raised = offset === 0 ? null : multiplyVector(matrix, new Float64Array(matrix.columns).fill(offset));
    return {
      matrix: { ...matrix, values: matrix.values.map((value) => value * factor) },
      bias: bias.map((value, row) => value + (raised?.[row] ?? 0)),
    };
  }

  /** What an activation behind a map of planned values is fitted on, in real numbers. */
  #fittedRange(map: LinearMap): Interval {
    const step = this.#facts.step ?? 1;
    const counted = { ...map, matrix: { ...map.matrix, values: map.matrix.values.map((value) => value * step) } };
    const rule = this.#rule.bound === 'proven' ? this.#rule : { ...this.#rule, margin: this.#rule.fitMargin ?? this.#rule.margin };
    return linearRange(counted, rule, this.#facts, false);
  }

  #linear(name: string, real: LinearMap): void {
    const { quantisation } = this.#planning;
    const { step } = this.#facts;
    const map = quantisation === null || step === null ? this.#rounded(real) : quantiseLinear(real, step, this.#weightBits(quantisation));
    const product = step === null || map.matrix.step === null ? null : step * map.matrix.step;
    const range = linearRange(map, this.#rule, this.#facts, product !== null);
    const output = { ...range, step: product, bound: this.#rule.bound };
    this.#append({ kind: 'linear', name, ...map, rule: this.#rule, output });
  }

  #weightBits({ weightBits }: Quantisation): number {
    if (typeof weightBits === 'number') return weightBits;
    const layer = this.#layers.filter(({ kind }) => kind === 'linear').length;
    const bits = weightBits[layer];
    if (bits === undefined) throw new RangeError(`no bits are given for the weights of linear layer ${layer + 1}`);
    return bits;
  }

  #rounded(real: LinearMap): LinearMap {
    const { realWeightBits } = this.#planning;
    return realWeightBits === null ? real : { ...real, matrix: roundWeights(real.matrix, realWeightBits) };
  }

  #activationLink({ name, activation }: ActivationLink, isReadAsItIs: boolean): void {
    const reading = this.#reading;
    const fit = this.#fit ?? fitActivation(activation, this.#planning.degree, reachOf(realInterval(this.#facts, reading)))!;
    this.#fit = null;
    const { polynomial, approximates } = fit;
    const ofPlanned = stretched(shifted(polynomial, reading.offset), reading.factor);
    const { kept, ...after } = isReadAsItIs ? { kept: ofPlanned, ...AS_IT_IS } : withoutScale(ofPlanned);
    this.#append({ kind: 'polynomial', name, polynomial: kept, approximates, output: this.#polynomialFacts(kept) });
    this.#reading = after;
  }

  #polynomialFacts(polynomial: Polynomial): ValueFacts {
    const { step } = this.#facts;
    if (step === null) return { ...this.#facts, ...polynomialRange(polynomial, this.#facts) };
    const { integers, exponent } = fixedPoint(polynomial, step);
    const range = polynomialRange(integers, this.#facts);
    assertRange(Math.max(-range.min, range.max));
    return { ...this.#facts, ...wholeInterval(range), step: step ** exponent };
  }

  #append(layer: EvaluatorLayer): void {
    ({ facts: this.#facts, rule: this.#rule } = behindLayer(layer, { facts: this.#facts, rule: this.#rule }));
    this.#layers.push({ ...layer, output: this.#facts });
  }
}

/** The largest |x|; 1 where that is zero. */
function reachOf({ min, max }: Interval): number {
  return Math.max(-min, max) || 1;
}

/** The real values that planned ones stand for. */
function realInterval({ min, max, step }: ValueFacts, { factor, offset }: Reading): Interval {
  const ends = [min, max].map((end) => factor * end * (step ?? 1) + offset);
  return { min: Math.min(...ends), max: Math.max(...ends) };
}

/**
 * polynomial = factor * kept + offset with `kept` monic. A linear term that is no more than rounding, as a completed square leaves, is
 * zero.
 */
function withoutScale(polynomial: Polynomial): Reading & { readonly kept: Polynomial } {
  const [offset, ...rest] = polynomial;
  const factor = rest.at(-1)!;
  const kept = [0, ...rest].map((coefficient) => coefficient / factor);
  return { factor, offset: offset!, kept: kept.map((coefficient) => (Math.abs(coefficient) < ROUNDING ? 0 : coefficient)) };
}
