/**
 * Circuits to CKKS: the smallest set, the fewest primes, and the scales that keep the required precision.
 *
 * @module
 */
import { unclaimedOperation } from '../analysis.ts';
import type { Circuit, Operation } from '../circuit.ts';
import { EnigmarkError } from '../errors.ts';
import { candidateSets } from '../parameter-choice.ts';
import { assembled } from '../rlwe/compiled.ts';
import { polynomialBytes } from '../rlwe/cost.ts';
import {
  OWN_CONSTANT_NS,
  OWN_OPERAND_LOG2,
  ownConstantBytes,
  ownOperationTime,
  runningKernels,
  setsForKernels,
} from '../rlwe/kernel-choice.ts';
import { tryLower } from '../rlwe/lower.ts';
import { createPrimes } from '../rlwe/primes.ts';
import type { CircuitProgram, RlweParameters } from '../rlwe/program.ts';
import { isRefusal, type Compiled, type Refusal, type Requirement } from '../scheme.ts';
import { encodingTime_ns, operationTime_ns } from './cost.ts';
import type { Deviation } from './deviation.ts';
import { errorModel } from './error-model.ts';
import { lastMultipliers, realLevels } from './levels.ts';
import { operandNorms, type OperandNorms } from './operand-norms.ts';
import { parameterSets } from './parameters.ts';
import { CONFIDENCE, errorDeviations, largestOperand_log2, magnitude, type HeldDeviations } from './precision.ts';

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
  'pick',
]);

/** Scales are tried in steps of a bit within these bounds. */
const INPUT_LOG2 = { least: 14, most: 46 };
const PLAIN_LOG2 = { least: 10, most: 40 };

/** How far the last multipliers' scale is looked for below and above the others'. */
const LAST_PLAIN_LESS = 6;
const LAST_PLAIN_MORE = 8;
/** More than it can gain: scales that are further behind are not followed. */
const LAST_PLAIN_GAIN_BITS = 2;

interface Choice {
  readonly programs: readonly CircuitProgram[];
  readonly precision_bits: number;
}

/** The first set, and in it the fewest primes, with which every output keeps `need.precision_bits`. */
export function compile(circuits: readonly Circuit[], need: Requirement): Compiled | Refusal {
  const unclaimed = unclaimedOperation(circuits, operations);
  if (unclaimed !== null) return unclaimed;
  const served = setsForKernels<RlweParameters>(parameterSets, need);
  if (isRefusal(served)) return served;
  const sets = candidateSets(served, circuits, 1, need);
  if (isRefusal(sets)) return sets;
  const runs = runningKernels(need.kernels);
  const own = runs === 'own';
  const norms = circuits.map(operandNorms);
  let best: Choice | null = null;
  for (const parameters of sets) {
    const primes = createPrimes(parameters.degree, parameters.modulus_bits);
    for (let limbs = 1; limbs < primes.length; limbs++) {
      const choice = bestScales(circuits, norms, parameters, primes, limbs, need, own);
      if (choice === null) continue;
      if (best === null || choice.precision_bits > best.precision_bits) best = choice;
      if (choice.precision_bits < need.precision_bits) continue;
      return assembled(circuits, need, {
        scheme: 'ckks',
        parameters,
        primes,
        plainModulus: null,
        programs: choice.programs,
        runs,
        form: 'points',
        time: own ? ownOperationTime('points') : operationTime_ns,
        vector_ns: encodingTime_ns(parameters),
        constant_ns: own ? OWN_CONSTANT_NS : encodingTime_ns(parameters),
        correctness: { kind: 'approximate', precision_bits: need.precision_bits },
        constantBytes: (left) => (own ? ownConstantBytes(left) : polynomialBytes(parameters.degree, left, 1)),
      });
    }
  }
  return tooLittle(circuits, sets, best, need);
}

/** The most precise scales at that many primes; null where no scale fits. */
function bestScales(
  circuits: readonly Circuit[],
  norms: readonly (readonly OperandNorms[])[],
  parameters: RlweParameters,
  primes: readonly bigint[],
  limbs: number,
  need: Requirement,
  own: boolean,
): Choice | null {
  const data = primes.slice(0, -1).map(Number);
  const model = errorModel(parameters.degree, {
    primes: data,
    special: Number(primes.at(-1)),
    encryption: need.encryption,
    centredDigits: own,
  });
  const last = lastMultipliers(circuits);
  const choiceAt = (input_log2: number, plain_log2: number, last_log2: number): Choice | null => {
    const programs = tryLower(circuits, realLevels(data, { limbs, input_log2, plain_log2 }, { nodes: last, log2: last_log2 }));
    if (programs instanceof EnigmarkError) return null;
    if (own && programs.some((program, at) => largestOperand_log2(program, norms[at]!) > OWN_OPERAND_LOG2)) return null;
    const held: HeldDeviations = new Map();
    let precision_bits = Infinity;
    for (const [at, program] of programs.entries()) {
      const deviations = errorDeviations(program, circuits[at]!, norms[at]!, data, model, held);
      if (deviations === null) return null;
      precision_bits = Math.min(precision_bits, outputPrecision(program, circuits[at]!, deviations));
    }
    return { programs, precision_bits };
  };
  let best: Choice | null = null;
  for (let input_log2 = INPUT_LOG2.least; input_log2 <= INPUT_LOG2.most; input_log2++) {
    for (let plain_log2 = PLAIN_LOG2.least; plain_log2 <= PLAIN_LOG2.most; plain_log2++) {
      let last_log2 = plain_log2;
      let choice = choiceAt(input_log2, plain_log2, last_log2);
      if (last.size > 0) {
        // The larger the better, as long as it fits: from what fits upward, or else downward to what does.
        while (choice === null && last_log2 > plain_log2 - LAST_PLAIN_LESS) choice = choiceAt(input_log2, plain_log2, --last_log2);
        let larger = choice;
        while (
          larger !== null &&
          last_log2 < plain_log2 + LAST_PLAIN_MORE &&
          larger.precision_bits > (best?.precision_bits ?? -Infinity) - LAST_PLAIN_GAIN_BITS
        ) {
          choice = larger;
          larger = choiceAt(input_log2, plain_log2, ++last_log2);
        }
      }
      if (choice !== null && choice.precision_bits > (best?.precision_bits ?? -Infinity)) best = choice;
    }
  }
  return best;
}

/** Bits of the least precise output: its range over the error that `CONFIDENCE` deviations allow. */
function outputPrecision(program: CircuitProgram, circuit: Circuit, deviations: readonly Deviation[]): number {
  const bits = Object.entries(program.outputs).map(([name, register]) => {
    const node = circuit.nodes[circuit.outputs[name]!]!;
    return Math.log2(magnitude(node) / (CONFIDENCE * deviations[register]!.worst));
  });
  return Math.min(...bits);
}

function tooLittle(circuits: readonly Circuit[], sets: readonly RlweParameters[], best: Choice | null, need: Requirement): Refusal {
  const names = sets.map(({ id }) => id).join(', ');
  const circuit = circuits[0]?.id ?? '';
  if (best !== null) {
    const reason = `${names} keeps ${best.precision_bits.toFixed(1)} bits of precision; ${need.precision_bits} are required`;
    return { code: 'PRECISION_TOO_LOW', reason, circuit, node: null };
  }
  // With all primes and small scales only the circuit itself can be in the way.
  const longest = sets.at(-1)!;
  const data = createPrimes(longest.degree, longest.modulus_bits).slice(0, -1).map(Number);
  const scales = { limbs: data.length, input_log2: INPUT_LOG2.least, plain_log2: PLAIN_LOG2.least };
  const obstacle = tryLower(circuits, realLevels(data, scales));
  if (obstacle instanceof EnigmarkError) return { code: obstacle.code, reason: obstacle.message, circuit, node: null };
  return { code: 'OUT_OF_LEVELS', reason: `a value outgrows the modulus of ${names} at every scale`, circuit, node: null };
}
