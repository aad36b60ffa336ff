/**
 * Circuits to an integer scheme: the smallest plaintext prime that holds the range, and the first set whose noise budget
 * lasts. BFV and BGV differ in how a product's noise grows and in where they divide.
 *
 * @module
 */
import { unclaimedOperation } from '../analysis.ts';
import type { Circuit, Operation } from '../circuit.ts';
import { EnigmarkError } from '../errors.ts';
import { candidateSets } from '../parameter-choice.ts';
import { isRefusal, type Compiled, type Refusal, type Requirement } from '../scheme.ts';
import { assembled } from './compiled.ts';
import { transform_ns, type Form, type OperationTime } from './cost.ts';
import { integerLevels } from './integer-levels.ts';
import { lower } from './lower.ts';
import { outputBudgets_bits, type NoiseModel, type ProductNoise } from './noise.ts';
import { plainModulusFor } from './plain-modulus.ts';
import { createPrimes } from './primes.ts';
import type { CircuitProgram, RlweParameters } from './program.ts';

/** Claims of both integer schemes. */
export const integerOperations: ReadonlySet<Operation['op']> = new Set([
  'input',
  'add',
  'subtract',
  'multiply',
  'affine',
  'addPlain',
  'transform',
  'fold',
  'rotate',
  'swapRows',
  'pick',
]);

export interface IntegerScheme {
  readonly id: string;
  readonly parameterSets: Readonly<Record<string, RlweParameters>>;
  readonly form: Form;
  readonly time: OperationTime;
  readonly product: ProductNoise;
  /** Primes to divide by between two products, in the order to try. */
  readonly divisionsPerProduct: readonly number[];
  /** Bytes of an encoded constant. */
  readonly constantBytes: (degree: number, limbs: number) => number;
}

/** Bits of budget that must be left by the model: it is within a few bits of what SEAL measures. */
const LEAST_BUDGET_BITS = 3;

interface Choice {
  readonly programs: readonly CircuitProgram[];
  /** Of the poorest output. */
  readonly budget_bits: number;
}

export function compileIntegers(circuits: readonly Circuit[], need: Requirement, scheme: IntegerScheme): Compiled | Refusal {
  const unclaimed = unclaimedOperation(circuits, integerOperations);
  if (unclaimed !== null) return unclaimed;
  const sets = candidateSets(scheme.parameterSets, circuits, 2, need);
  if (isRefusal(sets)) return sets;
  let most_bits = -Infinity;
  for (const parameters of sets) {
    const modulus = plainModulusFor(circuits, parameters.degree);
    if (isRefusal(modulus)) return modulus;
    const primes = createPrimes(parameters.degree, parameters.modulus_bits);
    const model: NoiseModel = {
      degree: parameters.degree,
      plainModulus: Number(modulus.prime),
      primes: primes.slice(0, -1).map(Number),
      special: Number(primes.at(-1)),
      encryption: need.encryption,
      product: scheme.product,
    };
    const choice = smallestResults(circuits, model, scheme.divisionsPerProduct);
    most_bits = Math.max(most_bits, choice?.budget_bits ?? -Infinity);
    if (choice === null || choice.budget_bits < LEAST_BUDGET_BITS) continue;
    return assembled(circuits, need, {
      scheme: scheme.id,
      parameters,
      primes,
      plainModulus: modulus.prime,
      programs: choice.programs,
      form: scheme.form,
      time: scheme.time,
      // One transform modulo t, and one for each prime where operands are kept as point values.
      encoding_ns: (1 + model.primes.length) * transform_ns(parameters.degree),
      correctness: { kind: 'exact', failure_log2: null },
      constantBytes: (limbs) => scheme.constantBytes(parameters.degree, limbs),
    });
  }
  return tooNoisy(circuits, sets, most_bits);
}

/**
 * Programs whose results keep the fewest primes that the noise allows. Where it allows nothing, the choice with the greatest
 * budget; null where the chain is too short for every way to divide.
 */
function smallestResults(circuits: readonly Circuit[], model: NoiseModel, divisionsPerProduct: readonly number[]): Choice | null {
  const limbs = model.primes.length;
  let best: Choice | null = null;
  for (const perProduct of divisionsPerProduct) {
    for (let output = limbs - 1; output >= 0; output--) {
      const programs = lowered(circuits, limbs, perProduct, output);
      if (programs === null) continue;
      const budgets = programs.flatMap((program, at) => Object.values(outputBudgets_bits(program, circuits[at]!, model)));
      const budget_bits = Math.min(...budgets);
      if (budget_bits >= LEAST_BUDGET_BITS) return { programs, budget_bits };
      if (best === null || budget_bits > best.budget_bits) best = { programs, budget_bits };
    }
  }
  return best;
}

function lowered(circuits: readonly Circuit[], limbs: number, perProduct: number, output: number): readonly CircuitProgram[] | null {
  try {
    return lower(circuits, integerLevels(limbs, { perProduct, output }));
  } catch (error) {
    if (error instanceof EnigmarkError) return null;
    throw error;
  }
}

function tooNoisy(circuits: readonly Circuit[], sets: readonly RlweParameters[], most_bits: number): Refusal {
  const names = sets.map(({ id }) => id).join(', ');
  const reason =
    most_bits === -Infinity
      ? `the circuit needs more primes than ${names} has`
      : `${names} would end ${(LEAST_BUDGET_BITS - most_bits).toFixed(1)} bits short of noise budget`;
  return { code: most_bits === -Infinity ? 'OUT_OF_LEVELS' : 'NOISE_BUDGET_EXCEEDED', reason, circuit: circuits[0]?.id ?? '', node: null };
}
