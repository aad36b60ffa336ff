/**
 * What stands at the end of models, and the linear models of scikit-learn (operators of the domain ai.onnx.ml).
 *
 * @module
 */
import { refuseNode } from './builder.ts';
import { axisOf, type Lowering, numberAttribute, numbersAttribute, type Operator, textAttribute, variable } from './operator.ts';
import { countOf } from './tensor.ts';
import type { ClientFunction, ClientValue, Value, Variable } from './values.ts';

function left(of: Variable, apply: ClientFunction): ClientValue {
  return { kind: 'client', of, apply };
}

/** Behind one that is left to the client it stays there. */
function atClient(lowering: Lowering, apply: ClientFunction): ClientValue {
  const [value] = lowering.inputs;
  return value?.kind === 'client' ? value : left(variable(lowering, 0), apply);
}

/** Over the classes of one sample, which are all of its outputs. */
function overClasses(apply: ClientFunction): Operator {
  return (lowering) => {
    const { node, opset } = lowering;
    if (lowering.inputs[0]?.kind === 'client') return [lowering.inputs[0]];
    const value = variable(lowering, 0);
    const rank = value.shape.length;
    const otherwise = apply === 'argmax' ? 0 : opset < 13 ? 1 : -1;
    const axis = axisOf(lowering, numberAttribute(node, 'axis', otherwise), rank);
    // Older versions take all axes from that one on.
    const classes = opset < 13 && apply !== 'argmax' ? countOf(value.shape.slice(axis)) : value.shape[axis];
    if (classes !== countOf(value.shape))
      refuseNode(node, `it goes over axis ${axis} of ${value.shape.join(' x ')}; classes alone may be left to the client`);
    return [left(value, apply)];
  };
}

/** Coefficients are a row for each output. */
function linearModel(lowering: Lowering, outputs: number): Variable {
  const { node, builder } = lowering;
  const value = builder.inRow(node, variable(lowering, 0));
  const inputs = countOf(value.shape);
  const weights = Float64Array.from(numbersAttribute(node, 'coefficients', []));
  const intercepts = numbersAttribute(node, 'intercepts', []);
  if (weights.length !== inputs * outputs)
    refuseNode(node, `it has ${weights.length} coefficients for ${inputs} inputs and ${outputs} outputs`);
  const bias = Float64Array.from({ length: outputs }, (_, row) => intercepts[row] ?? 0);
  const layer = { kind: 'dense', inputs, outputs, weights, bias } as const;
  return builder.append(node, layer, [value], [1, outputs], { channels: outputs, height: 1, width: 1 });
}

/** Label and scores. Whatever is made of scores afterwards rises with them, so that it is left to the client. */
const linearClassifier: Operator = (lowering): readonly Value[] => {
  const { node } = lowering;
  const rows = numbersAttribute(node, 'intercepts', null)?.length;
  const inputs = countOf(variable(lowering, 0).shape);
  const outputs = rows ?? Math.round(numbersAttribute(node, 'coefficients', []).length / (inputs || 1));
  const scores = linearModel(lowering, outputs);
  const transform = textAttribute(node, 'post_transform', 'NONE');
  const after: Readonly<Record<string, ClientFunction>> = { SOFTMAX: 'softmax', LOGISTIC: 'sigmoid' };
  const apply = after[transform];
  if (transform !== 'NONE' && apply === undefined) refuseNode(node, `scores transformed by ${transform}`);
  return [left(scores, 'argmax'), apply === undefined ? scores : left(scores, apply)];
};

const linearRegressor: Operator = (lowering) => {
  const targets = numberAttribute(lowering.node, 'targets', 1);
  const transform = textAttribute(lowering.node, 'post_transform', 'NONE');
  if (transform !== 'NONE') refuseNode(lowering.node, `results transformed by ${transform}`);
  return [linearModel(lowering, targets)];
};

/** (x - offset) * scale, one of each or one for every feature. */
const scaler: Operator = (lowering) => {
  const { node, builder } = lowering;
  const value = variable(lowering, 0);
  const count = countOf(value.shape);
  const [offsets, scales] = [numbersAttribute(node, 'offset', [0]), numbersAttribute(node, 'scale', [1])];
  const of = (numbers: readonly number[], at: number): number => numbers[numbers.length === 1 ? 0 : at % numbers.length] ?? 0;
  const factors = Float64Array.from({ length: count }, (_, at) => of(scales, at));
  return [
    builder.scaled(
      node,
      value,
      factors,
      Float64Array.from(factors, (factor, at) => -of(offsets, at) * factor),
    ),
  ];
};

export const classifierOperators: ReadonlyMap<string, Operator> = new Map([
  ['Softmax', overClasses('softmax')],
  ['LogSoftmax', overClasses('logSoftmax')],
  ['ArgMax', overClasses('argmax')],
]);

/** Of the domain ai.onnx.ml. */
export const learningOperators: ReadonlyMap<string, Operator> = new Map([
  ['LinearClassifier', linearClassifier],
  ['LinearRegressor', linearRegressor],
  ['Scaler', scaler],
  ['Normalizer', (lowering) => [atClient(lowering, 'normalise')]],
  ['ZipMap', (lowering) => [atClient(lowering, 'argmax')]],
]);
