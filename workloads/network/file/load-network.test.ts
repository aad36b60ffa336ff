/** @module */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { loadNetwork } from './load-network.ts';
import { networkFileSchema } from './network-file.ts';
import { NetworkFolder, randomTensor, samples, topology, weights } from './network-file.fixture.ts';
import { evaluateLayers } from '../reference.ts';
import { writeSafetensors } from './safetensors.ts';

const schema: unknown = JSON.parse(readFileSync(new URL('../network.schema.json', import.meta.url), 'utf8'));
const published = new Ajv2020().compile(schema as object);

/** The file with one tensor more, as PyTorch writes its whole numbers. */
function withInt64(file: Uint8Array, name: string, values: readonly number[]): Uint8Array {
  const bodyStart = 8 + Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(file.subarray(8, bodyStart))) as Record<string, unknown>;
  const begin = file.length - bodyStart;
  header[name] = { dtype: 'I64', shape: [values.length], data_offsets: [begin, begin + 8 * values.length] };
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.from(BigUint64Array.of(BigInt(json.length)).buffer);
  return Buffer.concat([length, json, file.subarray(bodyStart), Buffer.from(BigInt64Array.from(values, BigInt).buffer)]);
}

test('counters of batch normalisation and labels of 64 bits, as PyTorch saves them', () => {
  using folder = new NetworkFolder();
  const { inputs } = samples;
  folder.write('weights.safetensors', withInt64(writeSafetensors(new Map(Object.entries(weights)), {}), 'norm.num_batches_tracked', [938]));
  folder.write('samples.safetensors', withInt64(writeSafetensors(new Map([['inputs', inputs!]]), {}), 'labels', [0, 2, 1, 2]));
  expect(loadNetwork(folder.path).samples?.labels).toEqual(Uint32Array.of(0, 2, 1, 2));
});

test('a file with every kind of layer is loaded', () => {
  using folder = new NetworkFolder();
  const { id, title, network, classes, samples: loaded } = loadNetwork(folder.path);
  expect({ id, title, classes }).toEqual({ id: 'network', title: 'Every kind of layer', classes: ['yes', 'no', 'perhaps'] });
  expect(network.input).toEqual({ shape: { channels: 1, height: 6, width: 6 }, min: -1, max: 1 });
  expect(network.layers.map(({ kind }) => kind)).toEqual(['conv2d', 'scale', 'activation', 'averagePool', 'flatten', 'dense']);
  expect(loaded?.labels).toEqual(Uint32Array.of(0, 2, 1, 2));
  expect(loaded?.inputs).toHaveLength(4);
  expect(loaded?.inputs[1]).toEqual(Float64Array.from(samples['inputs']!.data.subarray(36, 72)));
  // The middle of channel 1 after convolution and normalisation, by hand.
  const [image] = loaded!.inputs;
  const [kernel, bias, ...norm] = ['conv.weight', 'conv.bias', 'mean', 'variance', 'scale', 'shift'].map((name) => weights[name]!.data);
  const [mean, variance, scale, shift] = norm.map((values) => values[1]!) as [number, number, number, number];
  let sum = bias![1]!;
  for (let v = 0; v < 3; v++) for (let u = 0; u < 3; u++) sum += kernel![9 + 3 * v + u]! * image![(1 + v) * 6 + 2 + u]!;
  const expected = (scale * (sum - mean)) / Math.sqrt(variance + 0.001) + shift;
  expect(evaluateLayers(network, image!)[1]![36 + 2 * 6 + 3]).toBeCloseTo(expected, 10);
});

test('weights without a bias have none, strides and paddings are 1 and 0, names and samples may be missing', () => {
  using folder = new NetworkFolder();
  const layers = [{ kind: 'conv2d', name: 'conv', weights: 'conv.weight' }];
  const { weights: file, input } = topology;
  folder.writeTopology({ weights: file, input, layers });
  const { network, ...rest } = loadNetwork(folder.path);
  expect(rest).toEqual({ id: 'network', title: null, classes: null, samples: null, leftToClient: null });
  const window = { height: 3, width: 3, stride: 1, padding: 0 };
  expect(network.layers).toMatchObject([{ window, bias: new Float64Array(2) }]);
});

test('labels name any class, of however many', () => {
  using folder = new NetworkFolder();
  const layers = [{ kind: 'dense', name: 'dense', weights: 'wide' }];
  folder.writeTopology({ weights: topology.weights, samples: topology.samples, input: { shape: [2, 1, 1], min: -1, max: 1 }, layers });
  folder.writeTensors('weights', { wide: randomTensor([70_000, 2]) });
  folder.writeTensors('samples', { inputs: randomTensor([3, 2]), labels: { shape: [3], data: Float32Array.of(255, 256, 69_999) } });
  expect(loadNetwork(folder.path).samples?.labels).toEqual(Uint32Array.of(255, 256, 69_999));
});

/** A network of one layer over an image of 2 x 4 x 6 (of height 1 for conv1d), and what it makes of its pixels in order. */
function outputsOf(layer: object, tensors: Parameters<NetworkFolder['writeTensors']>[1], shape: readonly number[] = [2, 4, 6]): number[] {
  using folder = new NetworkFolder();
  folder.writeTopology({ weights: topology.weights, input: { shape, min: -1, max: 1 }, layers: [{ name: 'layer', ...layer }] });
  folder.writeTensors('weights', tensors);
  const { network } = loadNetwork(folder.path);
  const size = shape.reduce((product, length) => product * length, 1);
  const [outputs] = evaluateLayers(
    network,
    Float64Array.from({ length: size }, (_, at) => at),
  );
  return [...outputs!];
}
const ones = (...shape: number[]) => ({ w: { shape, data: new Float32Array(shape.reduce((product, size) => product * size, 1)).fill(1) } });

describe('windows as frameworks have them', () => {
  test('a stride for each direction', () => {
    const conv = { kind: 'conv2d', weights: 'w', stride: [3, 2] };
    // Pixel (channel, y, x) is 24 * channel + 6 * y + x.
    expect(outputsOf(conv, ones(1, 2, 1, 1))).toEqual([24, 28, 32, 60, 64, 68]);
  });

  test('dilation reaches over pixels', () => {
    expect(outputsOf({ kind: 'conv2d', weights: 'w', dilation: [3, 5] }, ones(1, 2, 2, 2))).toEqual([4 * 24 + 4 * 18 + 4 * 5]);
  });

  test('groups are convolved apart', () => {
    expect(outputsOf({ kind: 'conv2d', weights: 'w', groups: 2, stride: 6 }, ones(2, 1, 1, 1))).toEqual([0, 24]);
  });

  test("'same' padding gives a place for each stride, an odd zero at the end", () => {
    expect(outputsOf({ kind: 'conv2d', weights: 'w', padding: 'same', stride: [4, 3], groups: 2 }, ones(2, 1, 1, 2))).toEqual([
      1, 7, 49, 55,
    ]);
    expect(outputsOf({ kind: 'conv1d', weights: 'w', padding: 'same' }, ones(1, 1, 2), [1, 1, 3])).toEqual([1, 3, 2]);
  });

  test('two numbers are padding above and below, left and right', () => {
    expect(outputsOf({ kind: 'conv2d', weights: 'w', padding: [0, 1], stride: [4, 7], groups: 2 }, ones(2, 1, 1, 1))).toEqual([0, 0, 0, 0]);
    expect(outputsOf({ kind: 'conv2d', weights: 'w', padding: [0, 0, 0, 1], stride: [4, 6], groups: 2 }, ones(2, 1, 1, 1))).toEqual([
      0, 0, 24, 0,
    ]);
  });

  test('a one-dimensional convolution, by name or by the shape of its tensor', () => {
    const tensors = ones(1, 2, 3);
    for (const kind of ['conv1d', 'conv2d']) {
      expect(outputsOf({ kind, weights: 'w' }, tensors, [2, 1, 5])).toEqual([21, 27, 33]);
      expect(outputsOf({ kind, weights: 'w', padding: 1, stride: 2 }, tensors, [2, 1, 5])).toEqual([12, 27, 24]);
    }
  });

  test('zeros of the padding count in the mean, or not', () => {
    const pool = { kind: 'averagePool', height: 2, width: 2, stride: 6, padding: 1 };
    expect(outputsOf(pool, {}, [1, 4, 6])).toEqual([0, 5 / 4]);
    expect(outputsOf({ ...pool, padding: [1, 0, 0, 0], stride: [4, 4] }, {}, [1, 4, 6])).toEqual([1 / 4, 9 / 4]);
    expect(outputsOf({ ...pool, padding: [1, 0, 0, 0], stride: [4, 4], countPadding: false }, {}, [1, 4, 6])).toEqual([1 / 2, 9 / 2]);
  });

  test('a normalisation behind an activation, a function with a parameter, and a softmax that is left to the client', () => {
    using folder = new NetworkFolder();
    const [, norm, , pool, flatten, dense] = topology.layers;
    const leaky = { kind: 'activation', name: 'leaky', activation: 'leakyRelu', parameters: [0.5] };
    folder.writeTopology({
      ...topology,
      layers: [topology.layers[0], leaky, norm, pool, flatten, dense, { kind: 'softmax', name: 'end' }],
    });
    const { network, leftToClient, samples: loaded } = loadNetwork(folder.path);
    expect(leftToClient).toBe('softmax');
    expect(network.layers.at(-1)).toMatchObject({ kind: 'dense' });
    const [conv, leaked] = evaluateLayers(network, loaded!.inputs[0]!);
    expect([...leaked!]).toEqual(Array.from(conv!, (x) => (x < 0 ? x / 2 : x)));
  });
});

type Change = (folder: NetworkFolder) => void;
const withTopology =
  (change: object): Change =>
  (folder) =>
    folder.writeTopology({ ...topology, ...change });
const withLayer =
  (index: number, change: object): Change =>
  (folder) =>
    folder.writeTopology({ ...topology, layers: topology.layers.map((layer, at) => (at === index ? { ...layer, ...change } : layer)) });
const withTensors =
  (name: 'weights' | 'samples', change: object): Change =>
  (folder) =>
    folder.writeTensors(name, { ...(name === 'weights' ? weights : samples), ...change });
const number = (value: number) => ({ shape: [4], data: Float32Array.of(0, value, 0, 0) });

const refused: readonly (readonly [string, string, RegExp, Change])[] = [
  ['no file', 'NETWORK_FILE_MISSING', /network.json/, (folder) => folder.remove('network.json')],
  ['no weights', 'NETWORK_FILE_MISSING', /weights.safetensors/, (folder) => folder.remove('weights.safetensors')],
  ['no samples', 'NETWORK_FILE_MISSING', /samples.safetensors/, (folder) => folder.remove('samples.safetensors')],
  ['cut JSON', 'NETWORK_FILE_JSON', /JSON in network.json/, (folder) => folder.writeTopology(JSON.stringify(topology).slice(0, -1))],
  ['an empty file', 'NETWORK_FILE_JSON', /JSON/, (folder) => folder.writeTopology('')],
  ['a number', 'NETWORK_FILE_INVALID', /expected object/, (folder) => folder.writeTopology('7')],
  ['an unknown field', 'NETWORK_FILE_INVALID', /colour/, withTopology({ colour: 'red' })],
  ['an unknown layer', 'NETWORK_FILE_INVALID', /layers\[2\]/, withLayer(2, { kind: 'lstm' })],
  ['an unknown activation', 'NETWORK_FILE_INVALID', /layers\[2\]\.activation.*square.*relu/, withLayer(2, { activation: 'maxout' })],
  [
    'a softmax between layers',
    'NETWORK_SHAPE',
    /last layer.*"square".*softmax/,
    (folder) =>
      folder.writeTopology({
        ...topology,
        layers: topology.layers.map((layer) => (layer.name === 'square' ? { kind: 'softmax', name: 'square' } : layer)),
      }),
  ],
  ['a parameter too many', 'NETWORK_SHAPE', /1 parameters of leakyRelu.*2/, withLayer(2, { activation: 'leakyRelu', parameters: [1, 2] })],
  ['a broken power', 'NETWORK_SHAPE', /whole power.*1\.5/, withLayer(2, { activation: 'power', parameters: [1.5] })],
  ['groups that do not divide', 'NETWORK_SHAPE', /3 equal groups|input channels/, withLayer(0, { groups: 3 })],
  ['a stride of zero', 'NETWORK_FILE_INVALID', /layers\[3\]\.stride/, withLayer(3, { stride: 0 })],
  ['half a padding', 'NETWORK_FILE_INVALID', /layers\[0\]\.padding/, withLayer(0, { padding: 0.5 })],
  ['no layers', 'NETWORK_FILE_INVALID', /layers/, withTopology({ layers: [] })],
  ['weights elsewhere', 'NETWORK_FILE_INVALID', /weights/, withTopology({ weights: '../weights.safetensors' })],
  ['an interval past all numbers', 'NETWORK_INTERVAL', /-2\^64 to 2\^64/, withTopology({ input: { ...topology.input, max: 1e308 } })],
  [
    'an interval as narrow as nothing',
    'NETWORK_INTERVAL',
    /2\^-64 apart/,
    withTopology({ input: { ...topology.input, min: 0, max: 5e-324 } }),
  ],
  ['an empty interval', 'NETWORK_INTERVAL', /1 and 1/, withTopology({ input: { ...topology.input, min: 1 } })],
  [
    'an infinite interval',
    'NETWORK_FILE_INVALID',
    /input\.max/,
    (folder) => folder.writeTopology(JSON.stringify(topology).replace('"max":1', '"max":1e999')),
  ],
  ['another number of names', 'NETWORK_CLASSES', /3 classes.*got 2/, withTopology({ classes: ['yes', 'no'] })],
  ['a name twice', 'NETWORK_NAME', /"square" twice/, withLayer(3, { name: 'square' })],
  ['only flatten', 'NETWORK_EMPTY', /flatten/, withTopology({ layers: [topology.layers[4]] })],
  ['a missing tensor', 'NETWORK_TENSOR_MISSING', /"kernel".*"conv".*conv\.weight/, withLayer(0, { weights: 'kernel' })],
  ['a matrix as kernel', 'NETWORK_SHAPE', /output channels x input channels.*"conv".*3 x 18/, withLayer(0, { weights: 'dense.weight' })],
  [
    'an empty tensor',
    'NETWORK_SHAPE',
    /"dense\.weight".*"dense".*0 x 18/,
    withTensors('weights', { 'dense.weight': randomTensor([0, 18]) }),
  ],
  [
    'a kernel of other channels',
    'NETWORK_SHAPE',
    /3 input channels.*"conv".*1 x 6 x 6/,
    withTensors('weights', { 'conv.weight': randomTensor([2, 3, 3, 3]) }),
  ],
  ['a bias too many', 'NETWORK_SHAPE', /2 biases.*"conv".*3/, withTensors('weights', { 'conv.bias': randomTensor([3]) })],
  ['other inputs', 'NETWORK_SHAPE', /17 inputs.*"dense".*18/, withTensors('weights', { 'dense.weight': randomTensor([3, 17]) })],
  ['normalisation of other channels', 'NETWORK_SHAPE', /2 numbers as mean.*"norm".*3/, withTensors('weights', { mean: randomTensor([3]) })],
  [
    'a negative variance',
    'NETWORK_SHAPE',
    /variances of zero or more.*"norm"/,
    withTensors('weights', { variance: randomTensor([2], -2, -1) }),
  ],
  [
    'normalisation of more channels than there are',
    'NETWORK_SHAPE',
    /1 factors.*"norm".*2/,
    withTopology({ layers: topology.layers.slice(1) }),
  ],
  [
    'a layer that nobody reads',
    'NETWORK_UNREAD',
    /"pool"/,
    withTopology({ layers: [...topology.layers.slice(0, 4), { ...topology.layers[4], inputs: ['square'] }, topology.layers[5]] }),
  ],
  ['an input that comes later', 'NETWORK_NAME', /"square".*"pool"/, withLayer(2, { inputs: ['pool'] })],
  ['a layer called input', 'NETWORK_NAME', /"input"/, withLayer(3, { name: 'input' })],
  ['two inputs for one', 'NETWORK_FILE_INVALID', /layers\[2\]\.inputs/, withLayer(2, { inputs: ['norm', 'conv'] })],
  [
    'a sum of unlike shapes',
    'NETWORK_SHAPE',
    /one shape.*"sum".*2 x 6 x 6 and 1 x 6 x 6/,
    withTopology({ layers: [topology.layers[0], { kind: 'add', name: 'sum', inputs: ['conv', 'input'] }] }),
  ],
  ['no number', 'SAFETENSORS_VALUE', /conv\.bias/, withTensors('weights', { 'conv.bias': { shape: [2], data: Float32Array.of(1, NaN) } })],
  ['damaged weights', 'SAFETENSORS_TRUNCATED', /8 bytes/, (folder) => folder.write('weights.safetensors', new Uint8Array(3))],
  [
    'samples without inputs',
    'NETWORK_SAMPLES',
    /"inputs".*images/,
    (folder) => folder.writeTensors('samples', { images: samples['inputs']! }),
  ],
  ['samples of other shape', 'NETWORK_SAMPLES', /samples x 36.*4 x 35/, withTensors('samples', { inputs: randomTensor([4, 35]) })],
  ['no samples in the tensor', 'NETWORK_SAMPLES', /0 x 36/, withTensors('samples', { inputs: randomTensor([0, 36]) })],
  [
    'samples outside of the interval',
    'NETWORK_SAMPLES',
    /inputs from -1 to 1/,
    withTensors('samples', { inputs: randomTensor([4, 36], 1, 2) }),
  ],
  [
    'calibration of other shape',
    'NETWORK_SAMPLES',
    /"calibration".*2 x 35/,
    withTensors('samples', { calibration: randomTensor([2, 35]) }),
  ],
  ['a label too large', 'NETWORK_SAMPLES', /labels from 0 to 2.*3/, withTensors('samples', { labels: number(3) })],
  ['half a label', 'NETWORK_SAMPLES', /0\.5/, withTensors('samples', { labels: number(0.5) })],
  ['a label too few', 'NETWORK_SAMPLES', /"labels" of shape 4/, withTensors('samples', { labels: randomTensor([3]) })],
];

test.each(refused)('refuses %s', (_, code, message, change) => {
  using folder = new NetworkFolder();
  change(folder);
  const refusal: unknown = expect.objectContaining({ code, message: expect.stringMatching(message) as unknown });
  expect(() => loadNetwork(folder.path)).toThrow(refusal);
});

test('the network of docs/own-networks.md is one', () => {
  const [, example] = /```json\n(.*?)```/s.exec(readFileSync(new URL('../../../docs/own-networks.md', import.meta.url), 'utf8'))!;
  expect(() => networkFileSchema.parse(JSON.parse(example!))).not.toThrow();
});

describe('published schema', () => {
  const kernel = topology.layers[0];
  test.each<[string, boolean, object]>([
    ['the network', true, topology],
    ['fields with a default left out', true, { ...topology, layers: [{ kind: 'conv2d', name: 'conv', weights: 'w' }] }],
    ['a pointer to the schema', true, { $schema: 'network.schema.json', ...topology }],
    ['an unknown layer', false, { ...topology, layers: [{ ...kernel, kind: 'lstm' }] }],
    ['an unknown field', false, { ...topology, layers: [{ ...kernel, colour: 'red' }] }],
    ['a stride of zero', false, { ...topology, layers: [{ ...kernel, stride: 0 }] }],
    ['a path', false, { ...topology, weights: 'folder/weights.safetensors' }],
    ['a flat input', false, { ...topology, input: { ...topology.input, shape: [36] } }],
  ])('and program agree on %s', (_, accepted, value) => {
    expect({ published: published(value), program: networkFileSchema.safeParse(value).success }).toEqual({
      published: accepted,
      program: accepted,
    });
  });
});
