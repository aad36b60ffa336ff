/**
 * Memory of an evaluator, and the time of making one.
 *
 * @module
 */
import type { Circuit } from '../../circuit.ts';
import { ciphertext_bytes } from '../parameters.ts';
import type { LayerProgram } from './layer-program.ts';
import type { PaillierProgram } from './program.ts';

/** Two halves of 64 limbs of 8 bytes, whatever the size of n. */
const REGISTER_BYTES = 1024;
/** What the kernel keeps for itself, and how much faster than needed its memory grows. */
const KERNEL_BYTES = 65536;
const GROWTH = 1.5;
const LIST_ENTRY_BYTES = 4;

function layersOf({ layers }: PaillierProgram): readonly LayerProgram[] {
  return Object.values(layers).flatMap((nodes) => nodes.filter((layer) => layer !== null));
}

/** All values of the largest circuit at once, the registers of the largest layer, a constant for every output and plain. */
export function peak_bytes(circuits: readonly Circuit[], program: PaillierProgram): number {
  const widths = circuits.map(({ nodes }) => nodes.reduce((sum, { type }) => sum + type.width, 0));
  const values = Math.max(0, ...widths);
  if (program.kernels === 'library') return values * ciphertext_bytes(program.parameters);
  const layers = layersOf(program);
  const work = Math.max(0, ...layers.map(({ registers }) => registers));
  const lists_bytes = layers.reduce((sum, { products }) => sum + products.length * LIST_ENTRY_BYTES, 0);
  const constants = widths.reduce((sum, width) => sum + width, 0);
  return Math.ceil(GROWTH * (KERNEL_BYTES + (values + work + constants) * REGISTER_BYTES + lists_bytes));
}

/** A constant is a number to the power of an output's degree, and a bigint written into a register. */
const CONSTANT_NS = 60_000;
const CONSTANT_BIT_NS = 5_000;

export function prepare_ns(program: PaillierProgram): number {
  const degrees = layersOf(program).flatMap(({ outputs }) => outputs.map((output) => output?.degree ?? 1n));
  return degrees.reduce((sum, degree) => sum + CONSTANT_NS + CONSTANT_BIT_NS * degree.toString(2).length, 0);
}
