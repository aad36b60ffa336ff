/**
 * Operators that work number by number: functions, and sums, products and quotients of two values.
 *
 * @module
 */
import { type Activation, functionOf } from '../network/activation.ts';
import { refuseNode } from './builder.ts';
import { functionLike } from './known-functions.ts';
import { constantAt, type Lowering, numberAttribute, operand, type Operator, optionalConstant, select, variable } from './operator.ts';
import { countOf } from './tensor.ts';
import { broadcastShape, type Constant, constant, type Origin, reshaped, stretchedIndices, type Value, type Variable } from './values.ts';

function activated({ node, builder }: Lowering, value: Variable, activation: Activation): Variable {
  return builder.appendElementwise(node, { kind: 'activation', ...activation }, value, functionOf(activation));
}

/** A function; of a constant its numbers. */
function scalar(activationOf: (lowering: Lowering) => Activation): Operator {
  return (lowering) => {
    const activation = activationOf(lowering);
    const value = operand(lowering, 0);
    return [
      value.kind === 'constant' ? { ...value, data: value.data.map(functionOf(activation)) } : activated(lowering, value, activation),
    ];
  };
}

const named = (activation: Activation['activation']): Operator => scalar(() => ({ activation }));

/** At the end of a model no class depends on it: it is left to the client, who sees what goes in. */
const sigmoid: Operator = (lowering) => {
  const [value] = lowering.inputs;
  if (lowering.isLast && value?.kind === 'variable') return [{ kind: 'client', of: value, apply: 'sigmoid' }];
  return named('sigmoid')(lowering);
};

const gelu = scalar(({ node }) => ({ activation: node.attributes.get('approximate')?.text === 'tanh' ? 'geluTanh' : 'gelu' }));
const leakyRelu = scalar(({ node }) => ({ activation: 'leakyRelu', parameters: [numberAttribute(node, 'alpha', 0.01)] }));
const elu = scalar(({ node }) => ({ activation: 'elu', parameters: [numberAttribute(node, 'alpha', 1)] }));
const hardSigmoid = scalar(({ node }) => ({
  activation: 'hardSigmoid',
  parameters: [numberAttribute(node, 'alpha', 0.2), numberAttribute(node, 'beta', 0.5)],
}));

/** One bound alone is a ReLU, moved or mirrored. */
const clip: Operator = (lowering) => {
  const value = variable(lowering, 0);
  const bound = (attribute: string, input: number): number | null => {
    const given = numberAttribute(lowering.node, attribute, null) ?? optionalConstant(lowering, input)?.data[0] ?? null;
    // What exporters write for no bound.
    return given === null || Math.abs(given) > 1e38 ? null : given;
  };
  const [min, max] = [bound('min', 1), bound('max', 2)];
  if (min !== null && max !== null) {
    if (!(min < max)) refuseNode(lowering.node, `its bounds are ${min} and ${max}`);
    return [activated(lowering, value, { activation: 'clip', parameters: [min, max] })];
  }
  if (min !== null) return [shiftedRelu(lowering, value, 1, min)];
  return [max === null ? value : shiftedRelu(lowering, value, -1, max)];
};

/** bound + sign * ReLU(sign * (x - bound)) */
function shiftedRelu(lowering: Lowering, value: Variable, sign: number, bound: number): Variable {
  const moved = scaledBy(lowering, value, sign, -sign * bound);
  return scaledBy(lowering, activated(lowering, moved, { activation: 'relu' }), sign, bound);
}

function scaledBy({ node, builder }: Lowering, value: Variable, factor: number, shift: number): Variable {
  const count = countOf(value.shape);
  return builder.scaled(node, value, new Float64Array(count).fill(factor), new Float64Array(count).fill(shift));
}

/** A slope below zero for all numbers, or one for each or each channel: slope * x + (1 - slope) * ReLU(x). */
const prelu: Operator = (lowering) => {
  const { node, builder } = lowering;
  const value = variable(lowering, 0);
  const [, slopes] = broadcast(lowering, value, channelsFirst(lowering, value.shape)) as [Variable, Constant];
  const [slope] = slopes.data;
  if (slopes.data.every((other) => other === slope)) return [activated(lowering, value, { activation: 'leakyRelu', parameters: [slope!] })];
  const bent = activated(lowering, value, { activation: 'relu' });
  const none = new Float64Array(slopes.data.length);
  const below = builder.scaled(node, value, slopes.data, none);
  return [
    sum(
      lowering,
      below,
      builder.scaled(
        node,
        bent,
        slopes.data.map((slope) => 1 - slope),
        none,
      ),
    ),
  ];
};

/** Older exports have one slope for each channel, and no axes behind it. */
function channelsFirst(lowering: Lowering, of: readonly number[]): Constant {
  const slopes = constantAt(lowering, 1);
  const isPerChannel = slopes.shape.length === 1 && slopes.shape[0] === of[1] && of.length > 2;
  return isPerChannel ? reshaped(slopes, [of[1]!, ...of.slice(2).map(() => 1)]) : slopes;
}

/** gamma * ELU(x), which the standard gives these parameters. */
const selu: Operator = (lowering) => {
  const [alpha, gamma] = [numberAttribute(lowering.node, 'alpha', 1.6732632), numberAttribute(lowering.node, 'gamma', 1.050701)];
  return [scaledBy(lowering, activated(lowering, variable(lowering, 0), { activation: 'elu', parameters: [alpha] }), gamma, 0)];
};

/** Of a value and one number, as exporters write a ReLU now and then. */
function bounded(sign: 1 | -1): Operator {
  return (lowering) => {
    const [left, right] = [operand(lowering, 0), operand(lowering, 1)];
    const [value, bound] = left.kind === 'variable' ? [left, right] : [right, left];
    if (value.kind !== 'variable' || bound.kind !== 'constant' || bound.data.length !== 1 || lowering.inputs.length !== 2) {
      return refuseNode(lowering.node, 'it compares encrypted values; of one value and one number it is read, and as a max pooling');
    }
    return [shiftedRelu(lowering, value, sign, bound.data[0]!)];
  };
}

type Pair = readonly [Constant | Variable, Constant | Variable];

/** Both stretched to one shape. @throws EnigmarkError ONNX_OPERATOR */
function broadcast(lowering: Lowering, left: Constant | Variable, right: Constant | Variable): Pair {
  const shape = broadcastShape(left.shape, right.shape);
  if (shape === null) return refuseNode(lowering.node, `its inputs are ${left.shape.join(' x ')} and ${right.shape.join(' x ')}`);
  const stretched = (value: Constant | Variable): Constant | Variable =>
    select(lowering, value, shape, stretchedIndices(value.shape, shape)) as Constant | Variable;
  return [stretched(left), stretched(right)];
}

interface Arithmetic {
  readonly ofConstants: (left: number, right: number) => number;
  /** factor and shift of a value beside the constant; null: nothing linear. */
  readonly linear: (constant: number, isLeft: boolean) => readonly [factor: number, shift: number] | null;
  readonly ofValues: (lowering: Lowering, left: Variable, right: Variable) => Variable;
}

function arithmetic({ ofConstants, linear, ofValues }: Arithmetic): Operator {
  return (lowering) => {
    const { node, builder } = lowering;
    const [left, right] = broadcast(lowering, operand(lowering, 0), operand(lowering, 1));
    if (left.kind === 'constant' && right.kind === 'constant') {
      return [{ ...left, data: left.data.map((number, at) => ofConstants(number, right.data[at]!)) }];
    }
    if (left.kind === 'variable' && right.kind === 'variable') return [ofValues(lowering, left, right)];
    const [value, numbers] = left.kind === 'variable' ? [left, right as Constant] : [right as Variable, left];
    const pairs = Array.from(
      numbers.data,
      (number) => linear(number, left.kind === 'constant') ?? refuseNode(node, 'a constant divided by an encrypted value'),
    );
    const [factors, shifts] = [pairs.map(([factor]) => factor), pairs.map(([, shift]) => shift)];
    return [builder.scaled(node, value, Float64Array.from(factors), Float64Array.from(shifts))];
  };
}

function sum({ node, builder }: Lowering, left: Variable, right: Variable): Variable {
  // Of as many numbers, but perhaps in other layouts.
  const alike = builder.inLayout(node, right, left.layout);
  return builder.append(node, { kind: 'add' }, [left, alike], left.shape, left.layout);
}

/**
 * A product of two functions of one value is a function of it: a square, or one that exporters write as a product, such as
 * x * sigmoid(x).
 */
function product(lowering: Lowering, left: Variable, right: Variable): Variable {
  const { node, builder } = lowering;
  const itself = ({ layer, origins }: Variable): readonly Origin[] => [{ layer, of: (x) => x }, ...origins];
  for (const ofLeft of itself(left)) {
    const ofRight = itself(right).find(({ layer }) => layer === ofLeft.layer);
    if (ofRight === undefined) continue;
    const like = functionLike((x) => ofLeft.of(x) * ofRight.of(x));
    if (like === null) continue;
    const made = activated(lowering, builder.variableOf(ofLeft.layer), like.activation);
    return reshaped(scaledBy(lowering, made, like.factor, 0), left.shape);
  }
  return refuseNode(node, 'a product of two encrypted values that is neither a square nor a function that is known');
}

const add = arithmetic({ ofConstants: (a, b) => a + b, linear: (number) => [1, number], ofValues: sum });
const subtract = arithmetic({
  ofConstants: (a, b) => a - b,
  linear: (number, isLeft) => (isLeft ? [-1, number] : [1, -number]),
  ofValues: (lowering, left, right) => sum(lowering, left, scaledBy(lowering, right, -1, 0)),
});
const multiply = arithmetic({ ofConstants: (a, b) => a * b, linear: (number) => [number, 0], ofValues: product });
const divide = arithmetic({
  ofConstants: (a, b) => a / b,
  linear: (number, isLeft) => (isLeft ? null : [1 / number, 0]),
  ofValues: ({ node }) => refuseNode(node, 'a quotient of two encrypted values'),
});

const power: Operator = (lowering) => {
  const base = operand(lowering, 0);
  if (base.kind === 'constant') {
    const [left, right] = broadcast(lowering, base, constantAt(lowering, 1)) as [Constant, Constant];
    return [{ ...left, data: left.data.map((number, at) => number ** right.data[at]!) }];
  }
  const { data } = constantAt(lowering, 1);
  const [exponent = 1] = data;
  if (data.some((other) => other !== exponent)) refuseNode(lowering.node, 'powers that differ from number to number');
  if (!Number.isInteger(exponent) || exponent < 1 || exponent > 16) {
    refuseNode(lowering.node, `a power of ${exponent}; whole ones from 1 to 16 are read`);
  }
  if (exponent === 1) return [base];
  return [activated(lowering, base, exponent === 2 ? { activation: 'square' } : { activation: 'power', parameters: [exponent] })];
};

const negate: Operator = (lowering) => {
  const value = operand(lowering, 0);
  return [value.kind === 'constant' ? { ...value, data: value.data.map((number) => -number) } : scaledBy(lowering, value, -1, 0)];
};

/** Of constants alone. */
const root: Operator = (lowering) => {
  const value = constantAt(lowering, 0);
  return [constant(value.shape, value.data.map(Math.sqrt))];
};

/** (x - zero) * step, of constants alone: weights that are stored in few bits. */
const dequantise: Operator = (lowering) => {
  const { node, inputs } = lowering;
  const counts = operand(lowering, 0);
  if (counts.kind !== 'constant') return refuseNode(node, 'a quantised network: export the float one that it was made of');
  const { axis, shape } = { axis: numberAttribute(node, 'axis', 1), shape: counts.shape };
  const along = (at: number): Constant => {
    const given = inputs[at] == null ? constant([], [0]) : constantAt(lowering, at);
    const place = axis < 0 ? axis + shape.length : axis;
    return given.data.length === 1 ? reshaped(given, []) : reshaped(given, [given.data.length, ...shape.slice(place + 1).map(() => 1)]);
  };
  const [moved] = subtract({ ...lowering, inputs: [counts, along(2)] });
  return multiply({ ...lowering, inputs: [moved!, along(1)] });
};

/** Two at a time. */
const sumOfAll: Operator = (lowering) => {
  const total = lowering.inputs
    .slice(1)
    .reduce<Value | null>((left, right) => add({ ...lowering, inputs: [left, right] })[0]!, lowering.inputs[0] ?? null);
  return [total ?? refuseNode(lowering.node, 'it has no inputs')];
};

export const elementwiseOperators: ReadonlyMap<string, Operator> = new Map([
  ['Add', add],
  ['Sub', subtract],
  ['Mul', multiply],
  ['Div', divide],
  ['Pow', power],
  ['Neg', negate],
  ['Sqrt', root],
  ['DequantizeLinear', dequantise],
  ['Sum', sumOfAll],
  ['Relu', named('relu')],
  ['LeakyRelu', leakyRelu],
  ['Elu', elu],
  ['Selu', selu],
  ['PRelu', prelu],
  ['Max', bounded(1)],
  ['Min', bounded(-1)],
  ['Sigmoid', sigmoid],
  ['Tanh', named('tanh')],
  ['Softplus', named('softplus')],
  ['Erf', named('erf')],
  ['Gelu', gelu],
  ['Sign', named('sign')],
  ['Clip', clip],
  ['HardSigmoid', hardSigmoid],
]);
