/**
 * The noise budget of an integer program before it runs: log2 of the largest noise coefficient, followed through the program.
 *
 * Noise is what stands above the message: e in q / t * m + e (BFV), e in m + t * e (BGV). A ciphertext decrypts while it
 * stays below q / 2t; the budget is what is left, in bits. Heuristic coefficients after Costache and Smart, CT-RSA 2016, with
 * six deviations for the greatest of N. Only a product of ciphertexts differs between the schemes. All is modulo one plaintext prime:
 * a plan of several has a model for each, since what BGV multiplies summands by depends on the prime.
 *
 * @module
 */
import { sourceOutputs } from '../../analysis.ts';
import type { Circuit, Node } from '../../circuit.ts';
import type { Kernels } from '../../scheme.ts';
import { balancing_log2, correctionsOf, type Correction, type HeldCorrections } from './corrections.ts';
import { DEVIATIONS, greatest, plainNoise, scaled, sum, type Noise } from './noise-parts.ts';
import { greatestRowSum } from '../../sparse-matrix.ts';
import type { CircuitProgram, Instruction } from '../program/program.ts';

const ERROR_DEVIATION = 3.2;

/** The noise of a product from those of its factors. */
export type ProductNoise = (left: Noise, right: Noise, model: NoiseModel) => Noise;

export interface NoiseModel {
  readonly degree: number;
  readonly plainModulus: number;
  /** Data primes, first to last. */
  readonly primes: readonly number[];
  readonly special: number;
  readonly encryption: 'symmetric' | 'public';
  readonly product: ProductNoise;
  /** Whose code will evaluate. */
  readonly runs: Kernels;
  /** Whether divisions multiply the message modulo t (BGV), so that summands of unlike history have to be made to meet. */
  readonly corrects: boolean;
}

/** The noise of what circuits leave behind, and its correction factors, by `circuit.output`: other circuits may start from it. */
export interface HeldNoise {
  readonly noise: Map<string, Noise>;
  readonly corrections: HeldCorrections;
}

export function nothingHeld(): HeldNoise {
  return { noise: new Map(), corrections: new Map() };
}

/** The noise of an output, and how much of it decryption allows. */
export interface OutputNoise {
  readonly noise: Noise;
  /** log2 of the noise that decrypts wrongly. */
  readonly limit_log2: number;
}

/** By output name. `held` has the outputs of the circuits before, and gets this one's. */
export function outputNoises(
  program: CircuitProgram,
  circuit: Circuit,
  model: NoiseModel,
  held: HeldNoise,
): Readonly<Record<string, OutputNoise>> {
  const noises: Noise[] = [];
  const t = BigInt(model.plainModulus);
  const corrections = model.corrects ? correctionsOf(program, circuit, model.primes.map(BigInt), t, held.corrections) : null;
  for (const instruction of program.instructions) {
    noises.push(noiseOf(instruction, circuit.nodes[instruction.node]!, model, noises, corrections, held.noise));
  }
  for (const [name, register] of Object.entries(program.outputs)) held.noise.set(`${circuit.id}.${name}`, noises[register]!);
  return Object.fromEntries(
    Object.entries(program.outputs).map(([name, register]) => {
      const { limbs } = program.instructions[register]!;
      const modulus_log2 = model.primes.slice(0, limbs).reduce((all, prime) => all + Math.log2(prime), 0);
      return [name, { noise: noises[register]!, limit_log2: modulus_log2 - Math.log2(model.plainModulus) - 1 }];
    }),
  );
}

function noiseOf(
  instruction: Instruction,
  node: Node,
  model: NoiseModel,
  before: readonly Noise[],
  corrections: readonly Correction[] | null,
  held: ReadonlyMap<string, Noise>,
): Noise {
  const { degree, plainModulus } = model;
  const plain_log2 = Math.log2(plainModulus);
  const switched = keySwitch(model, instruction.limbs);
  switch (instruction.op) {
    case 'input': {
      const secret = model.encryption === 'symmetric' ? 1 : Math.sqrt((4 * degree) / 3);
      const fresh = plainNoise(Math.log2(DEVIATIONS * ERROR_DEVIATION * secret));
      return greatest([...sourceOutputs(node, held), fresh]);
    }
    case 'add':
    case 'subtract': {
      const { left, right } = instruction;
      const [left_log2, right_log2] =
        corrections === null ? [0, 0] : balancing_log2(corrections[left]!, corrections[right]!, BigInt(plainModulus), model.runs);
      return sum(scaled(before[left]!, left_log2), scaled(before[right]!, right_log2));
    }
    case 'multiply':
      return model.product(before[instruction.left]!, before[instruction.right]!, model);
    case 'dot': {
      const terms = node.op === 'dot' ? Math.max(1, ...node.outputs.map((of) => of.length)) : 1;
      const product = model.product(before[instruction.left]!, before[instruction.right]!, model);
      return scaled(product, Math.log2(terms) + meeting_log2(terms, corrections, [instruction.left, instruction.right], model));
    }
    case 'rotateSum': {
      const outputs = node.op === 'rotateSum' ? node.outputs : [];
      const terms = Math.max(1, ...outputs.map((of) => of.length));
      const rotated = outputs.some((of) => of.some(({ by }) => by !== 0));
      const summed = scaled(before[instruction.of]!, Math.log2(terms) + meeting_log2(terms, corrections, [instruction.of], model));
      return rotated ? sum(summed, scaled(switched, Math.log2(terms))) : summed;
    }
    case 'relinearize':
    case 'rotate':
    case 'swapRows':
      return sum(before[instruction.of]!, switched);
    case 'fold':
      return (node.op === 'fold' ? node.rotations : []).reduce((noise) => sum(scaled(noise, 1), switched), before[instruction.of]!);
    case 'divide': {
      const divided = model.primes.slice(instruction.limbs, instruction.limbs + instruction.primes);
      const divisor_log2 = divided.reduce((all, prime) => all + Math.log2(prime), 0);
      return sum(scaled(before[instruction.of]!, -divisor_log2), rounding(model, instruction.polynomials));
    }
    case 'addPlain':
      // The plaintext is scaled by q / t and rounded.
      return sum(before[instruction.of]!, plainNoise(0));
    case 'affine': {
      if (node.op !== 'affine') return plainNoise(0);
      return sum(scaled(before[instruction.of]!, Math.log2(Math.max(1, greatestRowSum(node.matrix)))), plainNoise(0));
    }
    case 'transform': {
      if (node.op !== 'transform') return plainNoise(0);
      const terms = node.outputs.reduce((most, of) => Math.max(most, of.length), 1);
      // An encoded vector has random coefficients up to t / 2.
      const product_log2 = plain_log2 + Math.log2(degree) / 2 - 1;
      const rotates = (by: 'baby' | 'giant'): boolean => node.outputs.some((of) => of.some((term) => term[by] !== 0));
      const operand = rotates('baby') ? sum(before[instruction.of]!, switched) : before[instruction.of]!;
      const products = scaled(operand, product_log2 + Math.log2(terms) / 2 + 1);
      return rotates('giant') ? sum(products, scaled(switched, Math.log2(terms))) : products;
    }
    case 'pick':
      return greatest(instruction.from.map(([register]) => before[register]!));
    case 'drop':
      return before[instruction.of]!;
    case 'combine':
    case 'dftFactor':
    case 'sumAutomorphisms':
    case 'raise':
      throw new Error('integers are not bootstrapped');
  }
}

/** log2 of what summands of one bundle are multiplied by until they meet, one after the other: nothing where they are alike. */
function meeting_log2(terms: number, corrections: readonly Correction[] | null, of: readonly number[], model: NoiseModel): number {
  if (corrections === null || of.every((register) => corrections[register] !== null)) return 0;
  return (terms - 1) * balancing_log2(null, null, BigInt(model.plainModulus), model.runs)[0];
}

function keySwitch(model: NoiseModel, limbs: number): Noise {
  const { degree, primes, special } = model;
  const largest = Math.max(...primes.slice(0, limbs));
  // SEAL's digits are uniform from 0 to q: their mean square is q^2 / 3, and that of our centred ones a quarter of it.
  const digits = DEVIATIONS * Math.sqrt(limbs * degree) * (largest / Math.sqrt(3)) * ERROR_DEVIATION;
  return sum(plainNoise(Math.log2(digits / special)), rounding(model, 2));
}

/** Rounding of the mask times a ternary secret. */
function rounding({ degree, corrects, runs }: NoiseModel, polynomials: 2 | 3): Noise {
  // BGV rounds to multiples of t. SEAL always downward: from 0 to 1 in place of around 0, which is four times as much in the mean square.
  const downward_log2 = corrects && runs === 'library' ? 1 : 0;
  // A third polynomial is rounded too, and meets the square of the secret, in which all products but one in N come twice.
  const deviation = polynomials === 2 ? Math.sqrt(degree / 18) : degree * Math.sqrt(2 / 27);
  return plainNoise(Math.log2(DEVIATIONS * deviation) + downward_log2);
}
