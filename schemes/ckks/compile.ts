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
import { lower } from '../rlwe/lower.ts';
import { createPrimes } from '../rlwe/primes.ts';
import type { CircuitProgram, RlweParameters } from '../rlwe/program.ts';
import { isRefusal, type Compiled, type Refusal, type Requirement } from '../scheme.ts';
import { encodingTime_ns, operationTime_ns } from './cost.ts';
import { realLevels, type Scales } from './levels.ts';
import { parameterSets } from './parameters.ts';
import { CONFIDENCE, errorDeviations, errorModel, magnitude, operandNorms, type OperandNorms } from './precision.ts';

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

interface Choice {
  readonly programs: readonly CircuitProgram[];
  readonly precision_bits: number;
}

/** The first set, and in it the fewest primes, with which every output keeps `need.precision_bits`. */
export function compile(circuits: readonly Circuit[], need: Requirement): Compiled | Refusal {
  const unclaimed = unclaimedOperation(circuits, operations);
  if (unclaimed !== null) return unclaimed;
  const sets = candidateSets(parameterSets, circuits, 1, need);
  if (isRefusal(sets)) return sets;
  const norms = circuits.map(operandNorms);
  let best: Choice | null = null;
  for (const parameters of sets) {
    const primes = createPrimes(parameters.degree, parameters.modulus_bits);
    for (let limbs = 1; limbs < primes.length; limbs++) {
      const choice = bestScales(circuits, norms, parameters, primes, limbs, need);
      if (choice === null) continue;
      if (best === null || choice.precision_bits > best.precision_bits) best = choice;
      if (choice.precision_bits < need.precision_bits) continue;
      return assembled(circuits, need, {
        scheme: 'ckks',
        parameters,
        primes,
        plainModulus: null,
        programs: choice.programs,
        form: 'points',
        time: operationTime_ns,
        encoding_ns: encodingTime_ns(parameters),
        correctness: { kind: 'approximate', precision_bits: need.precision_bits },
        constantBytes: (left) => polynomialBytes(parameters.degree, left, 1),
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
): Choice | null {
  const data = primes.slice(0, -1).map(Number);
  const model = errorModel(parameters.degree, data, Number(primes.at(-1)), need.encryption);
  let best: Choice | null = null;
  for (let input_log2 = INPUT_LOG2.least; input_log2 <= INPUT_LOG2.most; input_log2++) {
    for (let plain_log2 = PLAIN_LOG2.least; plain_log2 <= PLAIN_LOG2.most; plain_log2++) {
      const programs = lowered(circuits, data, { limbs, input_log2, plain_log2 });
      if (programs === null) continue;
      let precision_bits = Infinity;
      for (const [at, program] of programs.entries()) {
        const deviations = errorDeviations(program, circuits[at]!, norms[at]!, data, model);
        precision_bits = deviations === null ? -Infinity : Math.min(precision_bits, outputPrecision(program, circuits[at]!, deviations));
      }
      if (precision_bits > (best?.precision_bits ?? -Infinity)) best = { programs, precision_bits };
    }
  }
  return best;
}

function lowered(circuits: readonly Circuit[], primes: readonly number[], scales: Scales): readonly CircuitProgram[] | null {
  try {
    return lower(circuits, realLevels(primes, scales));
  } catch (error) {
    if (error instanceof EnigmarkError) return null;
    throw error;
  }
}

/** Bits of the least precise output: its range over the error that `CONFIDENCE` deviations allow. */
function outputPrecision(program: CircuitProgram, circuit: Circuit, deviations: readonly number[]): number {
  const bits = Object.entries(program.outputs).map(([name, register]) => {
    const node = circuit.nodes[circuit.outputs[name]!]!;
    return Math.log2(magnitude(node) / (CONFIDENCE * deviations[register]!));
  });
  return Math.min(...bits);
}

function tooLittle(circuits: readonly Circuit[], sets: readonly RlweParameters[], best: Choice | null, need: Requirement): Refusal {
  const names = sets.map(({ id }) => id).join(', ');
  const reason =
    best === null
      ? `the circuit needs more primes than ${names} has, or a value outgrows its modulus at every scale`
      : `${names} keeps ${best.precision_bits.toFixed(1)} bits of precision; ${need.precision_bits} are required`;
  return { code: best === null ? 'OUT_OF_LEVELS' : 'PRECISION_TOO_LOW', reason, circuit: circuits[0]?.id ?? '', node: null };
}
