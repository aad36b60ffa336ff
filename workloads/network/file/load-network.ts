/**
 * Networks from files.
 *
 * @module
 */
import { basename, dirname, join } from 'node:path';
import { EnigmarkError } from '../../../schemes/errors.ts';
import { loadLayers } from './load-layers.ts';
import { type Network, outputCount } from '../network.ts';
import type { NetworkFile } from './network-file.ts';
import { readNetworkFile, readTensors } from './read-file.ts';
import { readSamples, type Samples } from './samples.ts';

export interface LoadedNetwork {
  /** The file's name without '.json'. */
  readonly id: string;
  readonly title: string | null;
  readonly network: Network;
  /** The function of the outputs that the client computes after decryption; null: none. */
  readonly leftToClient: string | null;
  /** What of the file is computed, where that is not all; absent or null: all. */
  readonly remark?: string | null;
  /** Names of the outputs; null: none are given. */
  readonly classes: readonly string[] | null;
  /** null: the file names none. */
  readonly samples: Samples | null;
}

/** Beyond it, squares of squares leave what float64 holds; closer together, steps between inputs are no numbers any more. */
const MOST_LOG2 = 64;

function inputOf({ shape, min, max }: NetworkFile['input']): Network['input'] {
  const [most, least] = [2 ** MOST_LOG2, 2 ** -MOST_LOG2];
  if (min < max && (min < -most || max > most || max - min < least)) {
    throw new EnigmarkError('NETWORK_INTERVAL', {
      expected: `input.min and input.max from -2^${MOST_LOG2} to 2^${MOST_LOG2} and at least 2^-${MOST_LOG2} apart`,
      got: `${min} and ${max}`,
      remedy: 'scale the inputs, and the weights of the first layer against them',
    });
  }
  if (!(min < max)) {
    throw new EnigmarkError('NETWORK_INTERVAL', {
      expected: 'input.min below input.max',
      got: `${min} and ${max}`,
      remedy: 'give the interval that inputs lie in',
    });
  }
  const [channels, height, width] = shape;
  return { shape: { channels, height, width }, min, max };
}

/**
 * Reads a topology file (`network-file.ts`) and the weights and samples that it names; `samplesPath` names others.
 *
 * @throws EnigmarkError NETWORK_FILE_MISSING, NETWORK_FILE_UNREADABLE, NETWORK_FILE_JSON, NETWORK_FILE_INVALID, NETWORK_INTERVAL,
 * NETWORK_TENSOR_MISSING, NETWORK_SHAPE, NETWORK_NAME, NETWORK_EMPTY, NETWORK_TOO_LARGE, NETWORK_CLASSES (another number of names than of
 * outputs), NETWORK_SAMPLES, and SAFETENSORS_* as `readSafetensors` does
 */
export function loadNetwork(path: string, samplesPath: string | null = null): LoadedNetwork {
  const file = readNetworkFile(path);
  const folder = dirname(path);
  const { layers, leftToClient } = loadLayers(file.layers, readTensors(join(folder, file.weights)));
  const network = { input: inputOf(file.input), layers };
  const outputs = outputCount(network);
  const named = samplesPath ?? (file.samples === undefined ? null : join(folder, file.samples));
  if (file.classes !== undefined && file.classes.length !== outputs) {
    throw new EnigmarkError('NETWORK_CLASSES', {
      expected: `names of ${outputs} classes, one per output`,
      got: `${file.classes.length}`,
      remedy: 'name each or none',
    });
  }
  return {
    id: basename(path, '.json'),
    title: file.title ?? null,
    network,
    leftToClient,
    classes: file.classes ?? null,
    samples: named === null ? null : readSamples(named, network),
  };
}
