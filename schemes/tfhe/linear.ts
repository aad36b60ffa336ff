/**
 * Linear maps of LWE ciphertexts with whole weights, prepared once: rows of the kernel's `affine`, and a constant per row
 * that goes to the body alone.
 *
 * @module
 */
import type { Kernel } from './kernel.ts';
import type { SharedMemory } from './memory.ts';

/** Rows of (input, weight) pairs, and what is added to each row's phase in units of 2^-32. */
export interface LinearRows {
  readonly rows: readonly (readonly (readonly [input: number, weight: number])[])[];
  readonly constants: readonly number[];
}

export interface LinearMap {
  readonly outputs: number;
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

export function prepareLinear(kernel: Kernel, memory: SharedMemory, dimension: number, { rows, constants }: LinearRows): LinearMap {
  const entries = rows.flat();
  const offsets = memory.allocate(4 * (rows.length + 1));
  const indices = memory.allocate(4 * entries.length);
  const weights = memory.allocate(8 * entries.length);
  let offset = 0;
  memory.words32(offsets, rows.length + 1).set([0, ...rows.map((row) => (offset += row.length))]);
  memory.words32(indices, entries.length).set(entries.map(([input]) => input));
  memory.words64(weights, entries.length).set(entries.map(([, weight]) => BigInt.asUintN(64, BigInt(weight))));
  const shifts = constants.map((constant) => BigInt(constant) << 32n);
  return {
    outputs: rows.length,
    terms: entries.length,
    apply(inputs, outputs) {
      const addresses = memory.allocate(4 * (inputs.length + outputs.length));
      memory.words32(addresses, inputs.length + outputs.length).set([...outputs, ...inputs]);
      const inputsAt = addresses + 4 * outputs.length;
      kernel.affine(addresses, inputsAt, offsets, indices, weights, rows.length, paddedWords(dimension));
      memory.free(addresses);
      for (const [row, out] of outputs.entries()) {
        const body = memory.words64(out + 8 * dimension, 1);
        body[0] = body[0]! + shifts[row]!;
      }
    },
    free() {
      for (const part of [offsets, indices, weights]) memory.free(part);
    },
  };
}
