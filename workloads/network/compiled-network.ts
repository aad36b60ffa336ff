/**
 * The float network as a programmer would write it without encryption: loops over typed arrays in float64, one thread, buffers made once.
 * Its time is the baseline that the overhead of encryption is counted against; `reference.ts` is what its results are checked against.
 *
 * @module
 */
import { type Activation, functionOf } from './activation.ts';
import { type AveragePoolLayer, pooledAt, poolSlides } from './average-pool.ts';
import { type Conv2dLayer, conv2dShape, groupSizes } from './conv2d.ts';
import type { DenseLayer } from './dense.ts';
import type { LinearMap } from './linear-map.ts';
import { type MaxPoolLayer, maxPoolWindows } from './max-pool.ts';
import type { MergeLayer } from './merge.ts';
import { expectInput, graphOf, type Network, type PlacedLayer, type SingleLayer } from './network.ts';
import type { ScaleLayer } from './scale.ts';
import { type Shape, sizeOf } from './shape.ts';
import { metAt, slidesOf } from './window.ts';

/** Outputs of the last layer for one input. The array is the network's own: the next call writes over it. */
export type CompiledNetwork = (input: Float64Array) => Float64Array;

/** Reads what earlier steps made, value 0 being the network's input, and returns what it makes. */
type Step = (values: readonly Float64Array[]) => Float64Array;

/**
 * The network with its shapes resolved and a buffer for every layer.
 *
 * @example
 * const run = compileNetwork(network);
 * const logits = run(image).slice();
 *
 * @throws EnigmarkError as `graphOf` does; the compiled network as `expectInput` does.
 */
export function compileNetwork(network: Network): CompiledNetwork {
  const { layers, shapes } = graphOf(network);
  const steps = layers.map((placed) => compileStep(placed, shapes));
  const values: Float64Array[] = [];
  return (input) => {
    expectInput(network, input);
    values[0] = input;
    // Not for...of: V8 makes the loops of the layers two and a half times slower inside of it.
    for (let at = 0; at < steps.length; at++) values[at + 1] = steps[at]!(values);
    return values[steps.length]!;
  };
}

function compileStep({ layer, of }: PlacedLayer, shapes: readonly Shape[]): Step {
  const sizes = of.map((value) => sizeOf(shapes[value]!));
  if (layer.kind === 'add' || layer.kind === 'concat') return compileMerge(layer, of, sizes);
  const [value] = of as [number];
  const run = compileLayer(layer, shapes[value]!);
  return run === null ? (values) => values[value]! : (values) => run(values[value]!);
}

/** null: the layer changes no value. */
function compileLayer(layer: SingleLayer, shape: Shape): CompiledNetwork | null {
  switch (layer.kind) {
    case 'dense':
      return compileDense(layer);
    case 'conv2d':
      return compileConv2d(layer, shape);
    case 'averagePool':
      return compileAveragePool(layer, shape);
    case 'maxPool':
      return compileMaxPool(layer, shape);
    case 'scale':
      return compileScale(layer, sizeOf(shape));
    case 'activation':
      return compileActivation(layer, sizeOf(shape));
    case 'matrix':
      return compileMatrix(layer.map);
    case 'flatten':
    case 'reshape':
      return null;
  }
}

function compileMerge({ kind }: MergeLayer, of: readonly number[], sizes: readonly number[]): Step {
  const adds = kind === 'add';
  const result = new Float64Array(adds ? sizes[0]! : sizes.reduce((sum, size) => sum + size, 0));
  return (values) => {
    result.set(values[of[0]!]!);
    let next = sizes[0]!;
    for (let input = 1; input < of.length; input++) {
      const from = values[of[input]!]!;
      if (adds) for (let at = 0; at < result.length; at++) result[at]! += from[at]!;
      else result.set(from, next);
      next += sizes[input]!;
    }
    return result;
  };
}

function compileDense({ inputs, outputs, weights, bias }: DenseLayer): CompiledNetwork {
  const result = new Float64Array(outputs);
  return (input) => {
    for (let row = 0, weight = 0; row < outputs; row++) {
      let sum = 0;
      for (let column = 0; column < inputs; column++) sum += weights[weight++]! * input[column]!;
      result[row] = bias[row]! + sum;
    }
    return result;
  };
}

/** Windows are clipped to the image, so that no padding is read and no pixel is tested. */
function compileConv2d(layer: Conv2dLayer, shape: Shape): CompiledNetwork {
  const { name, window, weights, bias } = layer;
  const { height: kernelHeight, width: kernelWidth } = window;
  const group = groupSizes(layer);
  const output = conv2dShape(layer, shape);
  const { down, across } = slidesOf(name, window, shape);
  const metRows = Array.from({ length: output.height }, (_, y) => metAt(down, y, shape.height));
  const metColumns = Array.from({ length: output.width }, (_, x) => metAt(across, x, shape.width));
  const { dilation: rowStep } = down;
  const { dilation: columnStep } = across;
  const result = new Float64Array(sizeOf(output));
  return (input) => {
    let next = 0;
    for (let to = 0; to < output.channels; to++) {
      const firstChannel = Math.floor(to / group.outputs) * group.inputs;
      for (let y = 0; y < output.height; y++) {
        const { from: firstRow, to: endRow, first: top } = metRows[y]!;
        for (let x = 0; x < output.width; x++) {
          const { from: firstColumn, to: endColumn, first: left } = metColumns[x]!;
          let sum = bias[to]!;
          for (let from = 0; from < group.inputs; from++) {
            for (let v = firstRow; v < endRow; v++) {
              let pixel = ((firstChannel + from) * shape.height + top + (v - firstRow) * rowStep) * shape.width + left;
              const kernelRow = ((to * group.inputs + from) * kernelHeight + v) * kernelWidth;
              for (let u = firstColumn; u < endColumn; u++, pixel += columnStep) sum += weights[kernelRow + u]! * input[pixel]!;
            }
          }
          result[next++] = sum;
        }
      }
    }
    return result;
  };
}

function compileAveragePool(layer: AveragePoolLayer, shape: Shape): CompiledNetwork {
  const { down, across } = poolSlides(layer, shape);
  const rows = pooledAt(down, shape.height, layer.countPadding);
  const columns = pooledAt(across, shape.width, layer.countPadding);
  const result = new Float64Array(shape.channels * rows.length * columns.length);
  return (input) => {
    let next = 0;
    for (let channel = 0; channel < shape.channels; channel++) {
      for (let y = 0; y < rows.length; y++) {
        const vertical = rows[y]!;
        for (let x = 0; x < columns.length; x++) {
          const horizontal = columns[x]!;
          let sum = 0;
          for (let v = vertical.from; v < vertical.to; v++) {
            const pixels = (channel * shape.height + v) * shape.width;
            for (let u = horizontal.from; u < horizontal.to; u++) sum += input[pixels + u]!;
          }
          result[next++] = sum / (vertical.count * horizontal.count);
        }
      }
    }
    return result;
  };
}

function compileMaxPool(layer: MaxPoolLayer, shape: Shape): CompiledNetwork {
  const windows = maxPoolWindows(layer, shape);
  const result = new Float64Array(windows.length);
  return (input) => {
    for (let place = 0; place < windows.length; place++) {
      const window = windows[place]!;
      let largest = -Infinity;
      for (let at = 0; at < window.length; at++) largest = Math.max(largest, input[window[at]!]!);
      result[place] = largest;
    }
    return result;
  };
}

function compileMatrix({ matrix, bias }: LinearMap): CompiledNetwork {
  const { rows, offsets, indices, values } = matrix;
  const result = new Float64Array(rows);
  return (input) => {
    for (let row = 0; row < rows; row++) {
      let sum = bias[row]!;
      for (let entry = offsets[row]!; entry < offsets[row + 1]!; entry++) sum += values[entry]! * input[indices[entry]!]!;
      result[row] = sum;
    }
    return result;
  };
}

function compileScale({ factors, shifts }: ScaleLayer, count: number): CompiledNetwork {
  const result = new Float64Array(count);
  const places = count / factors.length;
  return (input) => {
    for (let channel = 0, at = 0; channel < factors.length; channel++) {
      const factor = factors[channel]!;
      const shift = shifts[channel]!;
      for (const end = at + places; at < end; at++) result[at] = factor * input[at]! + shift;
    }
    return result;
  };
}

/** A loop for each of the functions that built-in networks have: one loop that is given the function would call it through a pointer, value by value. */
function compileActivation(of: Activation, count: number): CompiledNetwork {
  const result = new Float64Array(count);
  switch (of.activation) {
    case 'square':
      return (input) => {
        for (let at = 0; at < count; at++) result[at] = input[at]! * input[at]!;
        return result;
      };
    case 'relu':
      return (input) => {
        for (let at = 0; at < count; at++) result[at] = Math.max(input[at]!, 0);
        return result;
      };
    case 'sign':
      return (input) => {
        for (let at = 0; at < count; at++) result[at] = input[at]! < 0 ? -1 : 1;
        return result;
      };
    case 'sigmoid':
      return (input) => {
        for (let at = 0; at < count; at++) result[at] = 1 / (1 + Math.exp(-input[at]!));
        return result;
      };
    default: {
      const compute = functionOf(of);
      return (input) => {
        for (let at = 0; at < count; at++) result[at] = compute(input[at]!);
        return result;
      };
    }
  }
}
