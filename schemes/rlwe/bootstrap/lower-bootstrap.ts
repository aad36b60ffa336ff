/**
 * A bootstrap as instructions: the values of a ciphertext at its last primes, in one with all primes of the circuit.
 *
 * SlotToCoeff comes first, at few primes: it takes the real slots to coefficients. The modulus is raised, which adds a multiple of the last
 * prime q to every coefficient. CoeffToSlot takes the coefficients back to slots, where EvalMod takes the multiples away: the sine of
 * 2 pi x / q does not see them, and is 2 pi x / q where x is small beside q. That the two maps come in this order keeps EvalMod's error
 * from being summed over all slots; and real slots leave half of the coefficients free, so that one EvalMod does (Cheon, Han, Kim, Kim,
 * Song, EUROCRYPT 2018; Bossuat, Mouchet, Troncoso-Pastoriza, Hubaux, EUROCRYPT 2021).
 *
 * @module
 */
import { orbitRotation, SWAP_ROWS } from '../program/keys.ts';
import type { BootstrapNode, DftFactor, Emit, Place, RlweParameters } from '../program/program.ts';
import { bootstrapChain, bootstrapLevels } from './bootstrap-chain.ts';
import { dftSteps } from './dft-steps.ts';
import { placeOf, ProgramArithmetic, realPlace, type RealPlace } from './program-arithmetic.ts';
import { evaluateSine } from './sine/eval-mod.ts';

/** log2 of q over the largest value, at one scale: a larger one bends values less, and EvalMod's error counts for more. */
export const MODULUS_RATIO_LOG2 = 10;

/**
 * What comes out is `bend(value, turnOf(range))`, with the scale and primes of the place that is returned.
 *
 * @param parameters a set with `bootstrap`
 * @param primes its data primes
 * @param value at no fewer primes than `bootstrapLevels(parameters).slotToCoeff`
 */
export function lowerBootstrap(
  parameters: RlweParameters,
  primes: readonly number[],
  value: Place,
  { node, slots, range }: BootstrapNode,
  emit: Emit,
): Place {
  const chain = bootstrapChain(parameters);
  const levels = bootstrapLevels(parameters);
  const columns = parameters.degree / 2;
  const steps: Lowering = { slots, node, emit };
  const [modulus] = primes as readonly [number];
  const scale = modulus / turnOf(range);

  const coefficients = slotToCoeff(steps, dropped(steps, realPlace(value), levels.slotToCoeff), primes, scale);
  // EvalMod's primes are larger than q, and so may the scale be: rounding errors count less.
  const enlarged = Math.max(1, Math.round(primes[levels.evalMod - 1]! / modulus));
  const raisedTo = { ...placeOf(coefficients), limbs: levels.coeffToSlot, scale: enlarged * modulus };
  let raised = emit({ ...raisedTo, op: 'raise', of: coefficients.result, factor: BigInt(enlarged), node });
  // Multiples of q stand between the coefficients of few slots too: the trace takes them away, and multiplies the others.
  const rotations = doublings(slots, columns).map((by) => orbitRotation(columns, by));
  if (rotations.length > 0) raised = emit({ ...raisedTo, op: 'sumAutomorphisms', of: raised.result, rotations, node });
  const constant = 1 / (2 * chain.sine.range * (columns / slots));
  const complex = coeffToSlot(steps, realPlace(raised), primes, chain.coeffToSlot, constant);
  // The sum with the conjugate: twice the real part.
  const real = emit({ ...placeOf(complex), op: 'sumAutomorphisms', of: complex.result, rotations: [SWAP_ROWS], node });
  const sine = evaluateSine(new ProgramArithmetic(primes, node, emit), realPlace(real), chain.sine);
  // Of the sine's argument 2 pi v scale / q the value is v.
  const ofValues = (sine.scale * 2 * Math.PI * scale) / modulus;
  return emit({ ...placeOf(sine), op: 'combine', terms: [[sine.result, 1n]], constant: 0n, scale: ofValues, node });
}

/** The value that one whole turn of the sine stands for: see `bend`. @param range no value is larger in magnitude */
export function turnOf(range: number): number {
  return 2 ** MODULUS_RATIO_LOG2 * range;
}

/** A bootstrap in the making. */
export interface Lowering {
  readonly slots: number;
  readonly node: number;
  readonly emit: Emit;
}

/** All factors at the same primes, and one division by all but the first of these, to `scale`. */
export function slotToCoeff({ slots, node, emit }: Lowering, value: RealPlace, primes: readonly number[], scale: number): RealPlace {
  const count = value.limbs - 1;
  const divisor = primes.slice(1, value.limbs).reduce((product, prime) => product * prime, 1);
  const plainScale = ((scale * divisor) / value.scale) ** (1 / count);
  let sum: Place = value;
  for (const stages of stageRanges(slots, count)) {
    const factor: DftFactor = { slots, direction: 'slotToCoeff', stages, constant: 1 };
    const place = { ...placeOf(realPlace(sum)), scale: realPlace(sum).scale * plainScale };
    sum = emit({ ...place, op: 'dftFactor', of: sum.result, plainScale, factor, steps: dftSteps(factor), node });
  }
  return realPlace(emit({ ...placeOf(value), op: 'divide', of: sum.result, primes: count, limbs: 1, scale, node }));
}

/** A division after each factor; the scale stays. `constant` is what all together are multiplied by. */
export function coeffToSlot(
  { slots, node, emit }: Lowering,
  value: RealPlace,
  primes: readonly number[],
  count: number,
  constant: number,
): RealPlace {
  return stageRanges(slots, count).reduce((before, stages) => {
    const factor: DftFactor = { slots, direction: 'coeffToSlot', stages, constant: constant ** (1 / count) };
    const place = placeOf(before);
    const limbs = before.limbs - 1;
    const plainScale = primes[limbs]!;
    const scale = before.scale * plainScale;
    const product = emit({ ...place, op: 'dftFactor', of: before.result, scale, plainScale, factor, steps: dftSteps(factor), node });
    return realPlace(emit({ ...place, op: 'divide', of: product.result, primes: 1, limbs, node }));
  }, value);
}

/** log2(slots) stages in so many groups, as equal as can be. */
function stageRanges(slots: number, groups: number): readonly (readonly [first: number, end: number])[] {
  const border = (group: number): number => Math.floor((group * Math.log2(slots)) / groups);
  return Array.from({ length: groups }, (_, group) => [border(group), border(group + 1)] as const);
}

/** first, twice that, and so on, below the end. */
function doublings(first: number, end: number): readonly number[] {
  return first < end ? [first, ...doublings(2 * first, end)] : [];
}

function dropped({ node, emit }: Lowering, value: RealPlace, limbs: number): RealPlace {
  if (value.limbs === limbs) return value;
  return realPlace(emit({ ...placeOf(value), op: 'drop', of: value.result, primes: value.limbs - limbs, limbs, node }));
}
