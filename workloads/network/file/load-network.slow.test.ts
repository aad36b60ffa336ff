/** @module */
import { expect, test } from 'vitest';
import { fuzz, mutateBytes, MUTATIONS } from '../../data/fuzz.fixture.ts';
import { Random } from '../../data/random.ts';
import { chainOf } from '../chain.ts';
import { loadNetwork } from './load-network.ts';
import { graphOf } from '../network.ts';
import { NetworkFolder, samples, topology, weights } from './network-file.fixture.ts';
import { sizeOf } from '../shape.ts';
import { writeSafetensors } from './safetensors.ts';

const random = Random.from(1, 'network files');
const pick = <T>(among: readonly T[]): T => among[random.below(among.length)]!;

const sound = JSON.stringify(topology);
const tensorNames = Object.keys(weights).map((name) => JSON.stringify(name));
const WORDS = [
  ...['0', '-1', '1', '2', '3', '7', '0.5', '1e9', '1e308', '1e999', '1048576', '4294967296', 'null', '""', '[]', '{}', 'true'],
  ...[
    '"square"',
    '"sign"',
    '"dense"',
    '"conv2d"',
    '"averagePool"',
    '"flatten"',
    '"batchNorm"',
    '"lstm"',
    '"__proto__"',
    '"weights.safetensors"',
  ],
  ...['"samples.safetensors"', '"../weights.safetensors"', '[1,6,6]', `${'['.repeat(2000)}${']'.repeat(2000)}`],
  ...tensorNames,
];

/** One to three values of the topology become words that a value must not be, or that belong elsewhere. */
function withOtherValues(): string {
  let places = 0;
  const count = (_: string, value: unknown): unknown => (places++, value);
  JSON.stringify(topology, count);
  const changed = new Set(Array.from({ length: 1 + random.below(3) }, () => random.below(places)));
  let place = 0;
  const text = JSON.stringify(topology, (_, value: unknown) => (changed.has(place++) ? '@' : value));
  return text.replaceAll('"@"', () => pick(WORDS));
}

/** The layers in another order, some twice or not at all; names of classes would refuse most of them. */
function withOtherLayers(): string {
  const layers = Array.from({ length: random.below(7) }, (_, index) => ({ ...pick(topology.layers), name: `layer ${index}` }));
  return JSON.stringify({ ...topology, layers, classes: undefined, samples: undefined });
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const bytesOf = (tensors: typeof weights): Uint8Array => writeSafetensors(new Map(Object.entries(tensors)), {});

const damages: readonly ((folder: NetworkFolder) => void)[] = [
  (folder) => folder.write('network.json', mutateBytes(encode(sound), random)),
  (folder) => folder.writeTopology(withOtherValues()),
  (folder) => folder.writeTopology(withOtherLayers()),
  (folder) => folder.write('weights.safetensors', mutateBytes(bytesOf(weights), random)),
  (folder) => folder.write('samples.safetensors', mutateBytes(bytesOf(samples), random)),
];

test('damaged files are refused with a code, or hold a network whose shapes fit', () => {
  const outcomes = fuzz('network files', MUTATIONS, () => {
    using folder = new NetworkFolder();
    pick(damages)(folder);
    const { network, samples: loaded } = loadNetwork(folder.path);
    const shapes = graphOf(network).shapes;
    for (const sample of loaded?.inputs ?? []) expect(sample).toHaveLength(sizeOf(shapes[0]!));
    let rows = sizeOf(shapes[0]!);
    for (const link of chainOf(network)) {
      if (link.kind !== 'linear') continue;
      expect(link.matrix.columns).toBe(rows);
      expect(link.matrix.values.every(Number.isFinite)).toBe(true);
      rows = link.matrix.rows;
    }
    expect(rows).toBe(sizeOf(shapes.at(-1)!));
    return 'loaded';
  });
  expect([...outcomes.keys()]).toEqual(
    expect.arrayContaining([
      'loaded',
      'NETWORK_FILE_JSON',
      'NETWORK_FILE_INVALID',
      'NETWORK_TENSOR_MISSING',
      'NETWORK_SHAPE',
      'NETWORK_SAMPLES',
      'NETWORK_TOO_LARGE',
    ]),
  );
});
