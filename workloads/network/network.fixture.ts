/**
 * Random networks and layers for tests.
 *
 * @module
 */
import fc from 'fast-check';
import type { ActivationName } from './activation.ts';
import type { AveragePoolLayer } from './average-pool.ts';
import type { Conv2dLayer } from './conv2d.ts';
import type { DenseLayer } from './dense.ts';
import { type Layer, type Network, outputShape } from './network.ts';
import { type Shape, sizeOf, vectorShape } from './shape.ts';
import { Random } from '../data/random.ts';

function normals(random: Random, count: number, deviation: number): Float64Array {
  return new Float64Array(count).map(() => random.normal(0, deviation));
}

/** Weights of a size that keeps outputs about as large as inputs. */
export function randomDense(random: Random, name: string, inputs: number, outputs: number): DenseLayer {
  const weights = normals(random, inputs * outputs, 1 / Math.sqrt(inputs));
  return { kind: 'dense', name, inputs, outputs, weights, bias: normals(random, outputs, 0.5) };
}

export function randomConv2d(
  random: Random,
  name: string,
  inputChannels: number,
  outputChannels: number,
  window: Conv2dLayer['window'],
): Conv2dLayer {
  const fanIn = inputChannels * window.height * window.width;
  const weights = normals(random, outputChannels * fanIn, 1 / Math.sqrt(fanIn));
  return { kind: 'conv2d', name, inputChannels, outputChannels, window, weights, bias: normals(random, outputChannels, 0.5) };
}

const ACTIVATIONS: readonly ActivationName[] = ['square', 'relu', 'sign', 'sigmoid'];
const between = (random: Random, least: number, most: number): number => least + random.below(most - least + 1);

/** Odd ones too: strides and paddings by direction, dilated windows, groups. */
function randomImageLayer(random: Random, name: string, shape: Shape): Conv2dLayer | AveragePoolLayer {
  const [down, across] = [between(random, 1, 3), between(random, 1, 3)];
  const stride = random.below(2) === 0 ? down : ([down, across] as const);
  const sides = Array.from({ length: 4 }, () => random.below(3)) as [number, number, number, number];
  const padding = random.below(2) === 0 ? sides[0] : sides;
  if (random.below(3) === 0) {
    const [height, width] = [between(random, 1, shape.height), between(random, 1, shape.width)];
    if (random.below(2) === 0) return { kind: 'averagePool', name, height, width, stride };
    return { kind: 'averagePool', name, height, width, stride, padding, countPadding: random.below(2) === 0 };
  }
  const fits = (before: number, length: number, after: number): number => between(random, 1, Math.min(4, length + before + after));
  const [top, left, bottom, right] = typeof padding === 'number' ? [padding, padding, padding, padding] : padding;
  const window = { height: fits(top, shape.height, bottom), width: fits(left, shape.width, right), stride, padding };
  const outputChannels = between(random, 1, 3);
  if (random.below(4) > 0) return randomConv2d(random, name, shape.channels, outputChannels, window);
  const depthwise = randomConv2d(random, name, 1, shape.channels, { ...window, padding: 'same', dilation: [1, 2] });
  return { ...depthwise, inputChannels: shape.channels, groups: shape.channels };
}

/** Up to three image layers, then up to two dense ones, with activations of `among` strewn between. */
export function randomNetwork(seed: number, among: readonly ActivationName[] = ACTIVATIONS): Network {
  const random = Random.from(seed, 'network');
  let shape: Shape = { channels: between(random, 1, 3), height: between(random, 1, 9), width: between(random, 1, 9) };
  const input = { shape, min: -1, max: 1 };
  const layers: Layer[] = [];
  const append = (layer: Layer): void => {
    layers.push(layer);
    shape = outputShape(layer, [shape]);
  };
  const maybeActivate = (): void => {
    if (random.below(2) === 0)
      append({ kind: 'activation', name: `activation ${layers.length}`, activation: among[random.below(among.length)]! });
  };
  for (let count = random.below(4); count > 0; count--) {
    append(randomImageLayer(random, `image ${layers.length}`, shape));
    maybeActivate();
  }
  append({ kind: 'flatten', name: 'flatten' });
  for (let count = between(random, 1, 2); count > 0; count--) {
    append(randomDense(random, `dense ${layers.length}`, sizeOf(shape), between(random, 1, 6)));
    maybeActivate();
  }
  return { input, layers };
}

/**
 * A graph: layers that read any value before them, sums and concatenations of values that fit, and dense layers that bring together all
 * that nobody has read.
 */
export function randomGraph(seed: number, among: readonly ActivationName[] = ACTIVATIONS): Network {
  const random = Random.from(seed, 'graph');
  const side = between(random, 1, 4);
  const input = { shape: { channels: between(random, 1, 3), height: side, width: side }, min: -1, max: 1 };
  const values: { readonly name: string; readonly shape: Shape }[] = [{ name: 'input', shape: input.shape }];
  const layers: Layer[] = [];
  const append = (layer: Layer, inputs: readonly Shape[]): void => {
    layers.push(layer);
    values.push({ name: layer.name, shape: outputShape(layer, inputs) });
  };
  for (let count = between(random, 2, 6); count > 0; count--) {
    const { name: from, shape } = values[values.length - 1 - random.below(Math.min(3, values.length))]!;
    const reads = [from];
    const same = values.filter((value) => value.shape.height === shape.height && value.shape.width === shape.width);
    const other = same[random.below(same.length)]!;
    const name = `layer ${layers.length}`;
    const window = { height: 3, width: 3, stride: 1, padding: 1 };
    const choice = random.below(6);
    if (choice < 2) append({ kind: 'activation', name, reads, activation: among[random.below(among.length)]! }, [shape]);
    else if (choice < 4) append({ ...randomConv2d(random, name, shape.channels, between(random, 1, 3), window), reads }, [shape]);
    else if (other.shape.channels !== shape.channels) append({ kind: 'concat', name, reads: [from, other.name] }, [shape, other.shape]);
    else append({ kind: 'add', name, reads: [from, other.name] }, [shape, other.shape]);
  }
  const read = new Set(layers.flatMap(({ reads }) => reads));
  const ends = values.filter(({ name }) => !read.has(name));
  const outputs = between(random, 1, 5);
  for (const { name, shape } of ends) {
    append({ kind: 'flatten', name: `flat ${name}`, reads: [name] }, [shape]);
    append(randomDense(random, `dense ${name}`, sizeOf(shape), outputs), [vectorShape(sizeOf(shape))]);
  }
  if (ends.length > 1) append({ kind: 'add', name: 'sum', reads: ends.map(({ name }) => `dense ${name}`) }, ends.map(() => vectorShape(outputs))); // prettier-ignore
  return { input, layers };
}

/** Image layers with squares between them and dense ones behind, as people build them: up to three squares, up to 28 x 28 inputs. */
export function randomClassifier(seed: number): Network {
  const random = Random.from(seed, 'classifier');
  const side = between(random, 6, 28);
  let shape: Shape = { channels: random.below(4) === 0 ? 3 : 1, height: side, width: side };
  const input = { shape, min: -1, max: 1 };
  const layers: Layer[] = [];
  const append = (layer: Layer): void => {
    layers.push(layer);
    shape = outputShape(layer, [shape]);
  };
  const square = (): void => append({ kind: 'activation', name: `square ${layers.length}`, activation: 'square' });
  for (let count = between(random, 0, 2); count > 0; count--) {
    const kernel = between(random, Math.min(2, shape.height), Math.min(7, shape.height));
    const window = { height: kernel, width: kernel, stride: between(random, 1, 4), padding: random.below(3) };
    append(randomConv2d(random, `conv ${layers.length}`, shape.channels, between(random, 1, 6), window));
    square();
    const pool = between(random, 1, Math.min(3, shape.height));
    if (random.below(3) === 0) append({ kind: 'averagePool', name: `pool ${layers.length}`, height: pool, width: pool, stride: pool });
  }
  append({ kind: 'flatten', name: 'flatten' });
  if (random.below(2) === 0) {
    append(randomDense(random, `dense ${layers.length}`, sizeOf(shape), between(random, 4, 120)));
    square();
  }
  append(randomDense(random, `dense ${layers.length}`, sizeOf(shape), between(random, 2, 20)));
  return { input, layers };
}

/** A random network, every other one a graph, and an input of its interval. */
export const networkAndInput = fc.nat(2 ** 31 - 1).map((seed) => {
  const network = seed % 2 === 0 ? randomNetwork(seed) : randomGraph(seed);
  const random = Random.from(seed, 'input');
  return { seed, network, input: new Float64Array(sizeOf(network.input.shape)).map(() => random.uniform(-1, 1)) };
});
