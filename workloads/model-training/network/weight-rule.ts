/**
 * From the weights that training moves to those that the network computes with.
 *
 * @module
 */

/** The gradient in the used weights is taken for that in the latent ones (straight-through: Bengio et al., arXiv:1308.3432). */
export interface WeightRule {
  /** Standard deviation of latent weights at the start. */
  deviation(fanIn: number): number;
  /** Fills `used` from `latent`. */
  use(latent: Float64Array, used: Float64Array): void;
}

/** Variance 2 / fan-in at the start (He et al., ICCV 2015). */
export const floatWeights: WeightRule = {
  deviation: (fanIn) => Math.sqrt(2 / fanIn),
  use: (latent, used) => used.set(latent),
};

/**
 * Whole multiples of 1 / largest from -1 to 1. At the start most are 0 or one step away: what is large at the start stays, since the
 * steps of training are small beside it.
 */
export function integerWeights(largest: number): WeightRule {
  return {
    deviation: () => 0.7 / largest,
    use(latent, used) {
      for (let index = 0; index < latent.length; index++) {
        used[index] = Math.max(-largest, Math.min(largest, Math.round(latent[index]! * largest))) / largest;
      }
    },
  };
}
