/**
 * Functions applied to every value.
 *
 * @module
 */

/** 'square' is a polynomial; the others need a table, or a polynomial that stands for them. */
export type ActivationName = 'square' | 'relu' | 'sign' | 'sigmoid';

export interface ActivationLayer {
  readonly kind: 'activation';
  readonly name: string;
  readonly activation: ActivationName;
}

/** Sign is 1 at zero, so that its values are always -1 or 1. */
export const activations: Readonly<Record<ActivationName, (x: number) => number>> = {
  square: (x) => x * x,
  relu: (x) => Math.max(x, 0),
  sign: (x) => (x < 0 ? -1 : 1),
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
};
