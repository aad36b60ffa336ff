/**
 * Gates on the library's Boolean ciphertexts: true is 1/8 of the torus, false -1/8; every gate is a linear map and the sign.
 * Chillotti et al., J. Cryptology 33 (2020), section 4.
 *
 * @module
 */
import type { Bootstrapper } from '../kernel/bootstrap.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { equalRows, paddedWords, prepareLinear } from '../kernel/linear.ts';
import type { SharedMemory } from '../kernel/memory.ts';
import { bigDimension, type TfheParameters } from '../parameters.ts';
import { SCALE_UNITS } from '../model/scales.ts';

/** The library's default set with key-switch first; a set of 32-bit words, so that no plan may choose it. */
export const booleanParameters = {
  id: 'boolean',
  preset: null,
  lweDimension: 739,
  lweNoise: 1.8304520733507305e-5,
  glweDimension: 3,
  polynomialSize: 512,
  glweNoise: 9.315272083503367e-10,
  bootstrapBase_log2: 10,
  bootstrapLevels: 2,
  keyswitchBase_log2: 3,
  keyswitchLevels: 4,
} as const satisfies TfheParameters;

/** Weight of both inputs, and eighths of the torus added to them. */
const gates = {
  and: { weight: 1, eighths: -1 },
  nand: { weight: -1, eighths: 1 },
  or: { weight: 1, eighths: 1 },
  nor: { weight: -1, eighths: -1 },
  xor: { weight: 2, eighths: 2 },
  xnor: { weight: -2, eighths: -2 },
} as const;

export type Gate = keyof typeof gates;
export const gateNames = Object.keys(gates) as readonly Gate[];

const EIGHTH = SCALE_UNITS / 8;

/**
 * One gate over many pairs of ciphertexts.
 * @param bootstrapper Of a key of `booleanParameters`.
 */
export async function applyGate(
  gate: Gate,
  pairs: readonly (readonly [BigUint64Array, BigUint64Array])[],
  { kernel, memory, bootstrapper }: { readonly kernel: Kernel; readonly memory: SharedMemory; readonly bootstrapper: Bootstrapper },
): Promise<BigUint64Array[]> {
  const dimension = bigDimension(booleanParameters);
  const { weight, eighths } = gates[gate];
  const rows = equalRows(
    pairs.map((_, index) => [2 * index, 2 * index + 1]),
    [weight, weight],
    eighths * EIGHTH,
  );
  const map = prepareLinear(kernel, memory, dimension, rows);
  const inputs = pairs.flat().map((words) => {
    const address = memory.allocate(8 * paddedWords(dimension));
    memory.words64(address, words.length).set(words);
    return address;
  });
  const [sums, results] = [0, 1].map(() => pairs.map(() => memory.allocate(8 * paddedWords(dimension)))) as [number[], number[]];
  try {
    map.apply(inputs, sums);
    await bootstrapper.apply(sums, results, new Uint32Array(booleanParameters.polynomialSize).fill(EIGHTH));
    return results.map((address) => memory.words64(address, dimension + 1).slice());
  } finally {
    map.free();
    for (const address of [...inputs, ...sums, ...results]) memory.free(address);
  }
}
