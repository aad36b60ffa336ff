/**
 * Layers of a topology file, with their weights.
 *
 * @module
 */
import { EnigmarkError } from '../../../schemes/errors.ts';
import type { BatchNorm } from '../batch-norm.ts';
import { expectCount, refuseLayer } from '../layer-error.ts';
import type { Layer } from '../network.ts';
import type { FileLayer } from './network-file.ts';
import { scaleOf } from '../scale.ts';
import type { ReadTensor, TensorFile } from './safetensors.ts';

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
    case 'conv2d': {
      const { shape, data } = tensorOf(tensors, name, layer.weights, ['output channels', 'input channels', 'height', 'width']);
      const [outputChannels, inputChannels, height, width] = shape as [number, number, number, number];
      const window = { height, width, stride: layer.stride, padding: layer.padding };
      const bias = biasOf(tensors, name, layer.bias, outputChannels);
      return { kind: 'conv2d', name, inputChannels, outputChannels, window, weights: data, bias };
    }
    case 'batchNorm':
      return scaleOf(loadBatchNorm(layer, tensors));
    default:
      return layer;
  }
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

/** @throws EnigmarkError NETWORK_TENSOR_MISSING, NETWORK_SHAPE */
export function loadLayers(layers: readonly FileLayer[], tensors: TensorFile): readonly Layer[] {
  return layers.map((layer) => {
    const { inputs, ...alone } = layer;
    const loaded = loadLayer(alone as FileLayer, tensors);
    return inputs === undefined ? loaded : { ...loaded, reads: inputs };
  });
}
