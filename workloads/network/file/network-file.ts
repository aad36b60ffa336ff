/**
 * The topology file of a network: JSON that says input, layers and which tensors of a safetensors file hold the weights.
 * `network.schema.json` is its published JSON Schema (2020-12).
 *
 * @module
 */
import { z } from 'zod';
import { type ActivationName, activations } from '../activation.ts';

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
  .regex(/^[^/\\]+\.(safetensors|npz|npy|csv)$/)
  .describe('A file in the same folder.');
const bias = tensor.optional().describe('One per output channel; zero where it is left out.');

const inputs = z
  .array(z.string().min(1).max(40))
  .max(64)
  .describe("Names of the layers that it reads, or 'input' for the network's input.");
/** Of every layer that reads one value. */
const one = { inputs: inputs.length(1).optional().describe('Name of the layer that it reads; without it, the layer before.') };

const perDirection = z.union([size, z.tuple([size, size])]);
const pad = z.int().min(0).max(MOST_SIZE);
const padding = z
  .union([pad, z.tuple([pad, pad]), z.tuple([pad, pad, pad, pad]), z.literal('same')])
  .describe("Zeros added: on all four sides; above and below, left and right; top, left, bottom, right; or 'same'.");

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
    weights: tensor.describe('Tensor of shape output channels x input channels per group x height x width.'),
    bias,
    stride: perDirection.default(1).describe('From one place to the next: in both directions, or down and across.'),
    padding: padding.default(0),
    dilation: perDirection.optional().describe('From one pixel of the window to the next; 1 where it is left out.'),
    groups: size.optional().describe('Equal parts of the channels that are convolved apart.'),
  })
  .describe('Convolution, the kernel not mirrored.');
const conv1d = z
  .strictObject({
    kind: z.literal('conv1d'),
    name: layerName,
    ...one,
    weights: tensor.describe('Tensor of shape output channels x input channels per group x length.'),
    bias,
    stride: size.default(1),
    padding: z
      .union([pad, z.tuple([pad, pad]), z.literal('same')])
      .default(0)
      .describe("On both ends, on each, or 'same'."),
    dilation: size.optional(),
    groups: size.optional(),
  })
  .describe('Convolution over values of shape channels x 1 x length.');
const averagePool = z.strictObject({
  kind: z.literal('averagePool'),
  name: layerName,
  ...one,
  height: size,
  width: size,
  stride: perDirection.describe('From one window to the next, in both directions or down and across. A rest at the end is left out.'),
  padding: padding.optional(),
  countPadding: z.boolean().optional().describe('Whether zeros of the padding count in the mean; they do where it is left out.'),
});
const maxPool = z
  .strictObject({
    kind: z.literal('maxPool'),
    name: layerName,
    ...one,
    height: size,
    width: size,
    stride: perDirection.optional().describe('From one window to the next; as far as the window reaches where it is left out.'),
    padding: padding.default(0),
    dilation: perDirection.optional().describe('From one pixel of the window to the next; 1 where it is left out.'),
  })
  .describe('The largest value of each window; padding is none of them. By tables, or by the client.');
const activation = z
  .strictObject({
    kind: z.literal('activation'),
    name: layerName,
    ...one,
    activation: z.enum(Object.keys(activations) as [ActivationName, ...ActivationName[]]),
    parameters: z
      .array(z.number())
      .max(2)
      .optional()
      .describe(
        'power: exponent (2); leakyRelu: slope (0.01); elu: alpha (1); clip: min, max (0, 6); hardSigmoid: slope, shift (1/6, 1/2).',
      ),
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

const last = z
  .strictObject({ kind: z.enum(['softmax', 'argmax']), name: layerName, ...one })
  .describe('At the end, of classes: left to the client, who decrypts what goes into it. The right class is the same.');
const several = inputs.min(2);
const add = z
  .strictObject({ kind: z.literal('add'), name: layerName, inputs: several })
  .describe('Sum, value by value: a residual or skip connection. All inputs have one shape.');
const concat = z
  .strictObject({ kind: z.literal('concat'), name: layerName, inputs: several })
  .describe('Channels of all inputs, those of the first one first.');

const layer = z.discriminatedUnion('kind', [
  dense,
  conv2d,
  conv1d,
  averagePool,
  maxPool,
  activation,
  flatten,
  batchNorm,
  add,
  concat,
  last,
]);

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
