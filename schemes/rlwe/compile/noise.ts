/**
 * The noise budget of an integer program before it runs: log2 of the largest noise coefficient, followed through the program.
 *
 * Noise is what stands above the message: e in q / t * m + e (BFV), e in m + t * e (BGV). A ciphertext decrypts while it
 * stays below q / 2t; the budget is what is left, in bits. Heuristic coefficients after Costache and Smart, CT-RSA 2016, with
 * six deviations for the greatest of N. Only a product of ciphertexts differs between the schemes.
 *
 * @module
 */
import { heldBefore } from '../../analysis.ts';
import type { Circuit, Node } from '../../circuit.ts';
import { balancing_log2, correctionsOf, type Correction, type HeldCorrections } from './corrections.ts';
import type { CircuitProgram, Instruction } from '../program/program.ts';

const ERROR_DEVIATION = 3.2;
const DEVIATIONS = 6;

/** log2 of the noise of a product from those of its factors. */
export type ProductNoise = (left_log2: number, right_log2: number, model: NoiseModel) => number;

export interface NoiseModel {
  readonly degree: number;
  readonly plainModulus: number;
  /** Data primes, first to last. */
  readonly primes: readonly number[];
  readonly special: number;
  readonly encryption: 'symmetric' | 'public';
  readonly product: ProductNoise;
  /** Whether divisions multiply the message modulo t (BGV), so that summands of unlike history have to be made to meet. */
  readonly corrects: boolean;
}

/** log2 of the noise of what circuits leave behind, and its correction factors, by `circuit.output`: other circuits may start from it. */
export interface HeldNoise {
  readonly noise_log2: Map<string, number>;
  readonly corrections: HeldCorrections;
}

export function nothingHeld(): HeldNoise {
  return { noise_log2: new Map(), corrections: new Map() };
}

/** Budgets in bits by output name. `held` has the outputs of the circuits before, and gets this one's. */
export function outputBudgets_bits(
  program: CircuitProgram,
  circuit: Circuit,
  model: NoiseModel,
  held: HeldNoise = nothingHeld(),
): Readonly<Record<string, number>> {
  const noise: number[] = [];
  const t = BigInt(model.plainModulus);
  const corrections = model.corrects ? correctionsOf(program, circuit, model.primes.map(BigInt), t, held.corrections) : null;
  for (const instruction of program.instructions) {
    noise.push(noise_log2(instruction, circuit.nodes[instruction.node]!, model, noise, corrections, held.noise_log2));
  }
  for (const [name, register] of Object.entries(program.outputs)) held.noise_log2.set(`${circuit.id}.${name}`, noise[register]!);
  return Object.fromEntries(
    Object.entries(program.outputs).map(([name, register]) => {
      const { limbs } = program.instructions[register]!;
      const modulus_log2 = model.primes.slice(0, limbs).reduce((sum, prime) => sum + Math.log2(prime), 0);
      return [name, modulus_log2 - Math.log2(model.plainModulus) - 1 - noise[register]!];
    }),
  );
}

function noise_log2(
  instruction: Instruction,
  node: Node,
  model: NoiseModel,
  before: readonly number[],
  corrections: readonly Correction[] | null,
  held: ReadonlyMap<string, number>,
): number {
  const { degree, plainModulus } = model;
  const plain_log2 = Math.log2(plainModulus);
  const switched = keySwitch_log2(model, instruction.limbs);
  switch (instruction.op) {
    case 'input': {
      const secret = model.encryption === 'symmetric' ? 1 : Math.sqrt((4 * degree) / 3);
      const fresh = Math.log2(DEVIATIONS * ERROR_DEVIATION * secret);
      return Math.max(...heldBefore(node, held), fresh);
    }
    case 'add':
    case 'subtract': {
      const { left, right } = instruction;
      const [left_log2, right_log2] =
        corrections === null ? [0, 0] : balancing_log2(corrections[left]!, corrections[right]!, BigInt(plainModulus));
      return sum_log2(before[left]! + left_log2, before[right]! + right_log2);
    }
    case 'multiply':
      return model.product(before[instruction.left]!, before[instruction.right]!, model);
    case 'relinearize':
    case 'rotate':
    case 'swapRows':
      return sum_log2(before[instruction.of]!, switched);
    case 'fold':
      return (node.op === 'fold' ? node.rotations : []).reduce((noise) => sum_log2(noise + 1, switched), before[instruction.of]!);
    case 'divide': {
      const divided = model.primes.slice(instruction.limbs, instruction.limbs + instruction.primes);
      return sum_log2(
        before[instruction.of]! - divided.reduce((sum, prime) => sum + Math.log2(prime), 0),
        rounding_log2(degree, instruction.polynomials),
      );
    }
    case 'addPlain':
      // The plaintext is scaled by q / t and rounded.
      return sum_log2(before[instruction.of]!, 0);
    case 'affine': {
      if (node.op !== 'affine') return 0;
      const { matrix } = node;
      const sums = Array.from({ length: matrix.rows }, (_, row) =>
        matrix.values.subarray(matrix.offsets[row], matrix.offsets[row + 1]).reduce((sum, value) => sum + Math.abs(value), 0),
      );
      return sum_log2(before[instruction.of]! + Math.log2(Math.max(1, ...sums)), 0);
    }
    case 'transform': {
      if (node.op !== 'transform') return 0;
      const terms = Math.max(...node.outputs.map((of) => of.length));
      // An encoded vector has random coefficients up to t / 2.
      const product = sum_log2(before[instruction.of]!, switched) + plain_log2 + Math.log2(degree) / 2 - 1;
      return sum_log2(product + Math.log2(terms) / 2 + 1, switched + Math.log2(terms));
    }
    case 'pick':
      return Math.max(...instruction.from.map(([register]) => before[register]!));
    case 'drop':
      return before[instruction.of]!;
  }
}

function keySwitch_log2({ degree, primes, special }: NoiseModel, limbs: number): number {
  const largest = Math.max(...primes.slice(0, limbs));
  const digits = DEVIATIONS * Math.sqrt(limbs * degree) * (largest / Math.sqrt(12)) * ERROR_DEVIATION;
  return sum_log2(Math.log2(digits / special), rounding_log2(degree, 2));
}

/** Rounding of the mask times a ternary secret. */
function rounding_log2(degree: number, polynomials: 2 | 3): number {
  // A third polynomial is rounded too, and meets the square of the secret.
  return Math.log2(DEVIATIONS * (polynomials === 2 ? Math.sqrt(degree / 18) : degree / Math.sqrt(27)));
}

function sum_log2(a: number, b: number): number {
  return Math.max(a, b) + Math.log2(1 + 2 ** -Math.abs(a - b));
}
