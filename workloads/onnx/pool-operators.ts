/**
 * Pooling.
 *
 * @module
 */
import type { LinearMap } from '../network/linear-map.ts';
import { SparseRows } from '../network/sparse.ts';
import { metAt, slidesOf } from '../network/window.ts';
import { refuseNode } from './builder.ts';
import { type Lowering, numberAttribute, type Operator, variable } from './operator.ts';
import { countOf } from './tensor.ts';
import type { Variable } from './values.ts';
import { windowOf, type WindowAttributes } from './window-attributes.ts';

const averagePool: Operator = (lowering) => {
  const { node, builder } = lowering;
  const value = variable(lowering, 0);
  const attributes = windowOf(lowering, value.shape, []);
  const { window, layout, beyond, placed } = attributes;
  const countPadding = numberAttribute(node, 'count_include_pad', 0) === 1;
  const { height, width } = placed(node);
  const shape = [1, layout.channels, ...(value.shape.length === 3 ? [width] : [height, width])];
  const pooled = { channels: layout.channels, height, width };
  const isPlain = node.attributes.get('dilations') === undefined && !(countPadding && (beyond.down > 0 || beyond.across > 0));
  const image = builder.inLayout(node, value, layout);
  if (!isPlain) {
    const map = averageMap(lowering, attributes, countPadding);
    return [builder.append(node, { kind: 'matrix', map, shape: pooled }, [image], shape, pooled)];
  }
  const isPadded = String(window.padding) !== '0,0,0,0';
  const layer = {
    kind: 'averagePool',
    height: window.height,
    width: window.width,
    stride: window.stride,
    ...(isPadded ? { padding: window.padding, countPadding } : {}),
  } as const;
  return [builder.append(node, layer, [image], shape, pooled)];
};

/** Zeros count in the mean where they are padding, and not where they are what a rest at the end lacks of a place. */
function averageMap({ node }: Lowering, { window, layout, beyond }: WindowAttributes, countPadding: boolean): LinearMap {
  const { down, across } = slidesOf(node.name || node.operator, window, layout);
  const counted = (slide: typeof down, place: number, length: number, over: number): number => {
    const paddedEnd = length + slide.after - over;
    const start = place * slide.stride - slide.before;
    return Math.min(slide.size, Math.ceil((paddedEnd - start) / slide.dilation));
  };
  const rows = new SparseRows(layout.channels * layout.height * layout.width);
  for (let channel = 0; channel < layout.channels; channel++) {
    for (let y = 0; y < down.places; y++) {
      const vertical = metAt(down, y, layout.height);
      const tall = countPadding ? counted(down, y, layout.height, beyond.down) : vertical.to - vertical.from;
      for (let x = 0; x < across.places; x++) {
        const horizontal = metAt(across, x, layout.width);
        const wide = countPadding ? counted(across, x, layout.width, beyond.across) : horizontal.to - horizontal.from;
        for (let v = 0; v < vertical.to - vertical.from; v++) {
          const first = (channel * layout.height + vertical.first + v * down.dilation) * layout.width + horizontal.first;
          for (let u = 0; u < horizontal.to - horizontal.from; u++) rows.add(first + u * across.dilation, 1 / (tall * wide));
        }
        rows.endRow();
      }
    }
  }
  const matrix = rows.matrix(null);
  return { matrix, bias: new Float64Array(matrix.rows) };
}

const globalAveragePool: Operator = (lowering) => {
  const { node, builder } = lowering;
  const value = variable(lowering, 0);
  const [batch, channels = 1, ...image] = value.shape;
  if (batch !== 1) refuseNode(node, `it pools ${value.shape.join(' x ')}`);
  const layout = { channels, height: 1, width: countOf(image) };
  const pooled = { channels, height: 1, width: 1 };
  const layer = { kind: 'averagePool', height: 1, width: layout.width, stride: 1 } as const;
  return [builder.append(node, layer, [builder.inLayout(node, value, layout)], [1, channels, ...image.map(() => 1)], pooled)];
};

/** A window of one pixel changes nothing. */
const maxPool: Operator = (lowering) => {
  const value: Variable = variable(lowering, 0);
  const { window } = windowOf(lowering, value.shape, []);
  if (window.height === 1 && window.width === 1 && String(window.stride) === '1,1' && String(window.padding) === '0,0,0,0') return [value];
  return refuseNode(lowering.node, 'the largest of several encrypted values is no polynomial of low degree; average pooling is');
};

export const poolOperators: ReadonlyMap<string, Operator> = new Map([
  ['AveragePool', averagePool],
  ['GlobalAveragePool', globalAveragePool],
  ['MaxPool', maxPool],
]);
