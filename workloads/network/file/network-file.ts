/**
 * The topology file of a network: JSON that says input, layers and which tensors of a safetensors file hold the weights.
 * `network.schema.json` is its published JSON Schema (2020-12).
 *
 * @module
 */
import { z } from 'zod';

const MOST_LAYERS = 256;
const MOST_SIZE = 2 ** 20;

const size = z.int().min(1).max(MOST_SIZE);
const layerName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9 ._-]{0,39}$/)
  .describe('Names the layer in tables and errors; letters, digits, spaces, dots, dashes and underscores.');
const tensor = z.string().min(1).max(200);
const fileBeside = z
  .string()
  .max(200)
  .regex(/^[^/\\]+\.safetensors$/)
  .describe('A file in the same folder.');
const bias = tensor.optional().describe('One per output channel; zero where it is left out.');

const inputs = z
  .array(z.string().min(1).max(40))
  .max(64)
  .describe("Names of the layers that it reads, or 'input' for the network's input.");
/** Of every layer that reads one value. */
const one = { inputs: inputs.length(1).optional().describe('Name of the layer that it reads; without it, the layer before.') };

const dense = z
  .strictObject({
    kind: z.literal('dense'),
    name: layerName,
    ...one,
    weights: tensor.describe('Tensor of shape outputs x inputs.'),
    bias,
  })
  .describe('Fully connected, over values in a row: flatten images first.');
const conv2d = z
  .strictObject({
    kind: z.literal('conv2d'),
    name: layerName,
    ...one,
    weights: tensor.describe('Tensor of shape output channels x input channels x height x width.'),
    bias,
    stride: size.default(1),
    padding: z.int().min(0).max(MOST_SIZE).default(0).describe('Zeros added on each of the four sides.'),
  })
  .describe('Convolution, the kernel not mirrored.');
const averagePool = z.strictObject({
  kind: z.literal('averagePool'),
  name: layerName,
  ...one,
  height: size,
  width: size,
  stride: size.describe('From one window to the next, in both directions. A rest at the end is left out.'),
});
const activation = z
  .strictObject({
    kind: z.literal('activation'),
    name: layerName,
    ...one,
    activation: z.enum(['square', 'relu', 'sign', 'sigmoid']),
  })
  .describe('Applied to every value; sign of zero is 1.');
const flatten = z
  .strictObject({ kind: z.literal('flatten'), name: layerName, ...one })
  .describe('All values in a row: channel by channel, row by row.');
const batchNorm = z
  .strictObject({
    kind: z.literal('batchNorm'),
    name: layerName,
    ...one,
    mean: tensor,
    variance: tensor,
    scale: tensor,
    shift: tensor,
    epsilon: z.number().positive().max(1).default(1e-5),
  })
  .describe('scale * (x - mean) / sqrt(variance + epsilon) + shift per channel.');

const several = inputs.min(2);
const add = z
  .strictObject({ kind: z.literal('add'), name: layerName, inputs: several })
  .describe('Sum, value by value: a residual or skip connection. All inputs have one shape.');
const concat = z
  .strictObject({ kind: z.literal('concat'), name: layerName, inputs: several })
  .describe('Channels of all inputs, those of the first one first.');

const layer = z.discriminatedUnion('kind', [dense, conv2d, averagePool, activation, flatten, batchNorm, add, concat]);

export const networkFileSchema = z.strictObject({
  $schema: z.string().optional(),
  title: z.string().min(1).max(100).optional().describe('What it is, for people.'),
  weights: fileBeside,
  input: z.strictObject({
    shape: z.tuple([size, size, size]).describe('Channels, height, width; values in a row are N, 1, 1.'),
    min: z.number().describe('Every input value lies from min to max.'),
    max: z.number(),
  }),
  layers: z.array(layer).min(1).max(MOST_LAYERS),
  classes: z.array(z.string().min(1).max(60)).max(MOST_SIZE).optional().describe('Names of the outputs.'),
  samples: fileBeside
    .optional()
    .describe(
      'Data: tensor "inputs", a sample per row; "labels", the right output of each, of one output 0 or 1, or "targets", its right outputs as numbers; "calibration", other inputs to measure ranges on.',
    ),
});

export type NetworkFile = z.infer<typeof networkFileSchema>;
export type FileLayer = NetworkFile['layers'][number];
