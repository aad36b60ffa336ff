/**
 * A network as planners see it: linear links and activations. A convolution, an average pool, a dense layer and a sum of two values are
 * all sparse matrices; flattening changes nothing, because values are numbered channel by channel from the start.
 *
 * @module
 */
import type { SparseMatrix } from '../../schemes/circuit.ts';
import type { Activation } from './activation.ts';
import { averagePoolMap } from './average-pool.ts';
import { conv2dMap } from './conv2d.ts';
import { denseMap } from './dense.ts';
import { largestRounds } from './largest.ts';
import { compose, type LinearMap } from './linear-map.ts';
import { type MaxPoolLayer, maxPoolWindows } from './max-pool.ts';
import { mergeMap } from './merge.ts';
import { graphOf, type Layer, type Network, type NetworkGraph } from './network.ts';
import { scaleMap } from './scale.ts';
import { type Shape, sizeOf } from './shape.ts';
import { SparseRows } from './sparse.ts';

/** A matrix over all values that it reads, one behind the other. */
export interface LinearLink extends LinearMap {
  readonly kind: 'linear';
  /** Layers that were multiplied into one have their names joined: 'pool + dense'. */
  readonly name: string;
  /** Rising, none twice. */
  readonly of: readonly number[];
}

export interface ActivationLink extends Activation {
  readonly kind: 'activation';
  readonly name: string;
  readonly of: number;
  /** Whether it compares values of a max pooling: a table does, and nothing that only comes near it. */
  readonly compares?: true;
}

/**
 * Value 0 is the input, value i + 1 is what link i makes; the last link makes the output. Linear layers of which one alone reads the
 * other are one link: their product is one matrix.
 */
export type Chain = readonly (LinearLink | ActivationLink)[];

/** A link before it is told what it reads. */
export type LooseLink = Omit<LinearLink, 'of'> | Omit<ActivationLink, 'of'>;

/** Links of which each reads the one before. */
export function inOrder(links: readonly LooseLink[]): Chain {
  return links.map((link, at) => (link.kind === 'linear' ? { ...link, of: [at] } : { ...link, of: at }));
}

/** A value as a linear map of values that links make, one behind the other; null: it is that value itself. */
interface Form {
  readonly of: readonly number[];
  readonly map: LinearMap | null;
  /** Of the layers that went into the map. */
  readonly names: readonly string[];
}

function linearMap(layer: Exclude<Layer, { kind: 'activation' | 'maxPool' | 'flatten' | 'reshape' }>, inputs: readonly Shape[]): LinearMap {
  switch (layer.kind) {
    case 'dense':
      return denseMap(layer);
    case 'conv2d':
      return conv2dMap(layer, inputs[0]!);
    case 'averagePool':
      return averagePoolMap(layer, inputs[0]!);
    case 'scale':
      return scaleMap(layer, inputs[0]!);
    case 'matrix':
      return layer.map;
    case 'add':
    case 'concat':
      return mergeMap(layer, inputs);
  }
}

/**
 * The network as a chain.
 *
 * @throws EnigmarkError as `graphOf` does, and NETWORK_TOO_LARGE for a matrix of too many weights
 */
export function chainOf(network: Network): Chain {
  return new ChainBuilder(graphOf(network)).build();
}

class ChainBuilder {
  readonly #graph: NetworkGraph;
  readonly #links: (LinearLink | ActivationLink)[] = [];
  /** Numbers in each value of the chain. */
  readonly #widths: number[];

  constructor(graph: NetworkGraph) {
    this.#graph = graph;
    this.#widths = [sizeOf(graph.shapes[0]!)];
  }

  build(): Chain {
    const { layers, shapes } = this.#graph;
    const readers = shapes.map((_, value) => layers.filter(({ of }) => of.includes(value)).length);
    const forms: Form[] = [{ of: [0], map: null, names: [] }];
    for (const [at, { layer, of }] of layers.entries()) {
      const operands = of.map((value) => forms[value]!);
      const inputShapes = of.map((value) => shapes[value]!);
      const form = this.#formOf(layer, operands, inputShapes);
      // What several layers read is computed once; the output has no reader.
      forms.push(readers[at + 1] === 1 ? form : this.#linked(form));
    }
    return this.#links;
  }

  #formOf(layer: Layer, operands: readonly Form[], inputs: readonly Shape[]): Form {
    const [first] = operands as [Form];
    switch (layer.kind) {
      case 'flatten':
      case 'reshape':
        return first;
      case 'activation': {
        const { name, activation, parameters } = layer;
        const of = this.#linked(first).of[0]!;
        const link: ActivationLink = { kind: 'activation', name, of, activation, ...(parameters === undefined ? {} : { parameters }) };
        return this.#append(link, this.#widths[of]!);
      }
      case 'maxPool':
        return this.#largest(layer, this.#linked(first).of[0]!, inputs[0]!);
      default: {
        const names = [...new Set([...operands.flatMap((form) => form.names), layer.name])];
        const map = linearMap(layer, inputs);
        if (operands.length === 1 && first.map === null) return { of: first.of, map, names };
        const { of, map: before } = this.#joined(operands);
        return { of, map: compose(map, before), names };
      }
    }
  }

  /** The largest values of windows over a value, as ReLUs of differences. */
  #largest(layer: MaxPoolLayer, value: number, shape: Shape): Form {
    const { rounds, picked } = largestRounds(maxPoolWindows(layer, shape), this.#widths[value]!);
    let largest: Form = { of: [value], map: null, names: [] };
    for (const [at, { differences, sums }] of rounds.entries()) {
      const [of] = this.#linked(largest).of as [number];
      const name = `${layer.name} ${at + 1}`;
      const [difference] = this.#linked({ of: [of], map: differences, names: [`${name} differences`] }).of as [number];
      const relu: ActivationLink = { kind: 'activation', name, of: difference, activation: 'relu', compares: true };
      const [bent] = this.#append(relu, differences.matrix.rows).of as [number];
      largest = { of: [of, bent], map: sums, names: [layer.name] };
    }
    return { of: largest.of, map: largest.map === null ? picked : compose(picked, largest.map), names: [layer.name] };
  }

  /** The value of a link that computes the form. */
  #linked({ of, map, names }: Form): Form {
    if (map === null) return { of, map, names: [] };
    return this.#append({ kind: 'linear', name: names.join(' + '), of, ...map }, map.matrix.rows);
  }

  #append(link: LinearLink | ActivationLink, width: number): Form {
    this.#links.push(link);
    this.#widths.push(width);
    return { of: [this.#links.length], map: null, names: [] };
  }

  /** Several values, one behind the other, over all that they are made of. */
  #joined(forms: readonly Form[]): { readonly of: readonly number[]; readonly map: LinearMap } {
    const of = [...new Set(forms.flatMap((form) => form.of))].sort((a, b) => a - b);
    const widths = of.map((value) => this.#widths[value]!);
    const columns = widths.reduce((sum, width) => sum + width, 0);
    const firstColumns = new Map(of.map((value, at) => [value, widths.slice(0, at).reduce((sum, width) => sum + width, 0)]));
    const rows = new SparseRows(columns);
    const biases = forms.map((form) => {
      const moved = form.of.flatMap((value) =>
        Array.from({ length: this.#widths[value]! }, (_, index) => firstColumns.get(value)! + index),
      );
      if (form.map === null) {
        for (const column of moved) {
          rows.add(column, 1);
          rows.endRow();
        }
        return new Float64Array(moved.length);
      }
      addRows(rows, form.map.matrix, moved);
      return form.map.bias;
    });
    return { of, map: { matrix: rows.matrix(null), bias: Float64Array.from(biases.flatMap((bias) => [...bias])) } };
  }
}

/** Adds the rows of a matrix, its column c as column `moved[c]`, which rise. */
function addRows(rows: SparseRows, { rows: count, offsets, indices, values }: SparseMatrix, moved: readonly number[]): void {
  for (let row = 0; row < count; row++) {
    for (let entry = offsets[row]!; entry < offsets[row + 1]!; entry++) rows.add(moved[indices[entry]!]!, values[entry]!);
    rows.endRow();
  }
}
