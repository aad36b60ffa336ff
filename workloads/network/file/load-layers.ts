/**
 * Layers of a topology file, with their weights.
 *
 * @module
 */
import { EnigmarkError } from '../../../schemes/errors.ts';
import type { BatchNorm } from '../batch-norm.ts';
import type { Conv2dLayer } from '../conv2d.ts';
import { expectCount, refuseLayer } from '../layer-error.ts';
import type { Layer } from '../network.ts';
import type { FileLayer } from './network-file.ts';
import { scaleOf } from '../scale.ts';
import type { ReadTensor, TensorFile } from './safetensors.ts';
import type { Window } from '../window.ts';

/** Sizes of a tensor that must have as many of them as `sizes` names, all above zero; and its numbers. */
function tensorOf(tensors: TensorFile, layer: string, name: string, sizes: readonly string[]): ReadTensor {
  const tensor = tensors.read(name);
  if (tensor === null) {
    throw new EnigmarkError('NETWORK_TENSOR_MISSING', {
      expected: `tensor "${name}" for layer "${layer}"`,
      got: 'no such tensor in the file of weights',
      remedy: `it holds ${tensors.names.slice(0, 20).join(', ') || 'none'}`,
    });
  }
  if (tensor.shape.length !== sizes.length || tensor.data.length === 0) {
    refuseLayer(
      layer,
      `tensor "${name}" of shape ${sizes.join(' x ')}`,
      tensor.shape.length === 0 ? 'a single number' : tensor.shape.join(' x '),
    );
  }
  return tensor;
}

function biasOf(tensors: TensorFile, layer: string, name: string | undefined, channels: number): Float64Array {
  if (name === undefined) return new Float64Array(channels);
  const { data } = tensorOf(tensors, layer, name, ['channels']);
  expectCount(layer, 'biases', data, channels);
  return data;
}

function loadLayer(layer: FileLayer, tensors: TensorFile): Layer {
  const { name } = layer;
  switch (layer.kind) {
    case 'dense': {
      const { shape, data } = tensorOf(tensors, name, layer.weights, ['outputs', 'inputs']);
      const [outputs, inputs] = shape as [number, number];
      return { kind: 'dense', name, inputs, outputs, weights: data, bias: biasOf(tensors, name, layer.bias, outputs) };
    }
    case 'conv2d':
      return loadConv2d(layer, tensors);
    case 'conv1d': {
      const { stride, padding, dilation } = layer;
      const ends = typeof padding === 'number' ? ([padding, padding] as const) : padding;
      return loadConv2d(
        {
          ...layer,
          kind: 'conv2d',
          stride: [1, stride],
          padding: ends === 'same' ? ends : [0, ends[0], 0, ends[1]],
          dilation: [1, dilation ?? 1],
        },
        tensors,
      );
    }
    case 'averagePool':
      return { ...layer, padding: layer.padding === undefined ? undefined : onFourSides(layer.padding) };
    case 'maxPool': {
      const { height, width, stride = [height, width], padding, dilation } = layer;
      return { kind: 'maxPool', name, window: { height, width, stride, padding: onFourSides(padding), dilation } };
    }
    case 'softmax':
    case 'argmax':
      return refuseLayer(name, 'softmax or argmax as the last layer', `${layer.kind} before others`);
    case 'batchNorm':
      return scaleOf(loadBatchNorm(layer, tensors));
    default:
      return layer;
  }
}

/** Weights of a convolution over images of height 1 may have no height. */
function loadConv2d(layer: FileLayer & { kind: 'conv2d' }, tensors: TensorFile): Conv2dLayer {
  const { name, stride, dilation, groups } = layer;
  const flat = tensors.read(layer.weights)?.shape.length === 3;
  const sizes = ['output channels', 'input channels', ...(flat ? [] : ['height']), 'width'];
  const { shape, data } = tensorOf(tensors, name, layer.weights, sizes);
  const [outputChannels, inputsPerGroup, ...window] = shape as [number, number, ...number[]];
  const [height, width] = (flat ? [1, ...window] : window) as [number, number];
  const padding = flat && typeof layer.padding === 'number' ? ([0, layer.padding, 0, layer.padding] as const) : onFourSides(layer.padding);
  return {
    kind: 'conv2d',
    name,
    inputChannels: inputsPerGroup * (groups ?? 1),
    outputChannels,
    groups,
    window: { height, width, stride: flat && typeof stride === 'number' ? [1, stride] : stride, padding, dilation },
    weights: data,
    bias: biasOf(tensors, name, layer.bias, outputChannels),
  };
}

/** Two numbers are above and below, left and right. */
function onFourSides(padding: (FileLayer & { kind: 'conv2d' })['padding']): Window['padding'] {
  if (typeof padding === 'number' || padding === 'same') return padding;
  const [top, left, bottom = top, right = left] = padding;
  return [top, left, bottom, right];
}

function loadBatchNorm(layer: FileLayer & { kind: 'batchNorm' }, tensors: TensorFile): BatchNorm {
  const channelsOf = (name: string): Float64Array => tensorOf(tensors, layer.name, name, ['channels']).data;
  const { name, epsilon } = layer;
  const norm = {
    mean: channelsOf(layer.mean),
    variance: channelsOf(layer.variance),
    scale: channelsOf(layer.scale),
    shift: channelsOf(layer.shift),
  };
  const negative = norm.variance.find((value) => value < 0);
  if (negative !== undefined) refuseLayer(name, 'variances of zero or more', `${negative}`);
  return { name, ...norm, epsilon };
}

export interface LoadedLayers {
  readonly layers: readonly Layer[];
  /** The function of the outputs that is left to the client; null: none. */
  readonly leftToClient: 'softmax' | 'argmax' | null;
}

/** @throws EnigmarkError NETWORK_TENSOR_MISSING, NETWORK_SHAPE */
export function loadLayers(layers: readonly FileLayer[], tensors: TensorFile): LoadedLayers {
  const last = layers.at(-1)!;
  const leftToClient = last.kind === 'softmax' || last.kind === 'argmax' ? last.kind : null;
  const computed = leftToClient === null ? layers : layers.slice(0, -1);
  return {
    layers: computed.map((layer) => {
      const { inputs, ...alone } = layer;
      const loaded = loadLayer(alone as FileLayer, tensors);
      return inputs === undefined ? loaded : { ...loaded, reads: inputs };
    }),
    leftToClient,
  };
}
