/**
 * Places in a planned network where ciphertexts may be bootstrapped, and the network with bootstraps at some of them.
 *
 * @module
 */
import { type EvaluatorLayer, operandsOf, type PlannedPart, valueFacts } from '../planned-network.ts';

/** In front of an activation. */
export interface BootstrapPlace {
  /** Index of the activation among the layers. */
  readonly layer: number;
  /** Values that were made before and are read from there on, rising: all of them are bootstrapped, those of skip connections too. */
  readonly crossing: readonly number[];
}

/**
 * In front of every activation behind a layer: there values are sums that were scaled to lie near [-1, 1], and what the next products need
 * is levels. The input is as good as bootstrapped.
 */
export function bootstrapPlaces({ layers, alsoOut = [] }: PlannedPart): readonly BootstrapPlace[] {
  return layers.flatMap(({ kind }, layer) => {
    if (kind !== 'polynomial' || layer === 0) return [];
    const read = [...layers.slice(layer).flatMap(operandsOf), ...alsoOut];
    const crossing = [...new Set(read.filter((value) => value > 0 && value <= layer))].sort((a, b) => a - b);
    return [{ layer, crossing }];
  });
}

/** The network in which these places' values are bootstrapped, and read so from there on. */
export function withBootstraps(network: PlannedPart, places: readonly BootstrapPlace[]): PlannedPart {
  const facts = valueFacts(network);
  const layers: EvaluatorLayer[] = [];
  /** By value of the network, its number in the result. */
  const numbers = [0];
  for (const [at, layer] of network.layers.entries()) {
    const place = places.find((candidate) => candidate.layer === at);
    for (const value of place?.crossing ?? []) {
      layers.push({ kind: 'bootstrap', name: `bootstrap before ${layer.name}`, of: numbers[value]!, output: facts[value]! });
      numbers[value] = layers.length;
    }
    layers.push(reading(layer, numbers));
    numbers.push(layers.length);
  }
  const { alsoOut } = network;
  return { ...network, layers, ...(alsoOut === undefined ? {} : { alsoOut: alsoOut.map((value) => numbers[value]!) }) };
}

/** The network up to the activation of a place, which is the last to bootstrap at. */
export function beginningUpTo({ inputs, input, layers }: PlannedPart, { layer }: BootstrapPlace): PlannedPart {
  return { inputs, input, layers: layers.slice(0, layer + 1) };
}

function reading(layer: EvaluatorLayer, numbers: readonly number[]): EvaluatorLayer {
  return layer.kind === 'linear' ? { ...layer, of: layer.of.map((value) => numbers[value]!) } : { ...layer, of: numbers[layer.of]! };
}
