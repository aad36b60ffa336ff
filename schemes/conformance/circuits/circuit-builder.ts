/**
 * Circuits written by hand: every method adds a node with the range that interval arithmetic proves, and returns its index.
 *
 * @module
 */
import type {
  Circuit,
  ConvolutionTerm,
  LookupTable,
  Node,
  Operation,
  ProductTerm,
  RotationTerm,
  SlotShape,
  Source,
  SparseMatrix,
  TransformTerm,
  Values,
  ValueType,
} from '../../circuit.ts';

type Range = Pick<ValueType, 'min' | 'max'>;

export class CircuitBuilder {
  readonly #id: string;
  readonly #shape: SlotShape;
  /** Of matrices and of plains that multiply. */
  readonly #plainStep: number | null;
  readonly #nodes: Node[] = [];
  /** Encrypted multiplications and tables on the longest way to each node. */
  readonly #depths: number[] = [];

  constructor(id: string, shape: SlotShape, plainStep: number | null) {
    this.#id = id;
    this.#shape = shape;
    this.#plainStep = plainStep;
  }

  get #slots(): number {
    return this.#shape.rows * this.#shape.columns;
  }
  typeOf(node: number): ValueType {
    return this.#nodes[node]!.type;
  }
  depthOf(node: number): number {
    return this.#depths[node]!;
  }
  get size(): number {
    return this.#nodes.length;
  }

  input(port: string, width: number, range: Range, step: number | null, sources: readonly Source[] = ['client']): number {
    return this.#node({ op: 'input', port, sources }, { ...range, width, step, bound: 'proven' }, []);
  }

  /** An input with zeros behind its first `filled` slots. */
  filledInput(port: string, width: number, range: Range, step: number | null, filled: number): number {
    return this.#node({ op: 'input', port, sources: ['client'] }, { ...range, width, step, bound: 'proven', filled }, []);
  }

  add(left: number, right: number): number {
    const [a, b] = [this.typeOf(left), this.typeOf(right)];
    return this.#node({ op: 'add', left, right }, { ...a, ...outward(a, a.min + b.min, a.max + b.max) }, [left, right]);
  }

  subtract(left: number, right: number): number {
    const [a, b] = [this.typeOf(left), this.typeOf(right)];
    return this.#node({ op: 'subtract', left, right }, { ...a, ...outward(a, a.min - b.max, a.max - b.min) }, [left, right]);
  }

  multiply(left: number, right: number): number {
    const [a, b] = [this.typeOf(left), this.typeOf(right)];
    const ends = [a.min * b.min, a.min * b.max, a.max * b.min, a.max * b.max];
    const least = left === right && a.min <= 0 && a.max >= 0 ? 0 : Math.min(...ends);
    const type = { ...a, step: product(a.step, b.step), ...outward(a, least, Math.max(...ends)) };
    return this.#node({ op: 'multiply', left, right }, type, [left, right], 1);
  }

  dot(left: number, right: number, outputs: readonly (readonly ProductTerm[])[]): number {
    const [a, b] = [this.typeOf(left), this.typeOf(right)];
    const ends = [a.min * b.min, a.min * b.max, a.max * b.min, a.max * b.max];
    const terms = outputs.map((of) => of.length);
    const type = {
      ...a,
      width: outputs.length,
      step: product(a.step, b.step),
      ...sumRange(a, terms, Math.min(...ends), Math.max(...ends)),
    };
    return this.#node({ op: 'dot', left, right, outputs }, type, [left, right], 1);
  }

  /** Dense rows; zeros are left out of the matrix. */
  affine(of: number, rows: readonly (readonly number[])[], bias: Values): number {
    const input = this.typeOf(of);
    const matrix = sparse(rows, input.width, this.#plainStep);
    const ends = rows.map((row, at) => interval(row, input, Number(bias[at])));
    const range = outward(input, Math.min(...ends.map(({ min }) => min)), Math.max(...ends.map(({ max }) => max)));
    const type = { ...input, width: rows.length, step: product(input.step, this.#plainStep), ...range };
    return this.#node({ op: 'affine', of, matrix, bias }, type, [of]);
  }

  addPlain(of: number, plains: readonly Values[]): number {
    const input = this.typeOf(of);
    const all = plains.flatMap((values) => Array.from<number | bigint>(values).map(Number));
    const range = outward(input, input.min + Math.min(0, ...all), input.max + Math.max(0, ...all));
    return this.#node({ op: 'addPlain', of, plains }, { ...input, ...range }, [of]);
  }

  transform(of: number, outputs: readonly (readonly TransformTerm[])[]): number {
    const input = this.typeOf(of);
    const ends = outputs.map((terms) => transformed(terms, input));
    const range = outward(input, Math.min(...ends.map(({ min }) => min)), Math.max(...ends.map(({ max }) => max)));
    const type = { ...input, width: outputs.length, step: product(input.step, this.#plainStep), ...range };
    return this.#node({ op: 'transform', of, step: this.#plainStep, outputs }, type, [of]);
  }

  /** Every slot gets its own interval: of a term it meets as many weights as there are filled slots before it. */
  convolve(of: number, outputs: readonly (readonly ConvolutionTerm[])[]): number {
    const { filled = this.#slots, ...input } = this.typeOf(of);
    const ends = outputs.flatMap((terms) =>
      Array.from({ length: this.#slots }, (_, slot) =>
        interval(
          terms.flatMap(({ weights }) => [...weights.subarray(Math.max(0, slot - filled + 1), slot + 1)]),
          input,
          0,
        ),
      ),
    );
    const range = outward(input, Math.min(0, ...ends.map(({ min }) => min)), Math.max(0, ...ends.map(({ max }) => max)));
    const type = { ...input, width: outputs.length, step: product(input.step, this.#plainStep), ...range };
    return this.#node({ op: 'convolve', of, step: this.#plainStep, outputs }, type, [of]);
  }

  fold(of: number, rotations: readonly number[]): number {
    const input = this.typeOf(of);
    const copies = 2 ** rotations.length;
    return this.#node({ op: 'fold', of, rotations }, { ...input, ...outward(input, copies * input.min, copies * input.max) }, [of]);
  }

  rotate(of: number, by: number): number {
    return this.#node({ op: 'rotate', of, by }, this.typeOf(of), [of]);
  }

  rotateSum(of: number, outputs: readonly (readonly RotationTerm[])[]): number {
    const input = this.typeOf(of);
    const terms = outputs.map((of) => of.length);
    const type = { ...input, width: outputs.length, ...sumRange(input, terms, input.min, input.max) };
    return this.#node({ op: 'rotateSum', of, outputs }, type, [of]);
  }

  swapRows(of: number): number {
    return this.#node({ op: 'swapRows', of }, this.typeOf(of), [of]);
  }

  pick(from: readonly (readonly [node: number, index: number])[]): number {
    const types = from.map(([node]) => this.typeOf(node));
    const range = { min: Math.min(...types.map(({ min }) => min)), max: Math.max(...types.map(({ max }) => max)) };
    const operation: Operation = { op: 'pick', from };
    return this.#node(
      operation,
      { ...types[0]!, ...range, width: from.length },
      from.map(([node]) => node),
    );
  }

  table(of: number, table: LookupTable): number {
    const outputs = Array.from<number | bigint>(table.outputs).map(Number);
    const ends = table.negacyclic ? outputs.flatMap((output) => [output, -output]) : outputs;
    return this.#node({ op: 'table', of, table }, { ...this.typeOf(of), min: Math.min(...ends), max: Math.max(...ends) }, [of], 1);
  }

  /** Slots repeat after `slots` of them. */
  bootstrap(of: number, slots = this.#shape.columns): number {
    return this.#node({ op: 'bootstrap', of, slots }, this.typeOf(of), [of]);
  }

  /** Gives a node a wider range than was proven, as a planner that rounds outward would. */
  widen(node: number, range: Range): number {
    const { type } = this.#nodes[node]!;
    this.#nodes[node] = { ...this.#nodes[node]!, type: { ...type, ...range } };
    return node;
  }

  build(outputs: Readonly<Record<string, number>>): Circuit {
    return { id: this.#id, shape: this.#shape, nodes: [...this.#nodes], outputs };
  }

  #node(operation: Operation, type: ValueType, of: readonly number[], multiplications = 0): number {
    this.#depths.push(multiplications + Math.max(0, ...of.map((node) => this.depthOf(node))));
    return this.#nodes.push({ ...operation, type, layer: `${operation.op}-${this.#nodes.length}` }) - 1;
  }
}

/** Compressed rows of a dense matrix. */
function sparse(rows: readonly (readonly number[])[], columns: number, step: number | null): SparseMatrix {
  const entries = rows.map((row) => row.flatMap((value, column) => (value === 0 ? [] : [[column, value] as const])));
  const offsets = new Uint32Array(rows.length + 1);
  for (const [row, list] of entries.entries()) offsets[row + 1] = offsets[row]! + list.length;
  const flat = entries.flat();
  const indices = Uint32Array.from(flat, ([column]) => column);
  return { rows: rows.length, columns, step, offsets, indices, values: Float64Array.from(flat, ([, value]) => value) };
}

/** Range of constant + sum of weights * x, with x in the given range. */
function interval(weights: Iterable<number>, { min, max }: Range, constant: number): Range {
  let range: Range = { min: constant, max: constant };
  for (const weight of weights) {
    const ends = [weight * min, weight * max];
    range = { min: range.min + Math.min(...ends), max: range.max + Math.max(...ends) };
  }
  return range;
}

/** The terms of a giant step meet slot by slot; sums of different giant steps may meet at any slots. */
function transformed(terms: readonly TransformTerm[], input: Range): Range {
  let total: Range = { min: 0, max: 0 };
  for (const giant of new Set(terms.map((term) => term.giant))) {
    const plains = terms.filter((term) => term.giant === giant).map(({ plain }) => plain);
    const slots = Array.from(plains[0]!, (_, slot) =>
      interval(
        plains.map((plain) => plain[slot]!),
        input,
        0,
      ),
    );
    total = {
      min: total.min + Math.min(...slots.map(({ min }) => min)),
      max: total.max + Math.max(...slots.map(({ max }) => max)),
    };
  }
  return total;
}

/** Of sums of so many numbers from min to max each. */
function sumRange(type: ValueType, terms: readonly number[], min: number, max: number): Range {
  return outward(type, Math.min(...terms.map((count) => count * min)), Math.max(...terms.map((count) => count * max)));
}

/** Real sums round; whole numbers do not. */
function outward({ step }: ValueType, min: number, max: number): Range {
  const slack = step === null ? 1e-9 * Math.max(Math.abs(min), Math.abs(max)) : 0;
  return { min: min - slack, max: max + slack };
}

function product(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a * b;
}
