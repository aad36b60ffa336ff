/**
 * A network in a folder of its own, for tests that damage it.
 *
 * @module
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Random } from '../../data/random.ts';
import { type Tensor, writeSafetensors } from './safetensors.ts';

export const topology = {
  title: 'Every kind of layer',
  weights: 'weights.safetensors',
  input: { shape: [1, 6, 6], min: -1, max: 1 },
  layers: [
    { kind: 'conv2d', name: 'conv', weights: 'conv.weight', bias: 'conv.bias', stride: 1, padding: 1 },
    { kind: 'batchNorm', name: 'norm', mean: 'mean', variance: 'variance', scale: 'scale', shift: 'shift', epsilon: 0.001 },
    { kind: 'activation', name: 'square', activation: 'square' },
    { kind: 'averagePool', name: 'pool', height: 2, width: 2, stride: 2 },
    { kind: 'flatten', name: 'flatten' },
    { kind: 'dense', name: 'dense', weights: 'dense.weight' },
  ],
  classes: ['yes', 'no', 'perhaps'],
  samples: 'samples.safetensors',
};

const random = Random.from(1, 'network file');

export function randomTensor(shape: readonly number[], min = -1, max = 1): Tensor {
  const length = shape.reduce((product, size) => product * size, 1);
  return { shape, data: Float32Array.from({ length }, () => random.uniform(min, max)) };
}

export const weights: Readonly<Record<string, Tensor>> = {
  'conv.weight': randomTensor([2, 1, 3, 3]),
  'conv.bias': randomTensor([2]),
  mean: randomTensor([2]),
  variance: randomTensor([2], 0.5, 2),
  scale: randomTensor([2]),
  shift: randomTensor([2]),
  'dense.weight': randomTensor([3, 18]),
};

export const samples: Readonly<Record<string, Tensor>> = {
  inputs: randomTensor([4, 1, 6, 6]),
  labels: { shape: [4], data: Float32Array.of(0, 2, 1, 2) },
};

/** Writes the three files, removes them when disposed. */
export class NetworkFolder implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'enigmark-network-'));

  constructor() {
    this.writeTopology(topology);
    this.writeTensors('weights', weights);
    this.writeTensors('samples', samples);
  }

  get path(): string {
    return join(this.#folder, 'network.json');
  }

  writeTopology(value: unknown): void {
    this.write('network.json', typeof value === 'string' ? value : JSON.stringify(value));
  }

  writeTensors(name: 'weights' | 'samples', tensors: Readonly<Record<string, Tensor>>): void {
    this.write(`${name}.safetensors`, writeSafetensors(new Map(Object.entries(tensors)), {}));
  }

  write(name: string, content: string | Uint8Array): void {
    writeFileSync(join(this.#folder, name), content);
  }

  remove(name: string): void {
    rmSync(join(this.#folder, name));
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true });
  }
}
