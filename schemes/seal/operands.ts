/**
 * Plaintext operands of a program, encoded once at their level and scale: the encoded model.
 *
 * @module
 */
import type { Plaintext } from 'node-seal/allows';
import type { Circuit, Node } from '../circuit.ts';
import type { CircuitProgram, Instruction } from '../rlwe/program/program.ts';
import type { Encoding } from './encoding.ts';

/**
 * A row of an affine map: non-zero entries and the bias. Constants are encoded without their sign: SEAL's BFV multiplies by
 * t - |w| for a negative one, which would cost as much noise as a whole vector.
 */
export interface AffineRow {
  readonly terms: readonly { readonly from: number; readonly plain: Plaintext; readonly negative: boolean }[];
  readonly bias: Plaintext | null;
}

export type Operands =
  | { readonly kind: 'affine'; readonly rows: readonly AffineRow[] }
  /** Per output, beside the circuit's terms. */
  | { readonly kind: 'transform'; readonly plains: readonly (readonly Plaintext[])[] }
  | { readonly kind: 'addPlain'; readonly plains: readonly Plaintext[] }
  | { readonly kind: 'none' };

/** Turns a multiplier, in place, into the form that ciphertexts are multiplied in, where that pays. */
export type Transformed = (plain: Plaintext, limbs: number, use: 'vector' | 'constant') => Plaintext;

/** The operands of every instruction of a program, in order. */
export function encodeOperands(
  program: CircuitProgram,
  circuit: Circuit,
  encoding: Encoding,
  transformed: Transformed,
): readonly Operands[] {
  return program.instructions.map((instruction) => operandsOf(instruction, circuit.nodes[instruction.node]!, encoding, transformed));
}

function operandsOf(instruction: Instruction, node: Node, encoding: Encoding, transformed: Transformed): Operands {
  const { limbs, scale } = instruction;
  if (instruction.op === 'addPlain' && node.op === 'addPlain') {
    return { kind: 'addPlain', plains: node.plains.map((values) => encoding.encode(values, limbs, scale)) };
  }
  if (instruction.op === 'transform' && node.op === 'transform') {
    const encode = (values: Float64Array): Plaintext =>
      transformed(encoding.encode(values, limbs, instruction.plainScale), limbs, 'vector');
    return { kind: 'transform', plains: node.outputs.map((terms) => terms.map(({ plain }) => encode(plain))) };
  }
  if (instruction.op === 'affine' && node.op === 'affine') {
    return { kind: 'affine', rows: affineRows(instruction, node, encoding, transformed) };
  }
  return { kind: 'none' };
}

function affineRows(
  { limbs, scale, plainScale }: Extract<Instruction, { op: 'affine' | 'transform' }>,
  { matrix, bias }: Extract<Node, { op: 'affine' }>,
  encoding: Encoding,
  transformed: Transformed,
): readonly AffineRow[] {
  const weights = new Map<number, Plaintext>();
  const weight = (value: number): Plaintext => {
    const known = weights.get(value) ?? transformed(encoding.constant(value, limbs, plainScale), limbs, 'constant');
    weights.set(value, known);
    return known;
  };
  return Array.from({ length: matrix.rows }, (_, row) => {
    const terms: { from: number; plain: Plaintext; negative: boolean }[] = [];
    for (let entry = matrix.offsets[row]!; entry < matrix.offsets[row + 1]!; entry++) {
      const value = encoding.factor(matrix.values[entry]!);
      if (value !== 0) terms.push({ from: matrix.indices[entry]!, plain: weight(Math.abs(value)), negative: value < 0 });
    }
    // A row without weights is one product by zero: its output is a ciphertext all the same.
    if (terms.length === 0) terms.push({ from: 0, plain: weight(0), negative: false });
    const constant = bias[row] ?? 0;
    return { terms, bias: Number(constant) === 0 ? null : encoding.constant(constant, limbs, scale) };
  });
}
