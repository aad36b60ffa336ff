/**
 * A factor and a shift for every channel: what batch normalisation is at inference (Ioffe and Szegedy, ICML 2015, section 3.1), wherever it
 * stands.
 *
 * @module
 */
import type { BatchNorm } from './batch-norm.ts';
import { expectCount } from './layer-error.ts';
import type { LinearMap } from './linear-map.ts';
import { type Shape, sizeOf } from './shape.ts';
import { SparseRows } from './sparse.ts';

/** output = factors[channel] * input + shifts[channel] */
export interface ScaleLayer {
  readonly kind: 'scale';
  readonly name: string;
  readonly factors: Float64Array;
  readonly shifts: Float64Array;
}

/** @throws EnigmarkError NETWORK_SHAPE */
export function scaleShape({ name, factors, shifts }: ScaleLayer, input: Shape): Shape {
  expectCount(name, 'factors, one per channel', factors, input.channels);
  expectCount(name, 'shifts, one per channel', shifts, input.channels);
  return input;
}

/** @throws EnigmarkError NETWORK_SHAPE where the parts of the normalisation differ in length */
export function scaleOf({ name, mean, variance, scale, shift, epsilon }: BatchNorm): ScaleLayer {
  for (const [part, numbers] of Object.entries({ mean, variance, shift })) expectCount(name, `numbers as ${part}`, numbers, scale.length);
  const factors = scale.map((factor, channel) => factor / Math.sqrt(variance[channel]! + epsilon));
  return { kind: 'scale', name, factors, shifts: shift.map((value, channel) => value - mean[channel]! * factors[channel]!) };
}

export function evaluateScale({ factors, shifts }: ScaleLayer, input: Float64Array): Float64Array {
  const places = input.length / factors.length;
  return input.map((value, at) => {
    const channel = Math.floor(at / places);
    return factors[channel]! * value + shifts[channel]!;
  });
}

export function scaleMap({ factors, shifts }: ScaleLayer, input: Shape): LinearMap {
  const size = sizeOf(input);
  const places = input.height * input.width;
  const rows = new SparseRows(size);
  for (let row = 0; row < size; row++) {
    rows.add(row, factors[Math.floor(row / places)]!);
    rows.endRow();
  }
  return { matrix: rows.matrix(null), bias: Float64Array.from({ length: size }, (_, row) => shifts[Math.floor(row / places)]!) };
}
