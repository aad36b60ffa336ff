/**
 * Networks from ONNX files.
 *
 * @module
 */
import { basename } from 'node:path';
import type { LoadedNetwork } from '../network/file/load-network.ts';
import { readBytes } from '../network/file/read-file.ts';
import { intervalOf, readSamples } from '../network/file/samples.ts';
import { graphOf } from '../network/network.ts';
import { lowerModel } from './lower.ts';
import { readModel } from './model.ts';

/** Where there are no samples to tell it. */
const ASSUMED_INTERVAL = { min: -1, max: 1 };

/**
 * The model with what it runs on. Inputs lie in the interval that samples have, or from -1 to 1 where there are none.
 *
 * @param samplesPath A file of samples (`readSamples`); null: none.
 * @throws EnigmarkError ONNX_DAMAGED, ONNX_UNSUPPORTED, ONNX_INPUT, ONNX_OPERATOR, and as `graphOf`, `readBytes` and `readSamples` do
 */
export function loadOnnx(path: string, samplesPath: string | null): LoadedNetwork {
  const model = readModel(readBytes(path));
  const { input: shape, layers, leftToClient, output } = lowerModel(model);
  const network = { input: { shape, ...(samplesPath === null ? ASSUMED_INTERVAL : widened(intervalOf(samplesPath))) }, layers };
  graphOf(network);
  return {
    id: basename(path, '.onnx'),
    title: null,
    network,
    leftToClient,
    remark:
      model.outputs.length === 1
        ? null
        : `of the model's outputs (${model.outputs.map(({ name }) => name).join(', ')}) ${output} is computed`,
    classes: null,
    samples: samplesPath === null ? null : readSamples(samplesPath, network),
  };
}

/** Samples that are all the same have no interval. */
function widened({ min, max }: { readonly min: number; readonly max: number }): { readonly min: number; readonly max: number } {
  return min < max ? { min, max } : { min: Math.min(min, 0), max: Math.max(max, min + 1) };
}
