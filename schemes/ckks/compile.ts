/**
 * Circuits to CKKS: the smallest set, the fewest primes, and the scales that keep the required precision.
 *
 * @module
 */
import { unclaimedOperation } from '../analysis.ts';
import type { Circuit, Operation } from '../circuit.ts';
import { EnigmarkError } from '../errors.ts';
import { candidateSets } from '../parameter-choice.ts';
import { assembled } from '../rlwe/compile/compiled.ts';
import { polynomialBytes } from '../rlwe/compile/cost.ts';
import { OWN_CONSTANT_NS, ownOperationTime, runningKernels, setsForKernels } from '../rlwe/compile/kernel-choice.ts';
import { tryLower } from '../rlwe/program/lower.ts';
import { ownInstructionTime } from '../rlwe/compile/own-switch-time.ts';
import { createPrimes } from '../rlwe/numbers/primes.ts';
import type { RlweParameters } from '../rlwe/program/program.ts';
import { splitPrimes } from '../rlwe/program/special-primes.ts';
import { refuse } from '../refuse.ts';
import { isRefusal, type Compiled, type Refusal, type Requirement } from '../scheme.ts';
import { distinctCircuits, greatestNorms, programsOfAll } from './alike.ts';
import { encodingTime_ns, operationTime_ns } from './cost.ts';
import { errorModel } from './error-model.ts';
import { realLevels } from './levels.ts';
import { operandNorms } from './operand-norms.ts';
import { parameterSets } from './parameters.ts';
import { fewestPrimes, INPUT_LOG2, PLAIN_LOG2, type Search, searchScales, type Choice } from './scale-search.ts';

export const operations: ReadonlySet<Operation['op']> = new Set([
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
  'pick',
]);

/**
 * Of the sets, each with the fewest primes with which every output keeps `need.precision_bits`, the one that is fastest; of equally fast
 * ones the first.
 *
 * @param mostSent Primes that outputs may end with, where another scheme goes on with them.
 */
export function compile(circuits: readonly Circuit[], need: Requirement, mostSent?: number): Compiled | Refusal {
  const unclaimed = unclaimedOperation(circuits, operations);
  if (unclaimed !== null) return unclaimed;
  const served = setsForKernels<RlweParameters>(parameterSets, need);
  if (isRefusal(served)) return served;
  const sets = candidateSets(served, circuits, 1, need);
  if (isRefusal(sets)) return sets;
  const runs = runningKernels(need.kernels);
  const own = runs === 'own';
  const { circuits: distinct, like } = distinctCircuits(circuits);
  const allNorms = circuits.map(operandNorms);
  const norms = distinct.map((_, index) => greatestNorms(allNorms.filter((_norms, at) => like[at] === index)));
  let most_bits = -Infinity;
  let best: { readonly parameters: RlweParameters; readonly search: Search; readonly choice: Choice } | null = null;
  for (const parameters of sets) {
    const { degree } = parameters;
    const primes = createPrimes(degree, parameters.modulus_bits);
    const { data: dataPrimes, special } = splitPrimes(parameters, primes);
    const data = dataPrimes.map(Number);
    const model = errorModel(degree, { primes: data, specials: special.map(Number), encryption: need.encryption, centredDigits: own });
    const time = own ? ownOperationTime('points', special.length) : operationTime_ns;
    const instructionTime = own ? ownInstructionTime(degree, data, special.length) : (): null => null;
    const { precision_bits } = need;
    const search: Search = {
      ...{ circuits: distinct, norms, degree, primes: data, limbs: data.length, model },
      ...{ time, instructionTime, precision_bits, mostSent },
    };
    for (let limbs = fewestPrimes(search) ?? Infinity; limbs <= data.length; limbs++) {
      const choice = searchScales({ ...search, limbs });
      most_bits = Math.max(most_bits, choice?.precision_bits ?? -Infinity);
      if (choice === null || choice.precision_bits < precision_bits) continue;
      if (best === null || choice.time_ns < best.choice.time_ns) best = { parameters, search, choice };
      break;
    }
  }
  if (best === null) return tooLittle(circuits, sets, most_bits, need);
  const { parameters, search, choice } = best;
  return assembled(circuits, need, {
    scheme: 'ckks',
    parameters,
    primes: createPrimes(parameters.degree, parameters.modulus_bits),
    plainModuli: [],
    keysPerPass: false,
    programs: programsOfAll(circuits, like, choice.programs),
    runs,
    form: 'points',
    time: search.time,
    instructionTime: search.instructionTime,
    vector_ns: encodingTime_ns(parameters),
    constant_ns: own ? OWN_CONSTANT_NS : encodingTime_ns(parameters),
    ownNoiseIsLess: true,
    correctness: { kind: 'approximate', precision_bits: need.precision_bits, modelled_bits: choice.precision_bits },
    constantBytes: (left) => polynomialBytes(parameters.degree, left, 1),
  });
}

function tooLittle(circuits: readonly Circuit[], sets: readonly RlweParameters[], most_bits: number, need: Requirement): Refusal {
  const names = sets.map(({ id }) => id).join(', ');
  const place = { circuit: circuits[0]?.id };
  if (most_bits > -Infinity) {
    const reason = `${names} keeps ${most_bits.toFixed(1)} bits of precision; ${need.precision_bits} are required`;
    return refuse('PRECISION_TOO_LOW', reason, place);
  }
  // With all primes and small scales only the circuit itself can be in the way.
  const longest = sets.at(-1)!;
  const data = splitPrimes(longest, createPrimes(longest.degree, longest.modulus_bits)).data.map(Number);
  const scales = { limbs: data.length, input_log2: INPUT_LOG2.least, plain_log2: PLAIN_LOG2.least };
  const obstacle = tryLower(circuits, realLevels(data, scales));
  if (obstacle instanceof EnigmarkError) return refuse(obstacle.code, obstacle.message, place);
  return refuse('OUT_OF_LEVELS', `a value outgrows the modulus of ${names} at every scale`, place);
}
