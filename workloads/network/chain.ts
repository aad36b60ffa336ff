/**
 * A network as planners see it: linear layers and activations in turn. A convolution, an average pool and a dense layer are all sparse
 * matrices; flattening changes nothing, because values are numbered channel by channel from the start.
 *
 * @module
 */
import type { ActivationName } from './activation.ts';
import { averagePoolMap } from './average-pool.ts';
import { conv2dMap } from './conv2d.ts';
import { denseMap } from './dense.ts';
import { compose, type LinearMap } from './linear-map.ts';
import { type Layer, layerShapes, type Network } from './network.ts';
import type { Shape } from './shape.ts';

export type { ActivationName } from './activation.ts';

export interface LinearLink extends LinearMap {
  readonly kind: 'linear';
  /** Layers that were multiplied into one have their names joined: 'pool + dense'. */
  readonly name: string;
}

export interface ActivationLink {
  readonly kind: 'activation';
  readonly name: string;
  readonly activation: ActivationName;
}

/** No two linear links follow one another: their product is one matrix. */
export type Chain = readonly (LinearLink | ActivationLink)[];

function linearMap(layer: Exclude<Layer, { kind: 'activation' | 'flatten' }>, input: Shape): LinearMap {
  switch (layer.kind) {
    case 'dense':
      return denseMap(layer);
    case 'conv2d':
      return conv2dMap(layer, input);
    case 'averagePool':
      return averagePoolMap(layer, input);
  }
}

/**
 * The network as a chain.
 *
 * @throws EnigmarkError as `layerShapes` does, and NETWORK_TOO_LARGE for a matrix of too many weights
 */
export function chainOf(network: Network): Chain {
  const shapes = layerShapes(network);
  const chain: (LinearLink | ActivationLink)[] = [];
  network.layers.forEach((layer, index) => {
    if (layer.kind === 'flatten') return;
    if (layer.kind === 'activation') {
      chain.push(layer);
      return;
    }
    const map = linearMap(layer, shapes[index]!);
    const before = chain.at(-1);
    if (before?.kind === 'linear') {
      chain[chain.length - 1] = { kind: 'linear', name: `${before.name} + ${layer.name}`, ...compose(map, before) };
    } else {
      chain.push({ kind: 'linear', name: layer.name, ...map });
    }
  });
  return chain;
}
