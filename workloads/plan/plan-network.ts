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
import { type Activation, isPolynomial } from '../network/activation.ts';
import type { ActivationLink, Chain, LinearLink } from '../network/chain.ts';
import type { LinearMap } from '../network/linear-map.ts';
import { type InputQuantisation, quantiseInput, roundWeights } from '../network/quantisation.ts';
import { joinColumns, mapColumns, multiplyVector, splitColumns } from '../network/sparse.ts';
import { type Fit, fitActivation } from './polynomial/activation-fit.ts';
import { correctedBias, countedLinear } from './corrected-bias.ts';
import { beforeLayers, behindLayer, type LayersSoFar, type Operands, operandsSoFar } from './layers-so-far.ts';
import { linearRange, linearSamples } from './linear-range.ts';
import type { EvaluatorLayer, PlannedPart, ValueFacts } from './planned-network.ts';
import { degreeOf, fixedPoint, type Polynomial, shifted, stretched } from './polynomial/polynomial.ts';
import { polynomialRange } from './polynomial/polynomial-range.ts';
import { type Interval, assertRange, atLayer, type RangeRule, wholeInterval } from './range.ts';

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
  const pool = chain.find((link) => link.kind === 'activation' && link.compares);
  if (pool !== undefined) {
    const reason = `'${pool.name}' is a round of max pooling, which compares encrypted values; take \`--scheme tfhe\`, where tables do, or \`--activation client\`, or train with average pooling`;
    return refuse('ACTIVATION_UNSUPPORTED', reason);
  }
  const sign = chain.find((link) => link.kind === 'activation' && link.activation === 'sign');
  if (sign !== undefined) {
    const reason = `'${sign.name}' is a sign, which no polynomial comes near at zero; it needs a scheme with tables, or whole numbers and \`--activation client\``;
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
 * Part of a chain, which no sign is in, and how each of its values is read, the input's first. Where the client reads them, the factor and the offset of a last
 * activation are left to it and cost nothing. Refused as `planNetwork` does.
 */
export function planPart(
  chain: Chain,
  planning: NetworkPlanning,
  reader: 'evaluator' | 'client',
): { readonly part: PlannedPart; readonly readings: readonly Reading[] } | Refusal {
  try {
    return new Planner(planning).plan(chain, reader === 'evaluator');
  } catch (error) {
    return refuseError(error, ['RANGE_TOO_LARGE', 'RANGE_ZERO']);
  }
}

/** Far smaller than the error of any scheme. */
const ROUNDING = 2 ** -40;
const AS_IT_IS: Reading = { factor: 1, offset: 0 };

/** A value that was planned. */
interface PlannedValue extends LayersSoFar {
  /** Numbers in it. */
  readonly width: number;
  readonly reading: Reading;
  /** Of the activation that reads it, where it is a sum that was scaled for one. */
  readonly fit: Fit | null;
}

/** What is known of a layer beside it: the activation's fit, and what it makes of calibration samples; null: not yet. */
interface Found {
  readonly fit: Fit | null;
  readonly outputs: readonly Float64Array[] | null;
}

class Planner {
  readonly #planning: NetworkPlanning;
  readonly #layers: EvaluatorLayer[] = [];
  /** Value 0 is the input, value i + 1 is what layer i makes. */
  readonly #values: PlannedValue[];

  constructor(planning: NetworkPlanning) {
    const { quantisation, rule, interval, inputs } = planning;
    this.#planning = planning;
    const counted = quantisation === null ? { step: null, ...interval } : quantisation.input;
    const ofInputs =
      rule.bound === 'proven' || quantisation === null
        ? rule
        : { ...rule, samples: rule.samples.map((sample) => quantiseInput(sample, quantisation.input)) };
    const input = beforeLayers({ step: counted.step, min: counted.min, max: counted.max, bound: 'proven' }, ofInputs);
    this.#values = [{ ...input, width: inputs, reading: AS_IT_IS, fit: null }];
  }

  plan(chain: Chain, endsAsItIs: boolean): { readonly part: PlannedPart; readonly readings: readonly Reading[] } {
    for (const [at, link] of chain.entries()) {
      try {
        if (link.kind === 'linear') this.#linearLink(link, activationOf(chain, at + 1));
        else this.#activationLink(link, endsAsItIs && at === chain.length - 1);
        this.#expectHeld(link.name);
      } catch (error) {
        throw atLayer(error, link.name);
      }
    }
    this.#expectRange();
    const part = { inputs: this.#planning.inputs, input: this.#values[0]!.facts, layers: this.#layers };
    return { part, readings: this.#values.map(({ reading }) => reading) };
  }

  #expectHeld(layer: string): void {
    const { min, max, step } = this.#values.at(-1)!.facts;
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
    const { min, max } = this.#values.at(-1)!.facts;
    if (this.#planning.quantisation !== null || min !== 0 || max !== 0) return;
    throw new EnigmarkError('RANGE_ZERO', {
      expected: 'outputs of which at least one is not zero',
      got: 'zero for every input that ranges were measured on',
      remedy: 'give samples that the network answers to, or take a network whose weights are not all zero',
    });
  }

  #linearLink(link: LinearLink, next: ActivationLink | null): void {
    const read = link.of.map((value) => this.#values[value]!);
    const map = readBy(link, read);
    const operands = operandsSoFar(read);
    const { quantisation, degree } = this.#planning;
    let fit: Fit | null = null;
    let [unit, shift] = [1, 0];
    if (next !== null) {
      // A power is its own polynomial, however far its input reaches.
      const reach = quantisation !== null && isPolynomial(next) ? 1 : reachOf(fittedRange(map, operands));
      fit = fitActivation(next, degree, reach)!;
      if (quantisation === null) unit = reach;
      if (degreeOf(fit.polynomial) === 2) shift = fit.polynomial[1]! / (2 * fit.polynomial[2]! * unit);
    }
    const scaled = {
      matrix: { ...map.matrix, values: map.matrix.values.map((value) => value / unit) },
      bias: map.bias.map((value) => value / unit + shift),
    };
    // x = unit * (v - shift)
    const { name, of } = link;
    const { rule } = operands;
    const { map: counted, step } = this.#counted(scaled, operands);
    const outputs = linearSamples(counted, operands);
    const range = linearRange(counted, operands, step !== null, outputs);
    const layer: EvaluatorLayer = { kind: 'linear', name, of, ...counted, rule, output: { ...range, step, bound: rule.bound } };
    this.#append(layer, operands, { factor: unit, offset: -unit * shift }, { fit, outputs });
  }

  #counted(real: LinearMap, operands: Operands): { readonly map: LinearMap; readonly step: number | null } {
    const { quantisation } = this.#planning;
    if (quantisation === null) return { map: this.#rounded(real, operands), step: null };
    return countedLinear(real, operands, this.#weightBits(quantisation));
  }

  #weightBits({ weightBits }: Quantisation): number {
    if (typeof weightBits === 'number') return weightBits;
    const layer = this.#layers.filter(({ kind }) => kind === 'linear').length;
    const bits = weightBits[layer];
    if (bits === undefined) throw new RangeError(`no bits are given for the weights of linear layer ${layer + 1}`);
    return bits;
  }

  /** Each operand's weights in units of their own: they are summed as products. */
  #rounded(real: LinearMap, operands: Operands): LinearMap {
    const { realWeightBits } = this.#planning;
    if (realWeightBits === null) return real;
    const blocks = splitColumns(
      real.matrix,
      operands.values.map(({ width }) => width),
    );
    const matrix = joinColumns(blocks.map((block) => roundWeights(block, realWeightBits)));
    return { matrix, bias: correctedBias(real, matrix, null, operands) };
  }

  #activationLink(link: ActivationLink, isReadAsItIs: boolean): void {
    const { name, of } = link;
    const value = this.#values[of]!;
    const { reading, facts } = value;
    const fit = value.fit ?? fitActivation(link, this.#planning.degree, reachOf(realInterval(facts, reading)))!;
    const { polynomial, approximates } = fit;
    const ofPlanned = stretched(shifted(polynomial, reading.offset), reading.factor);
    const { kept, ...after } = isReadAsItIs ? { kept: ofPlanned, ...AS_IT_IS } : withoutScale(ofPlanned);
    const output = polynomialFacts(kept, facts);
    const layer: EvaluatorLayer = { kind: 'polynomial', name, of, polynomial: kept, approximates, output };
    this.#append(layer, operandsSoFar([value]), after, { fit: null, outputs: null });
  }

  #append(layer: EvaluatorLayer, operands: Operands, reading: Reading, { fit, outputs }: Found): void {
    const soFar = behindLayer(layer, operands, outputs);
    const width = layer.kind === 'linear' ? layer.matrix.rows : operands.values[0]!.width;
    this.#values.push({ ...soFar, width, reading, fit });
    this.#layers.push({ ...layer, output: soFar.facts });
  }
}

/** The only activation of a value; null where there is none, or another function of it. */
function activationOf(chain: Chain, value: number): ActivationLink | null {
  const [first, ...others] = chain.filter((link) => link.kind === 'activation' && link.of === value) as ActivationLink[];
  return first === undefined || others.some((other) => !isSame(other, first)) ? null : first;
}

function isSame(left: Activation, right: Activation): boolean {
  return left.activation === right.activation && String(left.parameters) === String(right.parameters);
}

/** The link as a map of planned values. */
function readBy({ matrix, bias }: LinearLink, operands: readonly PlannedValue[]): LinearMap {
  const ofColumns = (part: keyof Reading): Float64Array =>
    Float64Array.from(operands.flatMap(({ width, reading }) => new Array<number>(width).fill(reading[part])));
  const [factors, offsets] = [ofColumns('factor'), ofColumns('offset')];
  const raised = offsets.every((offset) => offset === 0) ? null : multiplyVector(matrix, offsets);
  return {
    matrix: mapColumns(matrix, (value, column) => value * factors[column]!),
    bias: bias.map((value, row) => value + (raised?.[row] ?? 0)),
  };
}

/** What an activation behind a map of planned values is fitted on, in real numbers. */
function fittedRange(map: LinearMap, { values, rule }: Operands): Interval {
  const steps = values.flatMap(({ width, facts }) => new Array<number>(width).fill(facts.step ?? 1));
  const counted = { ...map, matrix: mapColumns(map.matrix, (value, column) => value * steps[column]!) };
  const widened = rule.bound === 'proven' ? rule : { ...rule, margin: rule.fitMargin ?? rule.margin };
  return linearRange(counted, { values, rule: widened }, false);
}

function polynomialFacts(polynomial: Polynomial, facts: ValueFacts): ValueFacts {
  const { step } = facts;
  if (step === null) return { ...facts, ...polynomialRange(polynomial, facts) };
  const { integers, exponent } = fixedPoint(polynomial, step);
  const range = polynomialRange(integers, facts);
  assertRange(Math.max(-range.min, range.max));
  return { ...facts, ...wholeInterval(range), step: step ** exponent };
}

/** The largest |x|; 1 where that is zero. */
const reachOf = ({ min, max }: Interval): number => Math.max(-min, max) || 1;

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
