/**
 * From an ONNX model to a network: constants are computed, shapes resolved for one sample, and every node becomes layers.
 *
 * @module
 */
import { EnigmarkError } from '../../schemes/errors.ts';
import type { Layer } from '../network/network.ts';
import type { Shape } from '../network/shape.ts';
import { NetworkBuilder, refuseNode } from './builder.ts';
import { classifierOperators, learningOperators } from './classifier-operators.ts';
import { elementwiseOperators } from './elementwise.ts';
import { linearOperators } from './linear-operators.ts';
import type { OnnxModel, OnnxNode, OnnxValue } from './model.ts';
import type { Operator } from './operator.ts';
import { countOf, expectWork } from './tensor.ts';
import { poolOperators } from './pool-operators.ts';
import { shapeOperators } from './shape-operators.ts';
import { type ClientFunction, constant, inputVariable, type Value } from './values.ts';

const OPERATORS: ReadonlyMap<string, ReadonlyMap<string, Operator>> = new Map([
  ['', new Map([...shapeOperators, ...elementwiseOperators, ...linearOperators, ...poolOperators, ...classifierOperators])],
  ['ai.onnx.ml', learningOperators],
]);

/** Numbers of 16, 32 and 64 bits with a fraction. */
const FLOATS = new Set([1, 10, 11, 16]);
/** Without a fraction, of 8 to 64 bits. */
const WHOLE = new Set([2, 3, 4, 5, 6, 7, 12, 13]);

export interface LoweredModel {
  readonly input: Shape;
  readonly layers: readonly Layer[];
  /** The function of the outputs that is left to the client; null: none. */
  readonly leftToClient: ClientFunction | null;
  /** Of one sample as the model has it. */
  readonly inputShape: readonly number[];
  /** The output that is computed. */
  readonly output: string;
}

/**
 * The layers for one sample, as `lowerFor` finds them.
 *
 * @throws EnigmarkError ONNX_INPUT (none or several, of whole numbers or of an open size), and as `lowerFor` does
 */
export function lowerModel(model: OnnxModel): LoweredModel {
  const input = onlyInput(model);
  try {
    return lowerFor(model, sampleShape(input));
  } catch (error) {
    // Exported without a batch, the first size is one of the sample's own.
    const whole = wholeShape(input);
    if (whole === null || !(error instanceof EnigmarkError)) throw error;
    try {
      return lowerFor(model, whole);
    } catch {
      throw error;
    }
  }
}

/**
 * The layers that one output of the model depends on, for an input of that shape: of the first output that can be computed.
 *
 * @throws EnigmarkError ONNX_INPUT, ONNX_OPERATOR, ONNX_DAMAGED (a value that nothing makes)
 */
export function lowerFor(model: OnnxModel, inputShape: readonly number[]): LoweredModel {
  const input = onlyInput(model);
  expectWork(countOf(inputShape), 'numbers in a sample');
  let refusal: EnigmarkError | null = null;
  for (const { name } of model.outputs) {
    try {
      return lowerOutput(model, input, inputShape, name);
    } catch (error) {
      if (!(error instanceof EnigmarkError)) throw error;
      refusal ??= error;
    }
  }
  throw refusal ?? new EnigmarkError('ONNX_DAMAGED', { expected: 'an output of the model', got: 'none', remedy: 'export the model again' });
}

function refuseInput(expected: string, got: string, remedy: string): never {
  throw new EnigmarkError('ONNX_INPUT', { expected, got, remedy });
}

/** The input that nodes read: those that none does may stay. */
function onlyInput({ inputs, nodes }: OnnxModel): OnnxValue {
  const readersOf = (name: string): readonly OnnxNode[] => nodes.filter((node) => node.inputs.includes(name));
  const [first, ...others] = inputs.length === 1 ? inputs : inputs.filter(({ name }) => readersOf(name).length > 0);
  if (first === undefined || others.length > 0) {
    refuseInput('a model of one input', inputs.map(({ name }) => name).join(', ') || 'none', 'join the inputs, or make constants of them');
  }
  // Pixels may come as whole numbers that become floats at once.
  const isCast = readersOf(first.name).every(({ operator }) => operator === 'Cast');
  if (!FLOATS.has(first.elementType) && !(WHOLE.has(first.elementType) && isCast))
    refuseInput(`floats as input "${first.name}"`, `type ${first.elementType}`, 'export with a float input');
  return first;
}

/** The batch, which is the first size of two or more, becomes one sample. */
function sampleShape({ name, shape }: OnnxValue): readonly number[] {
  if (shape === null) return refuseInput(`a shape of input "${name}"`, 'none', 'export with an example of fixed size');
  const sizes = shape.length > 1 ? [1, ...shape.slice(1)] : shape;
  return sizes.map((size) =>
    typeof size === 'number' && size >= 1
      ? size
      : refuseInput(`fixed sizes of input "${name}" but for the batch`, shape.join(' x '), 'export with an example of fixed size'),
  );
}

/** All sizes as one sample's; null: the first is a batch, or none that is fixed. */
function wholeShape({ shape }: OnnxValue): readonly number[] | null {
  const sizes = shape?.filter((size) => typeof size === 'number' && size >= 1) as readonly number[] | undefined;
  return shape === null || shape.length < 2 || sizes?.length !== shape.length || sizes[0] === 1 ? null : sizes;
}

function lowerOutput(model: OnnxModel, input: OnnxValue, inputShape: readonly number[], output: string): LoweredModel {
  const start = inputVariable(inputShape);
  const builder = new NetworkBuilder(start);
  const values = new Map<string, Value>([[input.name, start]]);
  for (const [name, { shape, data }] of model.constants) values.set(name, constant(shape, data));
  const [batch] = input.shape ?? [];
  const fixedBatch = typeof batch === 'number' ? batch : null;
  const nodes = nodesFor(model, output);
  const reads = new Set(nodes.flatMap(({ inputs }) => inputs));
  for (const node of nodes) {
    const operator = OPERATORS.get(node.domain)?.get(node.operator) ?? refuseNode(node, whyUnread(node.operator));
    const inputs = node.inputs.map((name) => (name === '' ? null : (values.get(name) ?? unmade(node, name))));
    const isLast = node.outputs.every((name) => !reads.has(name));
    const opset = model.opsets.get(node.domain) ?? 1;
    const made = operator({ node, inputs, builder, opset, isLast, fixedBatch });
    for (const [at, name] of node.outputs.entries()) if (name !== '' && made[at] !== undefined) values.set(name, made[at]);
  }
  const result = values.get(output);
  if (result === undefined)
    throw new EnigmarkError('ONNX_DAMAGED', {
      expected: `a node that makes output "${output}"`,
      got: 'none',
      remedy: 'export the model again',
    });
  if (result.kind === 'constant') return refuseInput(`output "${output}" to depend on the input`, 'a constant', 'export the whole model');
  const [value, leftToClient] = result.kind === 'client' ? [result.of, result.apply] : [result, null];
  return { input: start.layout, layers: builder.layersFor(value), leftToClient, inputShape, output };
}

/** Of what people bring most often, with what can be done. */
const UNREAD: readonly (readonly [operator: RegExp, reason: string])[] = [
  [/^(LSTM|GRU|RNN|Loop|Scan|If)$/, 'recurrent layers and branches are not read'],
  [
    /^(Layer|Instance|Group|LpNorm|MeanVariance|LRN)/,
    'it divides by what is encrypted: train with batch normalisation, which folds into weights',
  ],
  [/Quantize|QLinear|Integer$|^QGemm/, 'a quantised network: export the float one that it was made of'],
  [/^(TreeEnsemble|SVM|Compress|Where|Greater|Less|Equal|TopK|NonMaxSuppression)/, 'it compares encrypted values'],
  [/^(Resize|Upsample|ConvTranspose|GridSample)/, 'images are not made larger here'],
];

function whyUnread(operator: string): string {
  return UNREAD.find(([of]) => of.test(operator))?.[1] ?? 'the operator is not read';
}

function unmade({ operator, name }: OnnxNode, value: string): never {
  throw new EnigmarkError('ONNX_DAMAGED', {
    expected: `input "${value}" of ${operator} "${name}" to be made before it`,
    got: 'no node that makes it',
    remedy: 'export the model again',
  });
}

/** The nodes that an output depends on, in the order of the file. */
function nodesFor({ nodes }: OnnxModel, output: string): readonly OnnxNode[] {
  const wanted = new Set([output]);
  const needed = new Set<OnnxNode>();
  for (const node of nodes.toReversed()) {
    if (!node.outputs.some((name) => wanted.has(name))) continue;
    needed.add(node);
    for (const name of node.inputs) wanted.add(name);
  }
  return nodes.filter((node) => needed.has(node));
}
