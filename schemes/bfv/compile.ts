/**
 * Circuits to BFV: the smallest plaintext prime that holds the range, and the first set whose noise budget lasts.
 *
 * @module
 */
import { unclaimedOperation } from '../analysis.ts';
import type { Circuit, Operation } from '../circuit.ts';
import { candidateSets } from '../parameter-choice.ts';
import { assembled } from '../rlwe/compiled.ts';
import { lower } from '../rlwe/lower.ts';
import { plainModulusFor, type PlainModulus } from '../rlwe/plain-modulus.ts';
import { createPrimes } from '../rlwe/primes.ts';
import type { CircuitProgram, RlweParameters } from '../rlwe/program.ts';
import { isRefusal, type Compiled, type Refusal, type Requirement } from '../scheme.ts';
import { operationTime_ns } from './cost.ts';
import { integerLevels } from './levels.ts';
import { outputBudgets_bits } from './noise.ts';
import { parameterSets } from './parameters.ts';

export const operations: ReadonlySet<Operation['op']> = new Set([
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

/** Bits of budget that must be left by the model: it is within a few bits of what SEAL measures. */
const LEAST_BUDGET_BITS = 3;
/** An encoded constant of BFV is one coefficient. */
const CONSTANT_BYTES = 64;

export function compile(circuits: readonly Circuit[], need: Requirement): Compiled | Refusal {
  const unclaimed = unclaimedOperation(circuits, operations);
  if (unclaimed !== null) return unclaimed;
  const sets = candidateSets(parameterSets, circuits, 2, need);
  if (isRefusal(sets)) return sets;
  let most = -Infinity;
  for (const parameters of sets) {
    const modulus = plainModulusFor(circuits, parameters.degree);
    if (isRefusal(modulus)) return modulus;
    const primes = createPrimes(parameters.degree, parameters.modulus_bits);
    const programs = smallestResults(circuits, parameters, primes, modulus, need);
    most = Math.max(most, programs.budget_bits);
    if (programs.budget_bits < LEAST_BUDGET_BITS) continue;
    return assembled(circuits, need, {
      scheme: 'bfv',
      parameters,
      primes,
      plainModulus: modulus.prime,
      programs: programs.lowered,
      form: 'coefficients',
      time: operationTime_ns,
      correctness: { kind: 'exact', failure_log2: null },
      constantBytes: () => CONSTANT_BYTES,
    });
  }
  return {
    code: 'NOISE_BUDGET_EXCEEDED',
    reason: `${sets.map(({ id }) => id).join(', ')} would end ${(LEAST_BUDGET_BITS - most).toFixed(1)} bits short of noise budget`,
    circuit: circuits[0]?.id ?? '',
    node: null,
  };
}

/** Programs whose results keep the fewest primes that the noise allows; all primes where it allows none to go. */
function smallestResults(
  circuits: readonly Circuit[],
  parameters: RlweParameters,
  primes: readonly bigint[],
  { prime }: PlainModulus,
  need: Requirement,
): { readonly lowered: readonly CircuitProgram[]; readonly budget_bits: number } {
  const data = primes.slice(0, -1).map(Number);
  const model = {
    degree: parameters.degree,
    plainModulus: Number(prime),
    primes: data,
    special: Number(primes.at(-1)),
    encryption: need.encryption,
  };
  for (let divisions = data.length - 1; ; divisions--) {
    const lowered = lower(circuits, integerLevels(data.length, divisions));
    const budgets = lowered.flatMap((program, at) => Object.values(outputBudgets_bits(program, circuits[at]!, model)));
    const budget_bits = Math.min(...budgets);
    if (budget_bits >= LEAST_BUDGET_BITS || divisions === 0) return { lowered, budget_bits };
  }
}
