/**
 * Plaintext operands of one instruction, encoded at its level and scale.
 *
 * @module
 */
import type { Node } from '../../circuit.ts';
import type { Chain } from '../ring/chain.ts';
import { positiveRotation } from '../program/keys.ts';
import type { Encoder, Plaintext } from './plaintext.ts';
import type { CircuitProgram, Instruction } from '../program/program.ts';
import type { DftFactors } from './prepare-dft-factor.ts';
import type { PreparedTransform } from './transform.ts';
import { type PreparedMatrix, prepareMatrix } from './matrix-product.ts';

/** A plaintext to add: encoded for a correction factor of the ciphertext, which only BGV varies. */
export type Addend = (correction: bigint) => Plaintext;

export type Prepared =
  | { readonly kind: 'none' }
  | { readonly kind: 'addPlain'; readonly plains: readonly Addend[] }
  | { readonly kind: 'affine'; readonly matrix: PreparedMatrix }
  | { readonly kind: 'transform'; readonly transform: PreparedTransform };

/** Operands by instruction. */
export function prepareOperands(
  chain: Chain,
  encoder: Encoder,
  factors: DftFactors,
  program: CircuitProgram,
  nodes: readonly Node[],
): readonly Prepared[] {
  return program.instructions.map((instruction) => {
    const node = nodes[instruction.node]!;
    if (instruction.op === 'dftFactor') return { kind: 'transform', transform: factors.prepare(instruction) };
    if (instruction.op === 'addPlain' && node.op === 'addPlain') {
      const { scale, limbs } = instruction;
      return {
        kind: 'addPlain',
        plains: node.plains.map((values) => addend((correction) => encoder.addend(values, scale, limbs, correction))),
      };
    }
    if (instruction.op === 'affine' && node.op === 'affine') return prepareAffine(chain, encoder, instruction, node);
    if (instruction.op === 'transform' && node.op === 'transform') {
      return { kind: 'transform', transform: prepareTransform(chain, encoder, instruction, node, program.shape.columns) };
    }
    return { kind: 'none' };
  });
}

/** Encoded at once for the usual correction factor 1, and for another factor when a ciphertext first has it. */
function addend<T>(encode: (correction: bigint) => T): (correction: bigint) => T {
  const known = new Map([[1n, encode(1n)]]);
  return (correction) => {
    const plain = known.get(correction) ?? encode(correction);
    known.set(correction, plain);
    return plain;
  };
}

function prepareAffine(
  chain: Chain,
  encoder: Encoder,
  { limbs, scale, plainScale }: Extract<Instruction, { op: 'affine' | 'transform' }>,
  { matrix, bias }: Extract<Node, { op: 'affine' }>,
): Prepared {
  // Weights that round to zero stay: rows that read the same columns share their work.
  const rows = Array.from({ length: matrix.rows }, (_, row) => {
    const [first, end] = [matrix.offsets[row]!, matrix.offsets[row + 1]!];
    return {
      columns: matrix.indices.subarray(first, end),
      weights: Array.from(matrix.values.subarray(first, end), (value) => encoder.constantFactor(value, plainScale)),
    };
  });
  const biases = Array.from<number | bigint>(bias);
  const addends = biases.every((value) => Number(value) === 0)
    ? null
    : addend((correction) => biases.map((value) => encoder.constantAddend(value, scale, limbs, correction)));
  return { kind: 'affine', matrix: prepareMatrix(chain, rows, matrix.columns, addends) };
}

function prepareTransform(
  chain: Chain,
  encoder: Encoder,
  { limbs, plainScale }: Extract<Instruction, { op: 'affine' | 'transform' }>,
  { outputs }: Extract<Node, { op: 'transform' }>,
  columns: number,
): PreparedTransform {
  const elementOf = (by: number): number => (positiveRotation(by, columns) === 0 ? 1 : chain.elementOf(by));
  return outputs.map((terms) =>
    terms.map(({ from, baby, giant, plain }) => {
      const element = elementOf(baby);
      const moduli = element === 1 ? chain.data.slice(0, limbs) : chain.extended(limbs);
      return { from, baby: element, giant: elementOf(giant), plain: encoder.factor(plain, plainScale, moduli) };
    }),
  );
}
