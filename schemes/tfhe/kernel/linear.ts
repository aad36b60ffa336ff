/**
 * Linear maps of LWE ciphertexts with whole weights, prepared once: rows of the kernel's `affine`, and a constant per row
 * that goes to the body alone.
 *
 * @module
 */
import { type TfheParameters, bigDimension } from '../parameters.ts';
import type { Kernel } from './kernel.ts';
import type { SharedMemory } from './memory.ts';

/** Compressed sparse rows, and what is added to each row's phase in units of 2^-32. */
export interface LinearRows {
  readonly offsets: Uint32Array;
  readonly indices: Uint32Array;
  readonly weights: Float64Array;
  readonly constants: readonly number[];
}

export interface LinearMap {
  readonly rows: number;
  /** Multiplications by a weight. */
  readonly terms: number;
  /** Addresses of ciphertexts; outputs are overwritten and are none of the inputs. */
  apply(inputs: readonly number[], outputs: readonly number[]): void;
  free(): void;
}

/** Words of a ciphertext in memory: mask and body, padded for the kernel. */
export function paddedWords(dimension: number): number {
  return Math.ceil((dimension + 1) / 4) * 4;
}

/** Row i weighs the inputs `indices[i]` with `weights`, the same for every row. */
export function equalRows(indices: readonly (readonly number[])[], weights: readonly number[], constant: number): LinearRows {
  return {
    offsets: Uint32Array.from({ length: indices.length + 1 }, (_, row) => row * weights.length),
    indices: Uint32Array.from(indices.flat()),
    weights: Float64Array.from(indices.flatMap(() => weights)),
    constants: indices.map(() => constant),
  };
}

export function prepareLinear(
  kernel: Kernel,
  memory: SharedMemory,
  dimension: number,
  { offsets, indices, weights, constants }: LinearRows,
): LinearMap {
  const rows = constants.length;
  const terms = indices.length;
  const offsetsAt = memory.allocate(4 * offsets.length);
  const indicesAt = memory.allocate(4 * terms);
  const weightsAt = memory.allocate(8 * terms);
  memory.words32(offsetsAt, offsets.length).set(offsets);
  memory.words32(indicesAt, terms).set(indices);
  memory.words64(weightsAt, terms).set(BigUint64Array.from(weights, (weight) => BigInt.asUintN(64, BigInt(weight))));
  const shifts = constants.map((constant) => BigInt(constant) << 32n);
  return {
    rows,
    terms,
    apply(inputs, outputs) {
      const addresses = memory.allocate(4 * (inputs.length + outputs.length));
      memory.words32(addresses, inputs.length + outputs.length).set([...outputs, ...inputs]);
      const inputsAt = addresses + 4 * outputs.length;
      kernel.affine(addresses, inputsAt, offsetsAt, indicesAt, weightsAt, rows, paddedWords(dimension));
      memory.free(addresses);
      for (const [row, out] of outputs.entries()) addToBody(memory, out, dimension, shifts[row]!);
    },
    free() {
      for (const part of [offsetsAt, indicesAt, weightsAt]) memory.free(part);
    },
  };
}

/** Moves a phase, in units of 2^-64. */
export function addToBody(memory: SharedMemory, ciphertext: number, dimension: number, shift: bigint): void {
  const body = memory.words64(ciphertext + 8 * dimension, 1);
  body[0] = body[0]! + shift;
}

/** Bytes of one ciphertext at the evaluator. */
export function ciphertext_bytes(set: TfheParameters): number {
  return paddedWords(bigDimension(set)) * 8;
}
