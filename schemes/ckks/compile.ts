/**
 * Circuits to CKKS: the smallest set, the fewest primes, and the scales that keep the required precision.
 *
 * @module
 */
import { unclaimedOperation } from '../analysis.ts';
import type { Circuit, Operation } from '../circuit.ts';
import { EnigmarkError } from '../errors.ts';
import { candidateSets } from '../parameter-choice.ts';
import { circuitLimbs } from '../rlwe/bootstrap/bootstrap-chain.ts';
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
import { bootstrapError, bootstrapFailure_log2, bootstrapsOf } from './bootstraps.ts';
import { encodingTime_ns, operationTime_ns } from './cost.ts';
import { errorModel } from './error-model.ts';
import { realLevels } from './levels.ts';
import { operandNorms } from './operand-norms.ts';
import { parameterSets } from './parameters.ts';
import { INPUT_LOG2, isHopeful, PLAIN_LOG2, probe, type Search, searchScales, type Choice } from './scale-search.ts';

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
  'bootstrap',
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
  const candidates = candidateSets(served, circuits, 1, need);
  if (isRefusal(candidates)) return candidates;
  const sets = setsForBootstraps(candidates, served, circuits, need);
  if (isRefusal(sets)) return sets;
  const runs = runningKernels(need.kernels);
  const own = runs === 'own';
  const { circuits: distinct, like } = distinctCircuits(circuits);
  const allNorms = circuits.map(operandNorms);
  const norms = distinct.map((_, index) => greatestNorms(allNorms.filter((_norms, at) => like[at] === index)));
  let most_bits = -Infinity;
  let last: Search | null = null;
  let best: { readonly parameters: RlweParameters; readonly search: Search; readonly choice: Choice } | null = null;
  for (const parameters of sets) {
    const { degree } = parameters;
    const primes = createPrimes(degree, parameters.modulus_bits);
    const { data: dataPrimes, special } = splitPrimes(parameters, primes);
    const data = dataPrimes.map(Number);
    const errors = errorModel(degree, { primes: data, specials: special.map(Number), encryption: need.encryption, centredDigits: own });
    const time = own ? ownOperationTime('points', special.length) : operationTime_ns;
    const instructionTime = own ? ownInstructionTime(degree, data, special.length) : (): null => null;
    const { precision_bits } = need;
    const isRenewed = hasBootstraps(circuits);
    const bootstraps = isRenewed ? bootstrapsOf(parameters, data, time, instructionTime) : null;
    const model = isRenewed ? { ...errors, bootstrap: bootstrapError(parameters, data, errors.encoding) } : errors;
    const most = circuitLimbs(parameters);
    const search: Search = {
      ...{ circuits: distinct, norms, degree, primes: data, limbs: most, model },
      ...{ time, instructionTime, precision_bits, bootstraps, mostSent },
    };
    last = search;
    const probed = probe(search);
    if (probed === null) continue;
    most_bits = Math.max(most_bits, probed.precision_bits);
    if (!isHopeful(probed, search)) continue;
    // Fewer primes keep no more bits: they are tried where all do, or may.
    if (probed.precision_bits < precision_bits && probed.limbs < most) {
      const choice = searchScales(search);
      most_bits = Math.max(most_bits, choice?.precision_bits ?? -Infinity);
      if (choice === null || choice.precision_bits < precision_bits) continue;
    }
    for (let { limbs } = probed; limbs <= most; limbs++) {
      const choice = searchScales({ ...search, limbs });
      most_bits = Math.max(most_bits, choice?.precision_bits ?? -Infinity);
      if (choice === null || choice.precision_bits < precision_bits) continue;
      if (best === null || choice.time_ns < best.choice.time_ns) best = { parameters, search, choice };
      break;
    }
  }
  if (best === null) return tooLittle(last!, sets, most_bits);
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
    correctness: {
      ...{ kind: 'approximate', precision_bits: need.precision_bits, modelled_bits: choice.precision_bits },
      ...(hasBootstraps(circuits) ? { failure_log2: bootstrapFailure_log2(parameters, circuits) } : {}),
    },
    constantBytes: (left) => polynomialBytes(parameters.degree, left, 1),
  });
}

function hasBootstraps(circuits: readonly Circuit[]): boolean {
  return circuits.some(({ nodes }) => nodes.some(({ op }) => op === 'bootstrap'));
}

/** Sets whose primes are for bootstrapping are for circuits that do, unless they are asked for. */
function setsForBootstraps(
  candidates: readonly RlweParameters[],
  served: Readonly<Record<string, RlweParameters>>,
  circuits: readonly Circuit[],
  need: Requirement,
): readonly RlweParameters[] | Refusal {
  const isAble = (set: RlweParameters): boolean => set.bootstrap !== undefined;
  if (!hasBootstraps(circuits)) return need.parameters === undefined ? candidates.filter((set) => !isAble(set)) : candidates;
  const able = candidates.filter(isAble);
  const place = { circuit: circuits[0]?.id };
  if (able.length === 0) {
    const others = Object.values(served).filter((set) => isAble(set) && !set.id.startsWith('insecure-'));
    const names = (sets: readonly RlweParameters[]): string => sets.map(({ id, degree }) => `${id} (1 x ${degree / 2})`).join(', ');
    const reason = others.length === 0 ? 'only our kernels bootstrap' : `${names(candidates)} cannot bootstrap; ${names(others)} can`;
    return refuse('BOOTSTRAP_UNSUPPORTED', reason, place);
  }
  const safe = able.filter((set) => bootstrapFailure_log2(set, circuits) <= need.failure_log2);
  if (safe.length > 0) return safe;
  const [failure_log2] = able.map((set) => bootstrapFailure_log2(set, circuits)).sort((a, b) => a - b);
  return refuse(
    'FAILURE_TOO_LIKELY',
    `bootstraps fail with probability 2^${failure_log2!.toFixed(1)}; 2^${need.failure_log2} is allowed`,
    place,
  );
}

/** `last`: the search with the longest chain. */
function tooLittle(last: Search, sets: readonly RlweParameters[], most_bits: number): Refusal {
  const { circuits, primes, limbs, bootstraps, precision_bits } = last;
  const names = sets.map(({ id }) => id).join(', ');
  const place = { circuit: circuits[0]?.id };
  if (most_bits > -Infinity) {
    const reason = `${names} keeps about ${Math.max(0, most_bits).toFixed(0)} bits of precision; ${Number(precision_bits.toFixed(1))} are required`;
    return refuse('PRECISION_TOO_LOW', reason, place);
  }
  // With all primes and small scales only the circuit itself can be in the way.
  const scales = { limbs, input_log2: INPUT_LOG2.least, plain_log2: PLAIN_LOG2.least };
  const renewal = bootstraps === null ? null : { least: bootstraps.least, bootstrap: bootstraps.outlined };
  const obstacle = tryLower(circuits, realLevels(primes, scales, undefined, renewal));
  if (obstacle instanceof EnigmarkError) return refuse(obstacle.code, obstacle.message, place);
  return refuse('OUT_OF_LEVELS', `a value outgrows the modulus of ${names} at every scale`, place);
}
