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
import { OWN_CONSTANT_NS, ownOperationTime, runningKernels, setsForKernels } from './kernel-choice.ts';
import { tryLower } from './lower.ts';
import { MAXIMUM_PRIME_BITS } from './ntt.ts';
import { outputBudgets_bits, type HeldNoise, type NoiseModel, type ProductNoise } from './noise.ts';
import { ownInstructionTime } from './own-switch-time.ts';
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
  const served = setsForKernels(scheme.parameterSets, need);
  if (isRefusal(served)) return served;
  const sets = candidateSets(served, circuits, 2, need);
  if (isRefusal(sets)) return sets;
  const runs = runningKernels(need.kernels);
  const own = runs === 'own';
  let most_bits = -Infinity;
  for (const parameters of sets) {
    const modulus = plainModulusFor(circuits, parameters.degree);
    if (isRefusal(modulus)) return modulus;
    if (need.kernels === 'own' && modulus.prime >= 2n ** BigInt(MAXIMUM_PRIME_BITS)) return tooWide(circuits, modulus.prime);
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
    // One transform modulo t, and one for each prime where operands are kept as point values.
    const vectorTime_ns = (1 + model.primes.length) * transform_ns(parameters.degree);
    return assembled(circuits, need, {
      scheme: scheme.id,
      parameters,
      primes,
      plainModulus: modulus.prime,
      programs: choice.programs,
      runs,
      form: scheme.form,
      time: own ? ownOperationTime(scheme.form) : scheme.time,
      ...(own ? { instructionTime: ownInstructionTime(parameters.degree, model.primes) } : {}),
      vector_ns: vectorTime_ns,
      constant_ns: own ? OWN_CONSTANT_NS : vectorTime_ns,
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
      const programs = tryLower(circuits, integerLevels(limbs, { perProduct, output }));
      if (programs instanceof EnigmarkError) continue;
      const held: HeldNoise = new Map();
      const budgets = programs.flatMap((program, at) => Object.values(outputBudgets_bits(program, circuits[at]!, model, held)));
      const budget_bits = Math.min(...budgets);
      if (budget_bits >= LEAST_BUDGET_BITS) return { programs, budget_bits };
      if (best === null || budget_bits > best.budget_bits) best = { programs, budget_bits };
    }
  }
  return best;
}

function tooWide(circuits: readonly Circuit[], prime: bigint): Refusal {
  const reason = `our kernels take a plaintext modulus of at most ${MAXIMUM_PRIME_BITS} bits; the range needs ${prime.toString(2).length}`;
  return { code: 'RANGE_EXCEEDED', reason, circuit: circuits[0]?.id ?? '', node: null };
}

function tooNoisy(circuits: readonly Circuit[], sets: readonly RlweParameters[], most_bits: number): Refusal {
  const names = sets.map(({ id }) => id).join(', ');
  const circuit = circuits[0]?.id ?? '';
  if (most_bits > -Infinity) {
    const reason = `${names} would end ${(LEAST_BUDGET_BITS - most_bits).toFixed(1)} bits short of noise budget`;
    return { code: 'NOISE_BUDGET_EXCEEDED', reason, circuit, node: null };
  }
  const obstacle = tryLower(circuits, integerLevels(sets.at(-1)!.modulus_bits.length - 1, { perProduct: 0, output: 0 }));
  if (obstacle instanceof EnigmarkError) return { code: obstacle.code, reason: obstacle.message, circuit, node: null };
  return { code: 'OUT_OF_LEVELS', reason: `the circuit needs more primes than ${names} has`, circuit, node: null };
}
