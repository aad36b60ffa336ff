/**
 * The walk of the interpreter: one circuit, node by node, over eager primitives.
 *
 * @module
 */
import { scheduleCircuit } from './analysis.ts';
import type { Circuit, ConvolutionTerm, LookupTable, ProductTerm, RotationTerm, SparseMatrix, TransformTerm, Values } from './circuit.ts';
import type { Primitives } from './eager-primitives.ts';
import type { References } from './references.ts';
import { Registers, type Schedule } from './registers.ts';

/** Primitives that keep count of what was done. */
export class CountedPrimitives<C extends object, P> {
  readonly counts: Record<string, number> = {};
  readonly primitives: Primitives<C, P>;

  constructor(primitives: Primitives<C, P>) {
    this.primitives = primitives;
  }

  count<R>(operation: string, result: R, times = 1): R {
    this.counts[operation] = (this.counts[operation] ?? 0) + times;
    return result;
  }
  add = (a: C, b: C): C => this.count('add', this.primitives.add(a, b));
  subtract = (a: C, b: C): C => this.count('subtract', this.primitives.subtract(a, b));
  addPlain = (c: C, p: P): C => this.count('addPlain', this.primitives.addPlain(c, p));
  multiplyPlain = (c: C, p: P): C => this.count('multiplyPlain', this.primitives.multiplyPlain(c, p));
  multiply = (a: C, b: C): C => this.count('multiply', this.primitives.multiply?.(a, b) ?? lacking('multiply'));
  rotate = (c: C, by: number): C => this.count('rotate', this.primitives.rotate?.(c, by) ?? lacking('rotate'));
  swapRows = (c: C): C => this.count('swapRows', this.primitives.swapRows?.(c) ?? lacking('swapRows'));
  convolve = (inputs: readonly C[], terms: readonly ConvolutionTerm[]): C =>
    this.count('convolve', this.primitives.convolve?.(inputs, terms) ?? lacking('convolve'), terms.length);
  table = (inputs: readonly C[], table: LookupTable): C[] =>
    this.count('table', this.primitives.table?.(inputs, table) ?? lacking('table'), inputs.length);
  bootstrap = (c: C, reach: number): C => this.count('bootstrap', this.primitives.bootstrap?.(c, reach) ?? lacking('bootstrap'));
}

function lacking(name: string): never {
  throw new Error(`the adapter claims '${name}' and has no such primitive`);
}

/** One circuit, walked node by node; plaintext operands are kept from the first run on. */
export class InterpretedCircuit<C extends object, P> {
  readonly #circuit: Circuit;
  readonly #schedule: Schedule;
  readonly #does: CountedPrimitives<C, P>;
  readonly #references: References<C>;
  readonly #plains = new Map<string, P>();

  constructor(circuit: Circuit, does: CountedPrimitives<C, P>, references: References<C>) {
    this.#circuit = circuit;
    this.#schedule = scheduleCircuit(circuit);
    this.#does = does;
    this.#references = references;
  }

  get id(): string {
    return this.#circuit.id;
  }

  /** Encoded operands, kept from the first run on. */
  operands(): Iterable<P> {
    return this.#plains.values();
  }

  /** Yields the bundle that each layer ends with; returns the outputs, retained for the caller. */
  *evaluate(
    inputs: Readonly<Record<string, readonly C[]>>,
  ): Generator<{ layer: string; bundle: readonly C[] }, Record<string, readonly C[]>> {
    using registers = new Registers(this.#schedule, this.#references);
    for (const index of this.#circuit.nodes.keys()) {
      const bundle = this.#compute(index, registers.bundles, inputs);
      registers.write(bundle);
      const layer = registers.layerEndingWith(index);
      if (layer !== null) yield { layer, bundle };
      registers.releaseAfter(index);
    }
    return registers.outputs();
  }

  #compute(index: number, bundles: readonly (readonly C[])[], inputs: Readonly<Record<string, readonly C[]>>): readonly C[] {
    const node = this.#circuit.nodes[index]!;
    const does = this.#does;
    const pairs = (left: number, right: number, operate: (a: C, b: C) => C): C[] =>
      bundles[left]!.map((a, at) => operate(a, bundles[right]![at]!));
    switch (node.op) {
      case 'input':
        return inputs[node.port] ?? missing(node.port);
      case 'add':
        return pairs(node.left, node.right, does.add);
      case 'subtract':
        return pairs(node.left, node.right, does.subtract);
      case 'multiply':
        return pairs(node.left, node.right, does.multiply);
      case 'dot':
        return node.outputs.map((terms) => this.#dot(bundles[node.left]!, bundles[node.right]!, terms));
      case 'affine':
        return does.primitives.affine === undefined
          ? this.#affine(index, bundles[node.of]!, node.matrix, node.bias)
          : does.count('affine', does.primitives.affine(bundles[node.of]!, node.matrix, node.bias), node.matrix.values.length);
      case 'addPlain':
        return bundles[node.of]!.map((c, at) =>
          does.addPlain(c, this.#plain(`${index}/${at}`, node.plains[at]!, node.type.step, c, 'add')),
        );
      case 'transform':
        return node.outputs.map((terms, at) => this.#transform(`${index}/${at}`, bundles[node.of]!, terms, node.step));
      case 'convolve':
        return node.outputs.map((terms) => does.convolve(bundles[node.of]!, terms));
      case 'fold':
        return bundles[node.of]!.map((c) => this.#fold(c, node.rotations));
      case 'rotate':
        return bundles[node.of]!.map((c) => does.rotate(c, node.by));
      case 'rotateSum':
        return node.outputs.map((terms) => this.#rotateSum(bundles[node.of]!, terms));
      case 'swapRows':
        return bundles[node.of]!.map(does.swapRows);
      case 'pick':
        return node.from.map(([from, at]) => bundles[from]![at]!);
      case 'table':
        return does.table(bundles[node.of]!, node.table);
      case 'bootstrap': {
        const { min, max } = this.#circuit.nodes[node.of]!.type;
        return bundles[node.of]!.map((c) => does.bootstrap(c, Math.max(-min, max)));
      }
    }
  }

  #plain(key: string, values: Values, step: number | null, beside: C, use: 'add' | 'multiply'): P {
    const kept = this.#plains.get(key);
    if (kept !== undefined) return kept;
    const encoded = this.#does.primitives.encode(values, step, beside, use);
    this.#plains.set(key, encoded);
    return encoded;
  }

  /** A temporary is released as soon as `next` is made of it. */
  #then(temporary: C, next: (c: C) => C): C {
    this.#references.retain(temporary);
    const result = next(temporary);
    this.#references.release(temporary);
    return result;
  }

  #affine(index: number, inputs: readonly C[], matrix: SparseMatrix, bias: Values): C[] {
    const does = this.#does;
    const slots = this.#circuit.shape.rows * this.#circuit.shape.columns;
    const constant = (value: number | bigint): Values =>
      typeof value === 'bigint' ? Array.from({ length: slots }, () => value) : new Float64Array(slots).fill(value);
    return Array.from({ length: matrix.rows }, (_, row) => {
      let sum: C | null = null;
      for (let entry = matrix.offsets[row]!; entry < matrix.offsets[row + 1]!; entry++) {
        const input = inputs[matrix.indices[entry]!]!;
        const value = matrix.values[entry]!;
        const term = does.multiplyPlain(input, this.#plain(`${index}*${value}`, constant(value), matrix.step, input, 'multiply'));
        sum = sum === null ? term : this.#then(sum, (before) => this.#then(term, (last) => does.add(before, last)));
      }
      sum ??= does.subtract(inputs[0]!, inputs[0]!);
      return this.#then(sum, (c) => does.addPlain(c, this.#plain(`${index}+${row}`, constant(bias[row]!), null, c, 'add')));
    });
  }

  #transform(key: string, inputs: readonly C[], terms: readonly TransformTerm[], step: number | null): C {
    const does = this.#does;
    const rotated = new Map<string, C>();
    const baby = ({ from, baby: by }: TransformTerm): C => {
      if (by === 0) return inputs[from]!;
      const known = rotated.get(`${from}/${by}`);
      if (known !== undefined) return known;
      const made = this.#references.retain(does.rotate(inputs[from]!, by));
      rotated.set(`${from}/${by}`, made);
      return made;
    };
    const sums = new Map<number, C>();
    for (const [at, term] of terms.entries()) {
      const input = baby(term);
      const product = does.multiplyPlain(input, this.#plain(`${key}/${at}`, term.plain, step, input, 'multiply'));
      const before = sums.get(term.giant);
      sums.set(term.giant, before === undefined ? product : this.#then(before, (a) => this.#then(product, (b) => does.add(a, b))));
    }
    for (const c of rotated.values()) this.#references.release(c);
    let total: C | null = null;
    for (const [giant, sum] of sums) {
      const moved = giant === 0 ? sum : this.#then(sum, (c) => does.rotate(c, giant));
      total = total === null ? moved : this.#then(total, (a) => this.#then(moved, (b) => does.add(a, b)));
    }
    return total ?? does.subtract(inputs[0]!, inputs[0]!);
  }

  #dot(lefts: readonly C[], rights: readonly C[], terms: readonly ProductTerm[]): C {
    return this.#sum(terms, ([left, right]) => this.#does.multiply(lefts[left]!, rights[right]!));
  }

  #rotateSum(inputs: readonly C[], terms: readonly RotationTerm[]): C {
    return this.#sum(terms, ({ from, by }) => (by === 0 ? inputs[from]! : this.#does.rotate(inputs[from]!, by)));
  }

  /** Summands are made when they are added. */
  #sum<T>([first, ...others]: readonly T[], make: (term: T) => C): C {
    return others.reduce((sum, term) => this.#then(sum, (a) => this.#then(make(term), (b) => this.#does.add(a, b))), make(first!));
  }

  #fold(c: C, rotations: readonly number[]): C {
    const double = (sum: C, by: number): C => this.#then(this.#does.rotate(sum, by), (moved) => this.#does.add(sum, moved));
    return rotations.reduce((sum, by) => (sum === c ? double(c, by) : this.#then(sum, (before) => double(before, by))), c);
  }
}

function missing(port: string): never {
  throw new Error(`input port '${port}' was given nothing`);
}
