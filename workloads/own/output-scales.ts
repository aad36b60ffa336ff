/**
 * A unit for every output: where a network estimates a price and a share, errors that are nothing to one are all of the other, and one step
 * for both rounds the smaller away. Each is counted in how far it spreads over the data; the network gets a linear layer that does it, and
 * planning multiplies that into the last one. Errors are then in these units, too. Classes are compared with each other and stay as they are.
 *
 * @module
 */
import { compileNetwork } from '../network/compiled-network.ts';
import type { Layer, Network } from '../network/network.ts';

/** Outputs in units of their own. */
export interface ScaledOutputs {
  readonly network: Network;
  /** Of the network's own outputs. */
  scaled(outputs: Float64Array): Float64Array;
  /** In plain words. */
  readonly words: string;
}

/** Inputs that are looked at. */
const LOOKED_AT = 256;
/** Outputs that spread so many times as far as others. */
const UNLIKE = 8;

/**
 * The network with scaled outputs; null where all spread about as far.
 *
 * @param data real inputs
 * @example
 * scaleOutputs(network, samples)?.scaled(Float64Array.of(250_000, 0.3)); // each over its spread
 */
export function scaleOutputs(network: Network, data: readonly Float64Array[]): ScaledOutputs | null {
  const run = compileNetwork(network);
  const outputs = data.slice(0, LOOKED_AT).map((input) => run(input).slice());
  const spreads = Array.from(outputs[0] ?? [], (_, at) => spreadOf(outputs.map((values) => values[at]!)));
  const varying = spreads.filter((spread) => spread > 0);
  if (varying.length < 2 || Math.max(...varying) <= UNLIKE * Math.min(...varying)) return null;
  // What never changes is told from the others by its size alone.
  const factors = Float64Array.from(spreads, (spread) => 1 / (spread || Math.max(...varying)));
  const names = new Set(network.layers.map(({ name }) => name));
  const behind: Layer[] = [
    { kind: 'flatten', name: freeName('outputs in a row', names) },
    { kind: 'scale', name: freeName('units of outputs', names), factors, shifts: new Float64Array(factors.length) },
  ];
  return {
    network: { ...network, layers: [...network.layers, ...behind] },
    scaled: (values) => values.map((value, at) => value * factors[at]!),
    words: `every output, and its error, in units of how far it spreads over the data (${shown(spreads)})`,
  };
}

/** Standard deviation. */
function spreadOf(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

const MOST_SHOWN = 4;

function shown(spreads: readonly number[]): string {
  const words = spreads.slice(0, MOST_SHOWN).map((spread) => spread.toPrecision(3));
  return [...words, ...(spreads.length > MOST_SHOWN ? ['...'] : [])].join(', ');
}

function freeName(wanted: string, taken: ReadonlySet<string>): string {
  for (let number = 1; ; number++) {
    const name = number === 1 ? wanted : `${wanted} ${number}`;
    if (!taken.has(name)) return name;
  }
}
