/**
 * Batched plans of a chosen number of samples.
 *
 * @module
 */
import type { Node, SparseMatrix, Values } from '../../schemes/circuit.ts';
import type { Arrangement, Plan } from '../plan.ts';

/**
 * The batched plan for `samples` samples, where it had as many as slots: slots that are left over hold zero, and where there are too few,
 * every value has several ciphertexts, which share nothing.
 */
export function withBatch(plan: Plan, samples: number): Plan {
  const copies = Math.ceil(samples / plan.batch);
  return {
    ...plan,
    circuits: plan.circuits.map((circuit) => ({ ...circuit, nodes: circuit.nodes.map((node) => sideBySide(node, copies)) })),
    arrangements: Object.fromEntries(
      Object.entries(plan.arrangements).map(([name, one]) => [name, severalTimes(one, copies, samples, plan.batch)]),
    ),
    batch: samples,
  };
}

/** All other operations of batched plans take each ciphertext by itself. */
function sideBySide(node: Node, copies: number): Node {
  const type = { ...node.type, width: node.type.width * copies };
  switch (node.op) {
    case 'affine':
      return { ...node, type, matrix: onDiagonal(node.matrix, copies), bias: repeated(node.bias, copies) };
    case 'addPlain':
      return { ...node, type, plains: Array.from({ length: copies }, () => node.plains).flat() };
    default:
      return { ...node, type };
  }
}

/** Copies of the matrix along the diagonal of a larger one. */
function onDiagonal({ rows, columns, step, offsets, indices, values }: SparseMatrix, copies: number): SparseMatrix {
  const entries = values.length;
  return {
    ...{ rows: rows * copies, columns: columns * copies, step },
    offsets: new Uint32Array(rows * copies + 1).map((_, row) => Math.floor(row / rows) * entries + offsets[row % rows]!),
    indices: new Uint32Array(entries * copies).map((_, entry) => Math.floor(entry / entries) * columns + indices[entry % entries]!),
    values: new Float64Array(entries * copies).map((_, entry) => values[entry % entries]!),
  };
}

function repeated(values: Values, copies: number): Values {
  return values instanceof Float64Array
    ? new Float64Array(values.length * copies).map((_, at) => values[at % values.length]!)
    : Array.from({ length: copies }, () => values).flat();
}

/** Copy c has the samples from c * slots on. */
function severalTimes({ values, index }: Arrangement, copies: number, samples: number, slots: number): Arrangement {
  const end = samples * values;
  const moved = (number: number, copy: number): number => {
    const later = number < 0 ? end : number + copy * slots * values;
    return later < end ? later : -1;
  };
  return {
    values,
    index: Array.from({ length: copies }, (_, copy) => index.map((one) => one.map((number) => moved(number, copy)))).flat(),
  };
}
