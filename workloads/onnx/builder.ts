/**
 * The network that a model becomes, layer by layer.
 *
 * @module
 */
import { EnigmarkError } from '../../schemes/errors.ts';
import type { Layer, SingleLayer } from '../network/network.ts';
import type { Shape } from '../network/shape.ts';
import { SparseRows } from '../network/sparse.ts';
import { INPUT } from '../network/wiring.ts';
import type { OnnxNode } from './model.ts';
import { countOf, expectWork } from './tensor.ts';
import { type Constant, constant, layoutOf, reshaped, type Variable } from './values.ts';

type WithoutName<T> = T extends unknown ? Omit<T, 'name' | 'reads'> : never;
type NamelessLayer = WithoutName<Layer>;

/** Names stand in tables. */
const LONGEST_NAME = 40;

/** @throws EnigmarkError ONNX_OPERATOR: operator, node, reason */
export function refuseNode({ operator, domain, name, outputs }: OnnxNode, reason: string): never {
  throw new EnigmarkError('ONNX_OPERATOR', {
    expected: 'operators that can be computed under encryption',
    got: `${domain === '' ? '' : `${domain}.`}${operator} of node "${name || outputs[0] || ''}": ${reason}`,
    remedy: 'change the model, or export a part of it that ends before this node',
  });
}

export class NetworkBuilder {
  readonly #layers: Layer[] = [];
  readonly #variables = new Map<string, Variable>();

  constructor(input: Variable) {
    this.#variables.set(input.layer, input);
  }

  /** Appends a layer that reads `inputs`, in the order that they have there. */
  append(node: OnnxNode, layer: NamelessLayer, inputs: readonly Variable[], shape: readonly number[], layout: Shape): Variable {
    expectWork(countOf(shape), 'numbers in a value');
    const wrong = numbersOf(layer).find((number) => !Number.isFinite(number));
    if (wrong !== undefined) refuseNode(node, `its weights hold ${wrong}`);
    const name = this.#nameFor(node);
    this.#layers.push({ ...layer, name, reads: inputs.map((input) => input.layer) });
    const variable: Variable = { kind: 'variable', shape, layer: name, layout, origins: [] };
    this.#variables.set(name, variable);
    return variable;
  }

  /** A function of every number by itself. `of` is what the layer computes. */
  appendElementwise(node: OnnxNode, layer: WithoutName<SingleLayer>, input: Variable, of: (x: number) => number): Variable {
    const made = this.append(node, layer, [input], input.shape, input.layout);
    const before = input.origins.map((origin) => ({ layer: origin.layer, of: (x: number) => of(origin.of(x)) }));
    return this.#known({ ...made, origins: [{ layer: input.layer, of }, ...before] });
  }

  /** The value as the network has it in that layout; layers that read channels or images want theirs. */
  inLayout(node: OnnxNode, value: Variable, layout: Shape): Variable {
    const { channels, height, width } = value.layout;
    if (channels === layout.channels && height === layout.height && width === layout.width) return value;
    const made = this.append(node, { kind: 'reshape', shape: layout }, [value], value.shape, layout);
    return this.#known({ ...made, origins: [{ layer: value.layer, of: (x) => x }, ...value.origins] });
  }

  /** The value with all of its numbers in a row. */
  inRow(node: OnnxNode, value: Variable): Variable {
    return this.inLayout(node, value, { channels: countOf(value.shape), height: 1, width: 1 });
  }

  /** What a layer makes, as it was appended. */
  variableOf(layer: string): Variable {
    return this.#variables.get(layer)!;
  }

  /** factors[i] * x[i] + shifts[i]; of one number for all, origins are kept. */
  scaled(node: OnnxNode, value: Variable, factors: Float64Array, shifts: Float64Array): Variable {
    const [factor, shift] = [factors[0] ?? 1, shifts[0] ?? 0];
    const isEven = factors.every((other) => other === factor) && shifts.every((other) => other === shift);
    if (isEven && factor === 1 && shift === 0) return value;
    const row = this.inRow(node, value);
    const layer = { kind: 'scale', factors, shifts } as const;
    if (!isEven) return this.append(node, layer, [row], row.shape, row.layout);
    return this.appendElementwise(node, layer, row, (x) => factor * x + shift);
  }

  /** Number i of the result is number `index[i]` of the value, and what `fill` has where that is -1. */
  selected(node: OnnxNode, value: Variable, shape: readonly number[], index: Int32Array, fill: Fill): Variable {
    if (index.length === countOf(value.shape) && index.every((from, at) => from === at)) return reshaped(value, shape);
    const rows = new SparseRows(countOf(value.shape));
    for (const from of index) {
      if (from >= 0) rows.add(from, 1);
      rows.endRow();
    }
    const map = { matrix: rows.matrix(null), bias: Float64Array.from(index, (from, at) => (from < 0 ? filled(fill, at) : 0)) };
    const layout = layoutOf(shape);
    return this.append(node, { kind: 'matrix', map, shape: layout }, [value], shape, layout);
  }

  /** The layers that a value depends on. */
  layersFor(value: Variable): readonly Layer[] {
    const needed = new Set([value.layer]);
    for (const layer of this.#layers.toReversed()) {
      if (needed.has(layer.name)) for (const read of layer.reads ?? []) needed.add(read);
    }
    return this.#layers.filter(({ name }) => needed.has(name));
  }

  #known(variable: Variable): Variable {
    this.#variables.set(variable.layer, variable);
    return variable;
  }

  #nameFor({ name, operator }: OnnxNode): string {
    const words = (name || operator).replaceAll(/[^A-Za-z0-9._ -]+/g, '.');
    const stem = words.slice(-LONGEST_NAME + 4).replace(/^[^A-Za-z0-9]+/, '') || operator;
    let unique = stem;
    for (let count = 2; this.#variables.has(unique) || unique === INPUT; count++) unique = `${stem} ${count}`;
    return unique;
  }
}

/** All weights of a layer. */
function numbersOf(layer: NamelessLayer): Float64Array {
  switch (layer.kind) {
    case 'dense':
    case 'conv2d':
      return joined(layer.weights, layer.bias);
    case 'scale':
      return joined(layer.factors, layer.shifts);
    case 'matrix':
      return joined(layer.map.matrix.values, layer.map.bias);
    case 'activation':
      return Float64Array.from(layer.parameters ?? []);
    default:
      return new Float64Array(0);
  }
}

function joined(first: Float64Array, second: Float64Array): Float64Array {
  const all = new Float64Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}

/** One number, or one for every place of the result. */
export type Fill = number | Float64Array;

function filled(fill: Fill, at: number): number {
  return typeof fill === 'number' ? fill : fill[at]!;
}

/** A selection of a constant: as `NetworkBuilder.selected`. */
export function selectedConstant({ data }: Constant, shape: readonly number[], index: Int32Array, fill: Fill): Constant {
  return constant(
    shape,
    Float64Array.from(index, (from, at) => (from < 0 ? filled(fill, at) : data[from]!)),
  );
}
