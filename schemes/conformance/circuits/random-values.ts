/**
 * Numbers from a seed.
 *
 * @module
 */
import type { Circuit, Values, ValueType } from '../../circuit.ts';

/** Uniform numbers in [0, 1), the same for the same seed (mulberry32). */
export function uniforms(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A number of the type: one in eight is an end of the range, where bounds break first. */
export function numberOf({ min, max, step }: Pick<ValueType, 'min' | 'max' | 'step'>, uniform: () => number): number {
  const where = uniform();
  if (where < 1 / 8) return where < 1 / 16 ? min : max;
  return step === null ? min + (max - min) * uniform() : min + Math.floor((max - min + 1) * uniform());
}

/** A full bundle of a type: as many numbers as may be other than zero. */
export function bundleOf(type: ValueType, slots: number, uniform: () => number): Values[] {
  const filled = Math.min(slots, type.filled ?? slots);
  return Array.from({ length: type.width }, () => Float64Array.from({ length: filled }, () => numberOf(type, uniform)));
}

/** Random values for every port that the client fills. */
export function randomInputs(circuits: readonly Circuit[], slots: number, uniform: () => number): Record<string, Values[]> {
  const inputs: Record<string, Values[]> = {};
  for (const { nodes } of circuits) {
    for (const node of nodes) {
      if (node.op === 'input' && node.sources.includes('client')) inputs[node.port] = bundleOf(node.type, slots, uniform);
    }
  }
  return inputs;
}
