/**
 * The largest of several values, from what schemes compute: max(a, b) = ReLU(a - b) + b, in rounds of pairs. By tables it is exact but
 * for their steps; where a polynomial stands for ReLU, every round errs by as much as the polynomial does.
 *
 * @module
 */
import { SparseRows } from '../network/sparse.ts';
import { refuseNode } from './builder.ts';
import type { Lowering } from './operator.ts';
import { countOf } from './tensor.ts';
import type { Variable } from './values.ts';

/** Values by number, each with its sign. */
type Term = readonly [value: number, sign: 1 | -1];

/**
 * Number i of the result is the largest of the numbers of `value` that group i names.
 *
 * @throws EnigmarkError ONNX_OPERATOR for a group of nothing
 */
export function largestOf(lowering: Lowering, value: Variable, groups: readonly (readonly number[])[]): Variable {
  if (groups.some(({ length }) => length === 0)) refuseNode(lowering.node, 'a window over padding alone has no largest value');
  let left = groups;
  let values = value;
  while (left.some(({ length }) => length > 1)) ({ values, groups: left } = round(lowering, values, left));
  // Of groups of one, the values themselves.
  return combined(
    lowering,
    values,
    left.map(([only]) => [[only!, 1]]),
  );
}

/** Half as many values in every group. */
function round(lowering: Lowering, values: Variable, groups: readonly (readonly number[])[]): { values: Variable; groups: number[][] } {
  const pairs: (readonly [number, number])[] = [];
  const rests: number[] = [];
  const next = groups.map((group) => {
    const places: number[] = [];
    for (let at = 0; at + 1 < group.length; at += 2) places.push(pairs.push([group[at]!, group[at + 1]!]) - 1);
    // Behind all pairs, as soon as their number is known.
    if (group.length % 2 === 1) places.push(-rests.push(group.at(-1)!));
    return places;
  });
  const { node, builder } = lowering;
  const differences = combined(
    lowering,
    values,
    pairs.map(([a, b]) => [
      [a, 1],
      [b, -1],
    ]),
  );
  const bent = builder.append(node, { kind: 'activation', activation: 'relu' }, [differences], differences.shape, differences.layout);
  const added = [...pairs.map(([, b]) => b), ...rests];
  const kept = combined(
    lowering,
    values,
    added.map((one) => [[one, 1]]),
  );
  const raised = rests.length === 0 ? bent : combined(lowering, bent, added.map((_, at) => (at < pairs.length ? [[at, 1]] : []))); // prettier-ignore
  const sum = builder.append(node, { kind: 'add' }, [raised, kept], kept.shape, kept.layout);
  return { values: sum, groups: next.map((places) => places.map((place) => (place >= 0 ? place : pairs.length - 1 - place))) };
}

/** Sums of signed numbers of a value. */
function combined({ node, builder }: Lowering, value: Variable, sums: readonly (readonly Term[])[]): Variable {
  const rows = new SparseRows(countOf(value.shape));
  for (const terms of sums) {
    for (const [number, sign] of terms.toSorted(([a], [b]) => a - b)) rows.add(number, sign);
    rows.endRow();
  }
  const layout = { channels: sums.length, height: 1, width: 1 };
  const map = { matrix: rows.matrix(null), bias: new Float64Array(sums.length) };
  return builder.append(node, { kind: 'matrix', map, shape: layout }, [value], [1, sums.length], layout);
}
