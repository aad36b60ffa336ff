/**
 * Batch normalisation, folded into the linear layer before it: at inference it is one more linear map per channel (Ioffe and Szegedy,
 * ICML 2015, section 3.1).
 *
 * @module
 */
import type { Conv2dLayer } from './conv2d.ts';
import type { DenseLayer } from './dense.ts';
import { expectCount } from './layer-error.ts';

/** output = scale * (input - mean) / sqrt(variance + epsilon) + shift; one of each per channel. */
export interface BatchNorm {
  readonly name: string;
  readonly mean: Float64Array;
  readonly variance: Float64Array;
  readonly scale: Float64Array;
  readonly shift: Float64Array;
  readonly epsilon: number;
}

/**
 * The layer that computes what `layer` and then `norm` compute.
 *
 * @throws EnigmarkError NETWORK_SHAPE where the numbers of channels differ
 */
export function foldBatchNorm<L extends DenseLayer | Conv2dLayer>(layer: L, norm: BatchNorm): L {
  const channels = layer.bias.length;
  for (const part of ['mean', 'variance', 'scale', 'shift'] as const) expectCount(norm.name, `numbers as ${part}`, norm[part], channels);
  const factors = norm.scale.map((scale, channel) => scale / Math.sqrt(norm.variance[channel]! + norm.epsilon));
  const weightsPerChannel = layer.weights.length / channels;
  return {
    ...layer,
    weights: layer.weights.map((weight, index) => weight * factors[Math.floor(index / weightsPerChannel)]!),
    bias: layer.bias.map((value, channel) => (value - norm.mean[channel]!) * factors[channel]! + norm.shift[channel]!),
  };
}
