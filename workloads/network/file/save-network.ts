/**
 * Networks to files that `loadNetwork` reads; weights are rounded to 32-bit floats.
 *
 * @module
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { groupSizes } from '../conv2d.ts';
import type { Layer, Network } from '../network.ts';
import type { FileLayer, NetworkFile } from './network-file.ts';
import { type Tensor, writeSafetensors } from './safetensors.ts';

export interface Saving {
  readonly folder: string;
  /** Name of both files, without ending. */
  readonly id: string;
  readonly title: string;
  readonly classes: readonly string[] | null;
  /** Goes into the file of weights. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Go into a file of their own; absent: the network comes without. */
  readonly samples?: SavedSamples;
}

/** Rows of inputs, and the right output of each. */
export interface SavedSamples {
  readonly inputs: readonly Float64Array[];
  readonly labels: ArrayLike<number>;
  /** Other inputs, that ranges are measured on. */
  readonly calibration: readonly Float64Array[];
}

function weightsShape(layer: Layer & { kind: 'dense' | 'conv2d' }): readonly number[] {
  if (layer.kind === 'dense') return [layer.outputs, layer.inputs];
  return [layer.outputChannels, groupSizes(layer).inputs, layer.window.height, layer.window.width];
}

function tensorsOf(layers: readonly Layer[]): ReadonlyMap<string, Tensor> {
  return new Map(
    layers.flatMap((layer): [string, Tensor][] => {
      if (layer.kind !== 'dense' && layer.kind !== 'conv2d') return [];
      return [
        [`${layer.name}.weight`, { shape: weightsShape(layer), data: Float32Array.from(layer.weights) }],
        [`${layer.name}.bias`, { shape: [layer.bias.length], data: Float32Array.from(layer.bias) }],
      ];
    }),
  );
}

function fileLayer(layer: Layer): FileLayer {
  const { name, reads } = layer;
  const wired = reads === undefined ? {} : { inputs: [...reads] };
  const tensors = { weights: `${name}.weight`, bias: `${name}.bias` };
  switch (layer.kind) {
    case 'dense':
      return { kind: 'dense', name, ...wired, ...tensors };
    case 'conv2d': {
      const { window, groups } = layer;
      const { stride, padding, dilation } = window;
      return {
        ...{ kind: 'conv2d', name, ...wired, ...tensors, stride: written(stride), padding: written(padding) },
        ...(dilation === undefined ? {} : { dilation: written(dilation) }),
        ...(groups === undefined ? {} : { groups }),
      };
    }
    case 'averagePool': {
      const { height, width, stride, padding, countPadding } = layer;
      return {
        ...{ kind: 'averagePool', name, ...wired, height, width, stride: written(stride) },
        ...(padding === undefined ? {} : { padding: written(padding) }),
        ...(countPadding === undefined ? {} : { countPadding }),
      };
    }
    case 'maxPool': {
      if ('groups' in layer.window) throw new TypeError('max pooling over listed windows has no place in the file format');
      const { height, width, stride, padding, dilation } = layer.window;
      return {
        ...{ kind: 'maxPool', name, ...wired, height, width, stride: written(stride), padding: written(padding) },
        ...(dilation === undefined ? {} : { dilation: written(dilation) }),
      };
    }
    case 'activation': {
      const { activation, parameters } = layer;
      return { kind: 'activation', name, ...wired, activation, ...(parameters === undefined ? {} : { parameters: [...parameters] }) };
    }
    case 'flatten':
      return { kind: 'flatten', name, ...wired };
    case 'add':
    case 'concat':
      return { kind: layer.kind, name, inputs: [...(reads ?? [])] };
    case 'scale':
    case 'matrix':
    case 'reshape':
      throw new TypeError(`a layer of kind ${layer.kind} has no place in the file format`);
  }
}

/** As the schema has it: arrays that may be written to. */
function written<T extends number | string | readonly number[]>(
  value: T,
): T extends readonly number[] ? { -readonly [K in keyof T]: T[K] } : T {
  return structuredClone(value) as T extends readonly number[] ? { -readonly [K in keyof T]: T[K] } : T;
}

/** Writes `<id>.json` and `<id>.safetensors`, and `<id>-samples.safetensors` where there are samples. */
export function saveNetwork({ input, layers }: Network, { folder, id, title, classes, metadata, samples }: Saving): void {
  const { channels, height, width } = input.shape;
  const file: NetworkFile = {
    $schema: '../network/network.schema.json',
    title,
    weights: `${id}.safetensors`,
    input: { shape: [channels, height, width], min: input.min, max: input.max },
    layers: layers.map(fileLayer),
    ...(classes === null ? {} : { classes: [...classes] }),
    ...(samples === undefined ? {} : { samples: `${id}-samples.safetensors` }),
  };
  writeFileSync(join(folder, `${id}.json`), topologyText(file));
  writeFileSync(join(folder, `${id}.safetensors`), writeSafetensors(tensorsOf(layers), metadata));
  if (samples !== undefined) writeFileSync(join(folder, `${id}-samples.safetensors`), writeSafetensors(sampleTensors(samples), metadata));
}

function sampleTensors({ inputs, labels, calibration }: SavedSamples): ReadonlyMap<string, Tensor> {
  return new Map([
    ['inputs', rowsTensor(inputs)],
    ['labels', { shape: [labels.length], data: Float32Array.from(labels) }],
    ['calibration', rowsTensor(calibration)],
  ]);
}

function rowsTensor(rows: readonly Float64Array[]): Tensor {
  return { shape: [rows.length, rows[0]!.length], data: Float32Array.from(rows.flatMap((row) => [...row])) };
}

/** JSON with a line per field, and per layer. */
function topologyText(file: NetworkFile): string {
  const fields = Object.entries(file).map(([key, value]) => {
    const text =
      key === 'layers' ? `[\n${file.layers.map((layer) => `    ${JSON.stringify(layer)}`).join(',\n')}\n  ]` : JSON.stringify(value);
    return `  ${JSON.stringify(key)}: ${text}`;
  });
  return `{\n${fields.join(',\n')}\n}\n`;
}
