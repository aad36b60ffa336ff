/**
 * Functions that exporters write as products of simpler ones, told by their values.
 *
 * @module
 */
import { type Activation, functionOf } from '../network/activation.ts';

const KNOWN: readonly Activation[] = [
  { activation: 'square' },
  ...[3, 4, 5, 6, 7, 8].map((exponent): Activation => ({ activation: 'power', parameters: [exponent] })),
  { activation: 'gelu' },
  { activation: 'geluTanh' },
  { activation: 'silu' },
];

/** Where functions are compared; none is zero at the first. */
const POINTS = [2, -2, ...Array.from({ length: 41 }, (_, at) => (at - 20) / 4)];
/** Constants of models are 32-bit floats: gelu and its stand-in differ by a hundred times as much. */
const TOLERANCE = 1e-5;

/**
 * The known function that `of` is a multiple of; null: none.
 *
 * @example functionLike((x) => (3 * x) / (1 + Math.exp(-x))); // silu, three times
 */
export function functionLike(of: (x: number) => number): { readonly activation: Activation; readonly factor: number } | null {
  const values = POINTS.map(of);
  for (const activation of KNOWN) {
    const known = POINTS.map(functionOf(activation));
    const factor = values[0]! / known[0]!;
    const isLike = values.every(
      (value, at) => Math.abs(value - factor * known[at]!) <= TOLERANCE * Math.abs(factor) * Math.max(1, Math.abs(known[at]!)),
    );
    if (isLike && factor !== 0) return { activation, factor: Math.abs(factor - 1) < TOLERANCE ? 1 : factor };
  }
  return null;
}
