/**
 * What a program costs on the library's kernels: counts by operation and limbs, predicted time, bytes.
 *
 * @module
 */
import type { Circuit, Node } from '../../circuit.ts';
import type { OperationCounts } from '../../scheme.ts';
import { countName, operationsOf, type Form, type OperationCount } from '../program/operations.ts';
import type { CircuitProgram, Instruction, RlweParameters } from '../program/program.ts';
import { lastUsesOf } from '../program/program.ts';
import { dataPrimeCount, digitCount, specialPrimeCount } from '../program/special-primes.ts';
import type { Runs } from '../program/strip-runs.ts';

function allOperations(programs: readonly CircuitProgram[], circuits: readonly Circuit[], form: Form): readonly OperationCount[] {
  return programs.flatMap((program, at) =>
    program.instructions.flatMap((instruction) => operationsOf(instruction, circuits[at]!.nodes[instruction.node]!, form)),
  );
}

/** Operations of one run of every circuit. */
export function programCounts(programs: readonly CircuitProgram[], circuits: readonly Circuit[], form: Form): OperationCounts {
  const counts: Record<string, number> = {};
  for (const { operation, limbs, times } of allOperations(programs, circuits, form)) {
    if (times > 0) counts[countName(operation, limbs)] = (counts[countName(operation, limbs)] ?? 0) + times;
  }
  return counts;
}

/** Time of one library operation in ns at ring degree N and a number of limbs. */
export type OperationTime = (operation: string, degree: number, limbs: number) => number;

/** Time in ns of an instruction that is more than its operations one by one, or null. */
export type InstructionTime = (instruction: Instruction, node: Node) => number | null;

/** Predicted time of one run of every circuit on one thread. */
export function predictedTime_ns(
  programs: readonly CircuitProgram[],
  circuits: readonly Circuit[],
  form: Form,
  degree: number,
  time: OperationTime,
  whole: InstructionTime = () => null,
): number {
  let sum_ns = 0;
  for (const [at, { instructions }] of programs.entries()) {
    for (const instruction of instructions) {
      const node = circuits[at]!.nodes[instruction.node]!;
      const known_ns = whole(instruction, node);
      if (known_ns !== null) {
        sum_ns += known_ns;
        continue;
      }
      // Matrices and divisions take three polynomials, where two are the rule.
      const more = instruction.op === 'affine' || instruction.op === 'divide' ? instruction.polynomials / 2 : 1;
      for (const { operation, limbs, times } of operationsOf(instruction, node, form))
        sum_ns += more * times * time(operation, degree, limbs);
    }
  }
  return sum_ns;
}

/** A number-theoretic transform of one limb, from 82, 178 and 371 us at N = 4096, 8192, 16384 (node-seal 7.0.0, Node 24, Zen 4). */
export function transform_ns(degree: number): number {
  return 1.66 * degree * Math.log2(degree);
}

/** Taking a number from several primes to another, for each of its terms: a share of a transform of our kernels (N = 32768). */
const CONVERSION_SHARE = 0.11;

/** Conversions between primes of a key switch, as many transforms as they take; a single prime needs none. */
export function conversionsAsTransforms(conversions: number, specialPrimes: number): number {
  return specialPrimes === 1 ? 0 : CONVERSION_SHARE * (specialPrimes + 1) * conversions;
}

/** A key switch of k primes takes d (k + s) transforms for d digits and 2 (s + k) for the division by s special primes, and a third more. */
export function keySwitch_ns(degree: number, limbs: number, specialPrimes = 1): number {
  const digits = digitCount(limbs, specialPrimes) * (limbs + specialPrimes);
  const conversions = conversionsAsTransforms(digits - limbs + 2 * limbs, specialPrimes);
  return 1.3 * transform_ns(degree) * (digits + 2 * (limbs + specialPrimes) + conversions);
}

/** Bytes of a ciphertext or plaintext in memory. */
export function polynomialBytes(degree: number, limbs: number, polynomials: number): number {
  return degree * limbs * polynomials * 8;
}

/** Bytes of the same where every residue takes the bits of its prime, of which there are `modulus_bits`. */
export function packedBytes(degree: number, modulus_bits: readonly number[], polynomials: number): number {
  return Math.ceil((degree * polynomials * modulus_bits.reduce((sum, bits) => sum + bits, 0)) / 8);
}

/** A key-switching key in memory, as the client makes it: two polynomials over the whole chain for each digit. */
export function keyBytes(parameters: RlweParameters): number {
  return keyDigits(parameters) * polynomialBytes(parameters.degree, parameters.modulus_bits.length, 2);
}

/** Digits of a key that serves all data primes. */
export function keyDigits(parameters: RlweParameters): number {
  return digitCount(dataPrimeCount(parameters), specialPrimeCount(parameters));
}

/** The most bytes of ciphertexts alive at once while the programs run one after the other. */
export function peakCiphertextBytes(programs: readonly CircuitProgram[], degree: number, runs: readonly Runs[] = []): number {
  let peak = 0;
  for (const [which, program] of programs.entries()) {
    const { instructions } = program;
    const lastUses = lastUsesOf(program);
    let alive = 0;
    for (let first = 0; first < instructions.length; first++) {
      const last = runs[which]?.get(first) ?? first;
      alive += bundleBytes(instructions[last]!, degree);
      peak = Math.max(peak, alive);
      for (let at = first; at <= last; at++) {
        for (const register of lastUses[at]!) {
          const gone = instructions[register]!;
          // Inputs stay with the caller until they are released.
          if (gone.op !== 'input' && !(register >= first && register < last)) alive -= bundleBytes(gone, degree);
        }
      }
      first = last;
    }
  }
  return peak;
}

function bundleBytes(instruction: Instruction, degree: number): number {
  return instruction.op === 'pick' ? 0 : instruction.width * polynomialBytes(degree, instruction.limbs, instruction.polynomials);
}

/** Plaintext operands kept encoded; `perPlain` gives the bytes of one. Equal constants of an affine map are kept once. */
export function plainCount(node: Node): number {
  switch (node.op) {
    case 'affine':
      return (
        new Set(node.matrix.values.map(Math.abs)).size +
        Array.from<number | bigint>(node.bias).filter((value) => Number(value) !== 0).length
      );
    case 'transform':
      return node.outputs.reduce((sum, terms) => sum + terms.length, 0);
    case 'addPlain':
      return node.plains.length;
    default:
      return 0;
  }
}
