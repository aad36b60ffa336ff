/**
 * The most memory that an evaluator takes, before it runs: keys, encoded model, ciphertexts, and what its kernels need for themselves.
 *
 * @module
 */
import type { Circuit, Node } from '../../circuit.ts';
import type { Kernels } from '../../scheme.ts';
import { keyBytes, keyDigits, peakCiphertextBytes, plainCount, polynomialBytes } from './cost.ts';
import { MAXIMUM_PRIME_BITS } from '../ring/ntt.ts';
import { dataPrimeCount, digitCount, specialPrimeCount } from '../program/special-primes.ts';
import type { CircuitProgram, DftStep, Instruction, NeededKeys, RlweParameters } from '../program/program.ts';
import { stripRuns } from '../program/strip-runs.ts';
import { WINDOWS_PER_THREAD } from '../kernel/task-queue.ts';

export interface EvaluatorContents {
  readonly parameters: RlweParameters;
  readonly programs: readonly CircuitProgram[];
  readonly keys: NeededKeys;
  /** One for each pass; none for CKKS. */
  readonly plainModuli: readonly bigint[];
  readonly passes: number;
  readonly keysPerPass: boolean;
  /** Bytes of the library's encoded constant of an affine map at a number of limbs. */
  readonly constantBytes: (limbs: number) => number;
  /** Whose code runs. */
  readonly runs: Kernels;
  readonly threads: number;
  /** Whether ciphertexts rest as coefficients: BFV. */
  readonly coefficients: boolean;
}

/** node-seal's wasm instance starts at 16 MiB, and neither throws nor returns near 4 GiB (measured), so plans stay below. */
const LIBRARY_BYTES = 16 * 2 ** 20;
const LIBRARY_LIMIT_BYTES = 3.5 * 2 ** 30;
/** Tables of one SEAL context. */
const CONTEXT_BYTES_PER_COEFFICIENT_AND_PRIME = 400;
/** Ours starts at 1 MiB, has four tables for each prime, and grows by an eighth. */
const OWN_BYTES = 2 ** 20;
const OWN_LIMIT_BYTES = 3.9 * 2 ** 30;
/** Up to here keys fill it, where some have to stay outside. */
const SHARED_LIMIT_BYTES = 3.5 * 2 ** 30;
const TABLE_BYTES_PER_COEFFICIENT = 32;
const GROWTH = 9 / 8;
/** Our matrices hold a double and at most a word for each entry; blocks of memory are whole cache lines. */
const OWN_ENTRY_BYTES = 12;
const OWN_ROW_BYTES = 256;
/** Working memory of a run of strips, without its lists of addresses. */
const STRIP_BYTES = 2 ** 20;

/** Bytes that one wasm instance has for an evaluator. */
export function instanceLimit_bytes(runs: Kernels): number {
  return runs === 'own' ? OWN_LIMIT_BYTES : LIBRARY_LIMIT_BYTES;
}

/** Bytes in the evaluator's wasm instance, and of keys outside of it. */
export interface EvaluatorMemory {
  readonly instance_bytes: number;
  readonly keys_bytes: number;
}

/**
 * With all keys in wasm memory, if they fit. Else as many as do not stay outside, and room is left for a digit as it is read, or the digits
 * of one key modulo a prime as they are used, by every task at the same time.
 */
export function evaluatorMemory(contents: EvaluatorContents, circuits: readonly Circuit[]): EvaluatorMemory {
  const instance_bytes = peakEvaluator_bytes(contents, circuits);
  const fits = instance_bytes <= instanceLimit_bytes(contents.runs);
  if (fits || contents.runs === 'library') return { instance_bytes, keys_bytes: 0 };
  const { degree, modulus_bits } = contents.parameters;
  const tasks = contents.threads === 1 ? 1 : WINDOWS_PER_THREAD * contents.threads;
  const used_bytes = tasks * polynomialBytes(degree, keyDigits(contents.parameters), 2);
  const staged_bytes = Math.max(polynomialBytes(degree, modulus_bits.length, 2), used_bytes);
  const missing_bytes = (instance_bytes - SHARED_LIMIT_BYTES) / GROWTH + staged_bytes;
  const keys_bytes = Math.ceil(Math.min(ownKeys_bytes(contents), missing_bytes));
  return { instance_bytes: Math.ceil(instance_bytes - GROWTH * (keys_bytes - staged_bytes)), keys_bytes };
}

function ownKeys_bytes({ keys, keysPerPass, parameters, passes }: EvaluatorContents): number {
  const levels = [...keys.rotations.map(([, limbs]) => limbs), keys.relinearization];
  const special = specialPrimeCount(parameters);
  const bytesAt = (limbs: number): number => digitCount(limbs, special) * polynomialBytes(parameters.degree, limbs + special, 2);
  const { encapsulation } = keys;
  // One digit modulo all primes, and one modulo two of them.
  const encapsulation_bytes = encapsulation === undefined ? 0 : polynomialBytes(parameters.degree, encapsulation + special + 2, 2);
  return (keysPerPass ? passes : 1) * levels.reduce((sum, limbs) => sum + bytesAt(limbs), encapsulation_bytes);
}

export function peakEvaluator_bytes(contents: EvaluatorContents, circuits: readonly Circuit[]): number {
  const { parameters, programs, keys } = contents;
  const { degree, modulus_bits } = parameters;
  const form = contents.coefficients ? 'coefficients' : 'points';
  const runs = contents.runs === 'own' ? programs.map((program, at) => stripRuns(program, circuits[at]!.nodes, form)) : [];
  const ciphertexts_bytes = peakCiphertextBytes(programs, degree, runs);
  const model_bytes = modelBytes(contents, circuits);
  // The library has keys and operands of one pass at a time; ours are small, and stay.
  const passes = contents.runs === 'own' ? contents.passes : 1;
  const held = passes * model_bytes + ciphertexts_bytes;
  if (contents.runs === 'library') {
    const count = keys.rotations.length + (keys.relinearization > 0 ? 1 : 0);
    const context_bytes = CONTEXT_BYTES_PER_COEFFICIENT_AND_PRIME * degree * modulus_bits.length;
    return LIBRARY_BYTES + context_bytes + count * keyBytes(parameters) + held;
  }
  const special = specialPrimeCount(parameters);
  const keys_bytes = ownKeys_bytes(contents);
  const auxiliary = contents.coefficients ? auxiliaryPrimes(contents) : 0;
  // Each pass has tables modulo its plaintext prime, and to multiply.
  const tables = modulus_bits.length + (contents.plainModuli.length > 0 ? passes * (1 + auxiliary) : 0);
  const tables_bytes = TABLE_BYTES_PER_COEFFICIENT * degree * tables;
  // A permutation of values is half a word for each, one of coefficients a whole word.
  const permutations_bytes = keys.rotations.length * degree * (contents.coefficients ? 6 : 2);
  const windows = contents.threads === 1 ? 0 : WINDOWS_PER_THREAD * contents.threads;
  const ring = { degree, coefficients: contents.coefficients, auxiliary, specialPrimes: special, spread: windows > 0 };
  const room = (polynomials: Polynomials): number => polynomialBytes(degree, greediest(programs, circuits, polynomials, ring), 1);
  const scratch_bytes = room(scratchPolynomials) + windows * room(windowPolynomials);
  return Math.ceil(GROWTH * (OWN_BYTES + tables_bytes + permutations_bytes + keys_bytes + held + scratch_bytes));
}

/** Primes that BFV's products are extended to: they hold 4 t N q. */
function auxiliaryPrimes({ parameters, plainModuli }: EvaluatorContents): number {
  const { degree, modulus_bits } = parameters;
  const q_bits = modulus_bits.slice(0, dataPrimeCount(parameters)).reduce((sum, bits) => sum + bits, 0);
  return Math.ceil((2 + Math.log2(Number(plainModuli.at(-1) ?? 1n)) + Math.log2(degree) + q_bits) / (MAXIMUM_PRIME_BITS - 1 / 2));
}

function modelBytes({ programs, parameters, constantBytes, runs }: EvaluatorContents, circuits: readonly Circuit[]): number {
  const special = specialPrimeCount(parameters);
  let bytes = factorBytes(programs, parameters);
  for (const [at, program] of programs.entries()) {
    for (const { op, node: index, limbs } of program.instructions) {
      const node = circuits[at]!.nodes[index]!;
      if (op !== node.op) continue;
      if (runs === 'own' && node.op === 'affine') {
        bytes += OWN_ENTRY_BYTES * node.matrix.values.length + OWN_ROW_BYTES * node.matrix.rows;
        continue;
      }
      // Our transforms multiply inner products modulo the special primes too.
      const kept = runs === 'own' && op === 'transform' ? limbs + special : limbs;
      bytes += plainCount(node) * (op === 'affine' ? constantBytes(limbs) : polynomialBytes(parameters.degree, kept, 1));
    }
  }
  return bytes;
}

/** Of the matrices of bootstrapping: several instructions share one. */
function factorBytes(programs: readonly CircuitProgram[], parameters: RlweParameters): number {
  const special = specialPrimeCount(parameters);
  const plains = programs.flatMap(({ instructions }) =>
    instructions.flatMap((instruction) => {
      if (instruction.op !== 'dftFactor') return [];
      const { factor, limbs, plainScale, steps } = instruction;
      return [
        [JSON.stringify([factor, limbs, plainScale]), steps.length * polynomialBytes(parameters.degree, limbs + special, 1)] as const,
      ];
    }),
  );
  return [...new Map(plains).values()].reduce((sum, bytes) => sum + bytes, 0);
}

/** What working memory depends on beside the instruction. */
interface Ring {
  readonly degree: number;
  readonly coefficients: boolean;
  /** Primes that BFV's products are extended to. */
  readonly auxiliary: number;
  readonly specialPrimes: number;
  /** Whether several threads share the work on one ciphertext: the digits of a key switch are then there modulo all primes at once. */
  readonly spread: boolean;
}

/** Polynomials that an instruction needs as working memory. */
type Polynomials = (instruction: Instruction, node: Node, ring: Ring) => number;

/** The most working memory that any instruction needs. */
function greediest(programs: readonly CircuitProgram[], circuits: readonly Circuit[], polynomials: Polynomials, ring: Ring): number {
  const all = programs.flatMap(({ instructions }, at) =>
    instructions.map((instruction) => polynomials(instruction, circuits[at]!.nodes[instruction.node]!, ring)),
  );
  return Math.max(0, ...all);
}

/** Sums modulo the extended level, digits, moved addends, and remainders of a division. */
function keySwitchPolynomials(limbs: number, { specialPrimes, spread }: Ring): number {
  const digits = digitCount(limbs, specialPrimes);
  const alone = 2 * (limbs + specialPrimes) + 4 * limbs + 6 + (spread ? digits * (limbs + specialPrimes) : 0);
  // Terms of digits and remainders that come from several primes.
  return specialPrimes === 1 ? alone : alone + limbs + digits + 4 * (specialPrimes + 1);
}

/**
 * Working memory of one task: wide bundles are shared out by ciphertexts, others by primes; a transform has its rotations modulo a prime.
 */
const windowPolynomials: Polynomials = (instruction, node, ring) => {
  const { limbs, op, width } = instruction;
  if (op === 'transform' || op === 'dftFactor') return limbs + rotationPolynomials(instruction, node);
  if (op === 'affine' || width > 1) return scratchPolynomials(instruction, node, { ...ring, spread: false });
  return 2 * limbs + ring.auxiliary + 4;
};

const scratchPolynomials: Polynomials = (instruction, node, ring) => {
  const { degree, coefficients, auxiliary, specialPrimes } = ring;
  const { limbs, op } = instruction;
  const keySwitch = keySwitchPolynomials(limbs, ring);
  switch (op) {
    case 'rotate':
    case 'swapRows':
    case 'relinearize':
      return keySwitch;
    case 'fold':
    case 'sumAutomorphisms':
      return 2 * keySwitch;
    case 'raise':
      return 2 * (limbs + specialPrimes) + keySwitch;
    case 'rotateSum':
      // Sums and what is added to them, of every result at the same time.
      return instruction.width * (4 * limbs + 2 * specialPrimes) + keySwitch;
    case 'dot':
      return coefficients ? 9 * (limbs + auxiliary) + 6 * limbs : limbs;
    case 'multiply':
      return coefficients ? 9 * (limbs + auxiliary) : 0;
    case 'divide':
      return 2 * limbs + 4;
    case 'transform':
    case 'dftFactor': {
      const outputs = rotatedTerms(instruction, node);
      const groups = outputs.reduce((sum, terms) => sum + new Set(terms.map(({ giant }) => giant)).size, 0);
      const inputs = coefficients && node.op === 'transform' ? new Set(node.outputs.flat().map(({ from }) => from)).size : 1;
      return groups * 2 * (limbs + specialPrimes) + rotationPolynomials(instruction, node) + inputs * 2 * limbs + 2 * keySwitch;
    }
    case 'affine':
      return STRIP_BYTES / (8 * degree);
    default:
      return 0;
  }
};

/** The rotations of an input modulo one prime, and its multiples by the product of the special primes. */
function rotationPolynomials(instruction: Instruction, node: Node): number {
  return (
    2 *
      new Set(
        rotatedTerms(instruction, node)
          .flat()
          .map(({ baby }) => baby),
      ).size +
    2
  );
}

/** Terms in baby and giant steps; none where the instruction has no such. */
function rotatedTerms(instruction: Instruction, node: Node): readonly (readonly DftStep[])[] {
  if (instruction.op === 'dftFactor') return [instruction.steps];
  return instruction.op === 'transform' && node.op === 'transform' ? node.outputs : [];
}
