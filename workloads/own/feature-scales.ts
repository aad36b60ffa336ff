/**
 * A scale for every feature: whole numbers of a few bits hold features of one size. Where a table's columns are metres, shares and years,
 * or lie far from zero, each is counted around its own middle, as far as the data reach. The client does it before it encrypts, by a public
 * rule; the network gets a linear layer that undoes it, and planning multiplies that into the first one.
 *
 * @module
 */
import type { Layer, Network } from '../network/network.ts';
import { type InputQuantisation, quantiseInput, signedInput } from '../network/quantisation.ts';
import { evaluateNetwork } from '../network/reference.ts';
import { INPUT } from '../network/wiring.ts';

/** Feature = middle + half * u, with u from -1 to 1: one of each per channel, or per value of values in a row. */
export interface FeatureScales {
  readonly middles: Float64Array;
  readonly halves: Float64Array;
}

/** A network and its inputs, as they are planned. */
export interface ScaledNetwork {
  readonly network: Network;
  /** The input as the client sends it; what lies outside of what the data reach takes the end. */
  scaled(input: Float64Array): Float64Array;
  /** Whether anything of the input lies outside. */
  passes(input: Float64Array): boolean;
  /** In plain words. */
  readonly words: string;
}

export interface ScaleRequest {
  readonly network: Network;
  /** Real inputs that show what features reach. */
  readonly data: readonly Float64Array[];
  /** The range of a feature is so many times what the data reach, around its middle, within the network's interval. */
  readonly margin: number;
  readonly bits: number;
  /** How inputs are counted otherwise: in one step. */
  readonly uniform: InputQuantisation;
}

/** Inputs that are looked at for the choice. */
const COMPARED = 64;
/** Fewer inputs do not show what features reach. */
const LEAST_DATA = 8;
/** One step for all is simpler, and kept where it is not so many times worse. */
const WORTH = 2;

/**
 * The network with scaled features; null where counting all inputs in one step changes its outputs hardly more.
 *
 * @example
 * scaleFeatures({ network, data, margin: 2, bits: 6, uniform: { step: 300_000 / 63, min: 0, max: 63 } });
 */
export function scaleFeatures({ network, data, margin, bits, uniform }: ScaleRequest): ScaledNetwork | null {
  if (data.length < LEAST_DATA) return null;
  const scales = featureScales(network, data, margin);
  const scaled = withScales(network, scales);
  const compared = data.slice(0, COMPARED);
  const counting = signedInput(bits);
  const inSteps = (values: Float64Array, by: InputQuantisation): Float64Array => quantiseInput(values, by).map((count) => count * by.step);
  const exact = compared.map((input) => evaluateNetwork(network, input));
  const ofUniform = squares(
    compared.map((input) => evaluateNetwork(network, inSteps(input, uniform))),
    exact,
  );
  const ofScaled = squares(
    compared.map((input) => evaluateNetwork(scaled.network, inSteps(scaled.scaled(input), counting))),
    exact,
  );
  return ofScaled * WORTH ** 2 < ofUniform ? scaled : null;
}

function squares(found: readonly Float64Array[], exact: readonly Float64Array[]): number {
  return found.reduce((sum, outputs, at) => sum + outputs.reduce((part, value, index) => part + (value - exact[at]![index]!) ** 2, 0), 0);
}

function featureScales({ input: { shape, min, max } }: Network, data: readonly Float64Array[], margin: number): FeatureScales {
  const places = shape.height * shape.width;
  const ends = Array.from({ length: shape.channels }, (_, channel) => {
    const seen = { min: Infinity, max: -Infinity };
    for (const input of data) {
      for (const value of input.subarray(channel * places, (channel + 1) * places)) {
        seen.min = Math.min(seen.min, value);
        seen.max = Math.max(seen.max, value);
      }
    }
    const more = ((margin - 1) * (seen.max - seen.min)) / 2;
    return { min: Math.max(min, seen.min - more), max: Math.min(max, seen.max + more) };
  });
  const widths = ends.map((end) => end.max - end.min).filter((width) => width > 0);
  // A feature that never changes may yet change: by as little as any other, which harms the others' weights least.
  const least = widths.length === 0 ? max - min : Math.min(...widths);
  return {
    middles: Float64Array.from(ends, (end) => (end.min + end.max) / 2),
    halves: Float64Array.from(ends, (end) => (end.max - end.min || least) / 2),
  };
}

function withScales(network: Network, { middles, halves }: FeatureScales): ScaledNetwork {
  const name = freeName(network);
  const { shape } = network.input;
  const places = shape.height * shape.width;
  const unit = (value: number, at: number): number => {
    const channel = Math.floor(at / places);
    return (value - middles[channel]!) / halves[channel]!;
  };
  const reads = (layer: Layer): Layer =>
    layer.reads === undefined ? layer : { ...layer, reads: layer.reads.map((read) => (read === INPUT ? name : read)) };
  return {
    network: {
      input: { shape, min: -1, max: 1 },
      layers: [{ kind: 'scale', name, factors: halves, shifts: middles }, ...network.layers.map(reads)],
    },
    scaled: (input) => input.map((value, at) => Math.min(1, Math.max(-1, unit(value, at)))),
    passes: (input) => input.some((value, at) => Math.abs(unit(value, at)) > 1),
    words: `a step of its own for ${places === 1 ? 'every feature' : 'every channel'}, as far as the data reach`,
  };
}

/** A name that no layer has. */
function freeName({ layers }: Network): string {
  const names = new Set(layers.map((layer) => layer.name));
  for (let number = 1; ; number++) {
    const name = number === 1 ? 'features' : `features ${number}`;
    if (!names.has(name)) return name;
  }
}
