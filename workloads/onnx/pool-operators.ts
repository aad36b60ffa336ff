/**
 * Pooling.
 *
 * @module
 */
import { SparseRows } from '../network/sparse.ts';
import { refuseNode } from './builder.ts';
import { type Lowering, numberAttribute, type Operator, variable } from './operator.ts';
import { countOf, expectWork } from './tensor.ts';
import { layoutOf, type Variable } from './values.ts';
import { coveredAt, directionsOf, imageWindow } from './window-attributes.ts';

const averagePool: Operator = (lowering) => {
  const { node, builder } = lowering;
  const value = variable(lowering, 0);
  const [, channels = 0] = value.shape;
  const directions = directionsOf(lowering, value.shape, []);
  const countPadding = numberAttribute(node, 'count_include_pad', 0) === 1;
  const shape = [1, channels, ...directions.map(({ places }) => places)];
  const image = imageWindow(node, channels, directions);
  const isPlain = directions.every(({ dilation, beyond }) => dilation === 1 && !(countPadding && beyond > 0));
  if (image === null || !isPlain) return [meanOver(lowering, value, countPadding, shape)];
  const { window, layout, places } = image;
  const { height, width, stride, padding } = window;
  const isPadded = directions.some(({ before, after }) => before > 0 || after > 0);
  const layer = { kind: 'averagePool', height, width, stride, ...(isPadded ? { padding, countPadding } : {}) } as const;
  return [builder.append(node, layer, [builder.inLayout(node, value, layout)], shape, { channels, ...places })];
};

/** Zeros count in the mean where they are padding, and not where they are what a rest at the end lacks of a place. */
function meanOver(lowering: Lowering, value: Variable, countPadding: boolean, shape: readonly number[]): Variable {
  const { node, builder } = lowering;
  const size = countOf(value.shape.slice(2));
  const covered = coveredAt(directionsOf(lowering, value.shape, []));
  expectWork(covered.reduce((sum, { pixels }) => sum + pixels.length, 0) * value.shape[1]!, 'pixels in means');
  const rows = new SparseRows(countOf(value.shape));
  for (let channel = 0; channel < value.shape[1]!; channel++) {
    for (const { pixels, padded } of covered) {
      for (const pixel of pixels) rows.add(channel * size + pixel, 1 / (countPadding ? padded : pixels.length));
      rows.endRow();
    }
  }
  const map = { matrix: rows.matrix(null), bias: new Float64Array(countOf(shape)) };
  const layout = layoutOf(shape);
  return builder.append(node, { kind: 'matrix', map, shape: layout }, [value], shape, layout);
}

const globalAveragePool: Operator = (lowering) => {
  const { node, builder } = lowering;
  const value = variable(lowering, 0);
  const [batch, channels = 1, ...image] = value.shape;
  if (batch !== 1) refuseNode(node, `it pools ${value.shape.join(' x ')}`);
  const layout = { channels, height: 1, width: countOf(image) };
  const layer = { kind: 'averagePool', height: 1, width: layout.width, stride: 1 } as const;
  const pooled = { channels, height: 1, width: 1 };
  return [builder.append(node, layer, [builder.inLayout(node, value, layout)], [1, channels, ...image.map(() => 1)], pooled)];
};

const maxPool: Operator = (lowering) => {
  const value = variable(lowering, 0);
  const directions = directionsOf(lowering, value.shape, []);
  const size = countOf(value.shape.slice(2));
  const covered = coveredAt(directions);
  expectWork(covered.reduce((sum, { pixels }) => sum + pixels.length, 0) * value.shape[1]!, 'values to compare');
  const channels = Array.from({ length: value.shape[1]! }, (_, channel) => channel * size);
  const groups = channels.flatMap((first) => covered.map(({ pixels }) => pixels.map((pixel) => first + pixel)));
  const shape = [1, channels.length, ...directions.map(({ places }) => places)];
  return [largestOf(lowering, value, groups, shape)];
};

const globalMaxPool: Operator = (lowering) => {
  const value = variable(lowering, 0);
  const [batch, channels = 1, ...image] = value.shape;
  if (batch !== 1) refuseNode(lowering.node, `it pools ${value.shape.join(' x ')}`);
  const size = countOf(image);
  expectWork(size * channels, 'values to compare');
  const groups = Array.from({ length: channels }, (_, channel) => Array.from({ length: size }, (_unused, pixel) => channel * size + pixel));
  return [largestOf(lowering, value, groups, [1, channels, ...image.map(() => 1)])];
};

/** Number i of the result is the largest of the numbers of `value` that group i names. */
function largestOf(
  { node, builder }: Lowering,
  value: Variable,
  groups: readonly (readonly number[])[],
  shape: readonly number[],
): Variable {
  if (groups.some(({ length }) => length === 0)) refuseNode(node, 'a window over padding alone has no largest value');
  const layout = layoutOf(shape);
  const window = { groups: groups.map((group) => Int32Array.from(group)), shape: layout };
  return builder.append(node, { kind: 'maxPool', window }, [value], shape, layout);
}

export const poolOperators: ReadonlyMap<string, Operator> = new Map([
  ['AveragePool', averagePool],
  ['GlobalAveragePool', globalAveragePool],
  ['MaxPool', maxPool],
  ['GlobalMaxPool', globalMaxPool],
]);
