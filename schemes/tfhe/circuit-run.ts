/**
 * One circuit prepared for the kernel: linear maps and table polynomials made once, then node by node.
 *
 * @module
 */
import { scheduleCircuit } from '../analysis.ts';
import type { Circuit, Node } from '../circuit.ts';
import type { LayerDone } from '../held-evaluator.ts';
import type { References } from '../references.ts';
import { runSchedule, type Schedule } from '../registers.ts';
import type { Bootstrapper } from './kernel/bootstrap.ts';
import { equalRows, type LinearMap, type LinearRows } from './kernel/linear.ts';
import { place, readingMultiplier, tablePolynomial } from './model/lookup.ts';
import { readingsOf, type Reading } from './model/table-reading.ts';

/** A ciphertext under the big key, in the kernel's memory. */
export interface Lwe {
  readonly address: number;
  /** False of an input whose address nobody has asked for: it is not in memory yet. */
  readonly isPlaced?: boolean;
}

/** Linear layers of inputs, computed before these become ciphertexts of TFHE. */
export interface InputProducts {
  /** Null where a layer is better computed on ciphertexts. */
  prepare(node: AffineNode, of: Node): InputProduct | null;
}

export interface InputProduct {
  /** Of polynomials. */
  readonly products: number;
  /** Mask and body of each row, without its bias and in any order; an array may be overwritten when the next is asked for. */
  apply(inputs: readonly Lwe[]): Iterable<{ readonly row: number; readonly words: BigUint64Array }>;
}

export type AffineNode = Extract<Node, { op: 'affine' }>;

/** All that a run needs from the evaluator. */
export interface Machine {
  readonly polynomialSize: number;
  readonly references: References<Lwe>;
  readonly counts: { bootstrap: number; term: number; addPlain: number; product?: number };
  /** Null where the plan has no table. */
  readonly bootstrapper: Bootstrapper | null;
  readonly signal: AbortSignal | undefined;
  /** Absent where inputs are ciphertexts of TFHE from the start. `place` makes a ciphertext that nobody has retained. */
  readonly products?: InputProducts & { readonly place: (words: BigUint64Array) => Lwe };
  prepare(rows: LinearRows): LinearMap;
  /** A ciphertext that nobody has retained. */
  allocate(): Lwe;
  free(ciphertext: Lwe): void;
}

type Bundle = readonly Lwe[];

/** Computes a node's bundle from earlier ones. */
type Compute = (bundles: readonly Bundle[], inputs: Readonly<Record<string, Bundle>>) => Bundle | Promise<Bundle>;

export class CircuitRun {
  readonly #machine: Machine;
  readonly #schedule: Schedule;
  /** By node. */
  readonly #computes: readonly Compute[];

  /** @param scales Of each node, in units of 2^-32. */
  constructor(circuit: Circuit, scales: readonly number[], machine: Machine) {
    this.#machine = machine;
    this.#schedule = scheduleCircuit(circuit);
    this.#computes = circuit.nodes.map((node, index) => prepareNode(node, circuit.nodes, scales, scales[index]!, machine));
  }

  /** Outputs by name, retained for the caller. */
  async evaluate(inputs: Readonly<Record<string, Bundle>>, onLayer: LayerDone<Lwe> | undefined): Promise<Record<string, Bundle>> {
    const { references, signal } = this.#machine;
    return runSchedule(this.#schedule, references, (node, bundles) => this.#computes[node]!(bundles, inputs), { onLayer, signal });
  }
}

function prepareNode(node: Node, nodes: readonly Node[], scales: readonly number[], scale: number, machine: Machine): Compute {
  const { width } = node.type;
  const each = Array.from({ length: width }, (_, index) => index);
  switch (node.op) {
    case 'input':
      return (_bundles, inputs) => inputs[node.port] ?? [];
    case 'pick':
      return (bundles) => node.from.map(([from, at]) => bundles[from]![at]!);
    case 'add':
    case 'subtract': {
      const pairs = each.map((index) => [index, width + index]);
      const map = machine.prepare(equalRows(pairs, [1, node.op === 'add' ? 1 : -1], 0));
      return (bundles) => {
        machine.counts.term += map.terms;
        return linear(map, [...bundles[node.left]!, ...bundles[node.right]!], machine);
      };
    }
    case 'affine': {
      const { products } = machine;
      const product = products?.prepare(node, nodes[node.of]!) ?? null;
      if (products !== undefined && product !== null) return multiplied(product, node, scale, { ...products, counts: machine.counts });
      const { offsets, indices, values } = node.matrix;
      const map = machine.prepare({
        offsets,
        indices,
        weights: values,
        constants: Array.from({ length: node.matrix.rows }, (_, row) => Number(node.bias[row]) * scale),
      });
      return (bundles) => {
        machine.counts.term += map.terms;
        return linear(map, bundles[node.of]!, machine);
      };
    }
    case 'addPlain': {
      const constants = node.plains.map((plain) => Number(plain[0] ?? 0) * scale);
      const map = machine.prepare({
        ...equalRows(
          each.map((index) => [index]),
          [1],
          0,
        ),
        constants,
      });
      return (bundles) => {
        machine.counts.addPlain += width;
        return linear(map, bundles[node.of]!, machine);
      };
    }
    case 'table':
    case 'multiply': {
      const tables = readingsOf(node, nodes).map((reading) => prepareTable(reading, scales, scale, width, machine));
      const difference = machine.prepare(
        equalRows(
          each.map((index) => [index, width + index]),
          [1, -1],
          0,
        ),
      );
      return async (bundles) => {
        const outputs: Bundle[] = [];
        for (const table of tables) outputs.push(await table(bundles));
        const [first, second] = outputs;
        if (second === undefined) return first!;
        const result = linear(difference, [...first!, ...second], machine);
        for (const ciphertext of outputs.flat()) machine.free(ciphertext);
        return result;
      };
    }
    default:
      throw new Error(`'${node.op}' was compiled but is not claimed`);
  }
}

/** An input's layer by products; biases go to the bodies. */
function multiplied(
  product: InputProduct,
  { of, bias, matrix }: AffineNode,
  scale: number,
  { place, counts }: Pick<NonNullable<Machine['products']>, 'place'> & Pick<Machine, 'counts'>,
): Compute {
  const shifts = Array.from({ length: matrix.rows }, (_, row) => BigInt(Number(bias[row]) * scale) << 32n);
  return (bundles) => {
    counts.product = (counts.product ?? 0) + product.products;
    const outputs: Lwe[] = [];
    for (const { row, words } of product.apply(bundles[of]!)) {
      const body = words.length - 1;
      words[body] = words[body]! + shifts[row]!;
      outputs[row] = place(words);
    }
    return outputs;
  };
}

function linear(map: LinearMap, inputs: Bundle, machine: Machine): Bundle {
  const outputs = Array.from({ length: map.rows }, () => machine.allocate());
  map.apply(
    inputs.map(({ address }) => address),
    outputs.map(({ address }) => address),
  );
  return outputs;
}

/** Copies of the inputs are placed where the table expects them, then bootstrapped. */
function prepareTable(
  { table, type, of }: Reading,
  scales: readonly number[],
  outputScale: number,
  width: number,
  machine: Machine,
): (bundles: readonly Bundle[]) => Promise<Bundle> {
  const groupScale = scales[of[0]![0]]!;
  const multiplier = readingMultiplier(table, groupScale, type);
  const placement = place(table, type, multiplier * groupScale, machine.polynomialSize);
  const polynomial = tablePolynomial(table, placement, outputScale, machine.polynomialSize);
  const summands = Array.from({ length: width }, (_, index) => of.map((_operand, at) => at * width + index));
  const weights = of.map(([, sign]) => sign * multiplier);
  const placing = machine.prepare(equalRows(summands, weights, placement.shift));
  return async (bundles) => {
    const placed = linear(
      placing,
      of.flatMap(([node]) => bundles[node]!),
      machine,
    );
    const outputs = Array.from({ length: width }, () => machine.allocate());
    try {
      await machine.bootstrapper!.apply(
        placed.map(({ address }) => address),
        outputs.map(({ address }) => address),
        polynomial,
      );
    } catch (error) {
      for (const ciphertext of outputs) machine.free(ciphertext);
      throw error;
    } finally {
      for (const ciphertext of placed) machine.free(ciphertext);
    }
    machine.counts.bootstrap += width;
    return outputs;
  };
}
