/**
 * Circuits to an integer scheme: plaintext primes that hold the range, and a set whose noise budget lasts. BFV and BGV differ in how
 * a product's noise grows, in where they divide, and in what their keys depend on.
 *
 * @module
 */
import { unclaimedOperation } from '../../analysis.ts';
import type { Circuit, Operation } from '../../circuit.ts';
import { EnigmarkError } from '../../errors.ts';
import { candidateSets } from '../../parameter-choice.ts';
import { refuse } from '../../refuse.ts';
import { isRefusal, type Compiled, type Refusal, type Requirement } from '../../scheme.ts';
import { assembled, type Lowered } from './compiled.ts';
import { transform_ns, type OperationTime } from './cost.ts';
import { integerLevels } from '../program/integer-levels.ts';
import { OWN_CONSTANT_NS, ownOperationTime, runningKernels, setsForKernels } from './kernel-choice.ts';
import { tryLower } from '../program/lower.ts';
import { marginsOf } from './integer-margins.ts';
import type { NoiseModel, ProductNoise } from './noise.ts';
import { ownInstructionTime } from './own-switch-time.ts';
import { MOST_PLAIN_BITS, plainModuli, widestRange } from '../numbers/plain-moduli.ts';
import { createPrimes } from '../numbers/primes.ts';
import type { CircuitProgram, RlweParameters } from '../program/program.ts';
import type { Form } from '../program/operations.ts';

/** Claims of both integer schemes. */
export const integerOperations: ReadonlySet<Operation['op']> = new Set([
  'input',
  'add',
  'subtract',
  'multiply',
  'dot',
  'affine',
  'addPlain',
  'transform',
  'fold',
  'rotate',
  'rotateSum',
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
  /** As in `NoiseModel`. */
  readonly corrects: boolean;
  /** Whether errors of keys are multiples of the plaintext prime, so that every prime needs keys of its own. */
  readonly keysPerPass: boolean;
  /** Bytes of an encoded constant. */
  readonly constantBytes: (degree: number, limbs: number) => number;
}

/** Bits of budget that a plan must have left: the model may differ by a few bits from what SEAL measures. */
const LEAST_BUDGET_BITS = 3;

/** With more plaintext primes a plan would take too long. */
const MOST_PASSES = 12;

interface Choice {
  readonly programs: readonly CircuitProgram[];
  /** Of the poorest output modulo any plaintext prime. */
  readonly budget_bits: number;
  /** As in `Margins`. */
  readonly failure_log2: number;
}

/**
 * Of each set with the right number of slots, the plan with the fewest plaintext primes whose noise budgets last; of these plans, the
 * quickest.
 */
export function compileIntegers(circuits: readonly Circuit[], need: Requirement, scheme: IntegerScheme): Compiled | Refusal {
  const unclaimed = unclaimedOperation(circuits, integerOperations);
  if (unclaimed !== null) return unclaimed;
  const served = setsForKernels(scheme.parameterSets, need);
  if (isRefusal(served)) return served;
  const sets = candidateSets(served, circuits, 2, need);
  if (isRefusal(sets)) return sets;
  const widest = widestRange(circuits);
  if (typeof widest !== 'bigint') return widest;
  let best: Compiled | null = null;
  let refusal: Refusal | null = null;
  let most_bits = -Infinity;
  let fits = false;
  for (const parameters of sets) {
    const primes = createPrimes(parameters.degree, parameters.modulus_bits);
    const [smallest] = plainModuli(0n, parameters.degree, 1, primes)!;
    for (let passes = 1; passes <= MOST_PASSES; passes++) {
      const moduli = plainModuli(widest, parameters.degree, passes, primes);
      if (moduli === null) continue;
      fits = true;
      const choice = smallestResults(circuits, noiseModels(scheme, parameters, primes, moduli, need), scheme.divisionsPerProduct, need);
      most_bits = Math.max(most_bits, choice?.budget_bits ?? -Infinity);
      if (choice === null) break;
      if (!lasts(choice, need)) {
        // The primes cannot become smaller, so that more of them do not lower the noise.
        if (moduli[0] === smallest) break;
        continue;
      }
      const compiled = assembled(circuits, need, loweredTo(choice, primes, need, scheme, parameters, moduli));
      if (isRefusal(compiled)) refusal = compiled;
      else if (best === null || compiled.estimate.evaluate_ns! < best.estimate.evaluate_ns!) best = compiled;
      break;
    }
  }
  return best ?? refusal ?? (fits ? tooNoisy(circuits, sets, most_bits, need) : tooWide(circuits, widest));
}

/** Whether the noise leaves what the model needs and the caller allows. */
function lasts({ budget_bits, failure_log2 }: Choice, need: Requirement): boolean {
  return budget_bits >= LEAST_BUDGET_BITS && failure_log2 <= need.failure_log2;
}

/**
 * One for each plaintext prime.
 * @param primes The set's, the special one last.
 */
export function noiseModels(
  { product, corrects }: IntegerScheme,
  { degree }: RlweParameters,
  primes: readonly bigint[],
  moduli: readonly bigint[],
  { encryption, kernels }: Requirement,
): readonly NoiseModel[] {
  const ring = { degree, primes: primes.slice(0, -1).map(Number), special: Number(primes.at(-1)) };
  return moduli.map((modulus) => ({
    ...ring,
    plainModulus: Number(modulus),
    runs: runningKernels(kernels),
    encryption,
    product,
    corrects,
  }));
}

/** A choice as `assembled` takes it. */
export function loweredTo(
  { programs, failure_log2 }: Choice,
  primes: readonly bigint[],
  need: Requirement,
  scheme: IntegerScheme,
  parameters: RlweParameters,
  moduli: readonly bigint[],
): Lowered {
  const { degree } = parameters;
  const own = runningKernels(need.kernels) === 'own';
  // One transform modulo t, and one for each prime where operands are kept as point values.
  const vectorTime_ns = primes.length * transform_ns(degree);
  return {
    scheme: scheme.id,
    parameters,
    primes,
    plainModuli: moduli,
    keysPerPass: scheme.keysPerPass,
    programs,
    runs: runningKernels(need.kernels),
    form: scheme.form,
    time: own ? ownOperationTime(scheme.form) : scheme.time,
    ...(own ? { instructionTime: ownInstructionTime(degree, primes.slice(0, -1).map(Number)) } : {}),
    vector_ns: vectorTime_ns,
    constant_ns: own ? OWN_CONSTANT_NS : vectorTime_ns,
    ownNoiseIsLess: scheme.corrects,
    correctness: { kind: 'exact', failure_log2 },
    constantBytes: (limbs) => scheme.constantBytes(degree, limbs),
  };
}

/**
 * Programs whose results keep the fewest primes that the noise allows. Where it allows nothing, the choice with the greatest
 * budget; null where the chain is too short for every way to divide.
 */
function smallestResults(
  circuits: readonly Circuit[],
  models: readonly NoiseModel[],
  divisionsPerProduct: readonly number[],
  need: Requirement,
): Choice | null {
  const limbs = models[0]!.primes.length;
  let best: Choice | null = null;
  for (const perProduct of divisionsPerProduct) {
    for (let output = limbs - 1; output >= 0; output--) {
      const programs = tryLower(circuits, integerLevels(limbs, { perProduct, output }));
      if (programs instanceof EnigmarkError) continue;
      const choice = { programs, ...marginsOf(programs, circuits, models) };
      if (lasts(choice, need)) return choice;
      if (best === null || choice.budget_bits > best.budget_bits) best = choice;
    }
  }
  return best;
}

function tooWide(circuits: readonly Circuit[], widest: bigint): Refusal {
  const reason = `values up to 2^${widest.toString(2).length} are beyond ${MOST_PASSES} plaintext primes of ${MOST_PLAIN_BITS} bits`;
  return refuse('RANGE_EXCEEDED', reason, { circuit: circuits[0]?.id });
}

function tooNoisy(circuits: readonly Circuit[], sets: readonly RlweParameters[], most_bits: number, need: Requirement): Refusal {
  const names = sets.map(({ id }) => id).join(', ');
  const place = { circuit: circuits[0]?.id };
  if (most_bits >= LEAST_BUDGET_BITS) {
    const reason = `no plan of ${names} is sure to fail at most once in 2^${-need.failure_log2} runs`;
    return refuse('NOISE_BUDGET_EXCEEDED', reason, place);
  }
  if (most_bits > -Infinity) {
    const reason = `${names} would end ${(LEAST_BUDGET_BITS - most_bits).toFixed(1)} bits short of noise budget`;
    return refuse('NOISE_BUDGET_EXCEEDED', reason, place);
  }
  const obstacle = tryLower(circuits, integerLevels(sets.at(-1)!.modulus_bits.length - 1, { perProduct: 0, output: 0 }));
  if (obstacle instanceof EnigmarkError) return refuse(obstacle.code, obstacle.message, place);
  return refuse('OUT_OF_LEVELS', `the circuit needs more primes than ${names} has`, place);
}
