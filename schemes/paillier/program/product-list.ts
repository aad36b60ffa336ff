/**
 * Products written one after the other, each of values before it, with the power of the radix that every value carries; then registers
 * for them, as few as are needed at one time.
 *
 * @module
 */

/** Of a product: equal values are squared. */
type Factors = readonly [left: number, right: number];

/** What a list of products becomes: triples [to, left, right] of registers. Inputs lie in the first registers. */
export interface AllocatedProducts {
  readonly registers: number;
  readonly products: Uint32Array;
  /** Products before the inversion, which reads one register and writes another; null: there is none. */
  readonly inversion: { readonly after: number; readonly from: number; readonly to: number } | null;
  /** Register of each value that was asked for. */
  readonly outputs: readonly number[];
}

/** A value is a number; inputs are 0, 1, 2, ... */
export class ProductList {
  readonly #inputs: number;
  /** By value, from the first that is no input on; null: the inversion. */
  readonly #made: (Factors | null)[] = [];
  /** By value: it is x R^d of a number x. */
  readonly #degrees: bigint[];
  #inverted: number | null = null;

  /** Inputs arrive over R (`Residues.load`). */
  constructor(inputs: number) {
    this.#inputs = inputs;
    this.#degrees = new Array<bigint>(inputs).fill(-1n);
  }

  degreeOf(value: number): bigint {
    return this.#degrees[value]!;
  }

  get counts(): { readonly multiply: number; readonly square: number; readonly invert: number } {
    const products = this.#made.filter((factors) => factors !== null);
    const square = products.filter(([left, right]) => left === right).length;
    return { multiply: products.length - square, square, invert: this.#inverted === null ? 0 : 1 };
  }

  multiply(left: number, right: number): number {
    this.#degrees.push(this.#degrees[left]! + this.#degrees[right]! - 1n);
    return this.#inputs + this.#made.push([left, right]) - 1;
  }

  /** Of the products of values, one after the other; null: there are no values. */
  multiplyAll(values: readonly number[]): number | null {
    const [first, ...others] = values;
    return first === undefined ? null : others.reduce((product, value) => this.multiply(product, value), first);
  }

  /** 1 / value; once a list. */
  invert(value: number): number {
    if (this.#inverted !== null) throw new Error('a list has one inversion');
    this.#inverted = value;
    this.#degrees.push(-this.#degrees[value]!);
    return this.#inputs + this.#made.push(null) - 1;
  }

  /** A register is given to another value as soon as nothing reads the one before. */
  allocate(outputs: readonly number[]): AllocatedProducts {
    const lastUses = this.#lastUses(outputs);
    const registerOf = new Int32Array(this.#inputs + this.#made.length);
    const free: number[] = [];
    let registers = this.#inputs;
    for (let input = 0; input < this.#inputs; input++) {
      registerOf[input] = input;
      if (lastUses[input] === -1) free.push(input);
    }
    const products: number[] = [];
    let inversion: AllocatedProducts['inversion'] = null;
    for (const [at, factors] of this.#made.entries()) {
      const value = this.#inputs + at;
      const read = factors ?? [this.#inverted!, this.#inverted!];
      for (const operand of new Set(read)) if (lastUses[operand] === at) free.push(registerOf[operand]!);
      const to = (registerOf[value] = free.pop() ?? registers++);
      if (lastUses[value] === -1) free.push(to);
      if (factors === null) inversion = { after: products.length / 3, from: registerOf[this.#inverted!]!, to };
      else products.push(to, registerOf[factors[0]]!, registerOf[factors[1]]!);
    }
    return { registers, products: Uint32Array.from(products), inversion, outputs: outputs.map((value) => registerOf[value]!) };
  }

  /** By value, the last product that reads it: -1 where none does, beyond all products for outputs. */
  #lastUses(outputs: readonly number[]): Int32Array {
    const lastUses = new Int32Array(this.#inputs + this.#made.length).fill(-1);
    for (const [at, factors] of this.#made.entries()) for (const operand of factors ?? [this.#inverted!]) lastUses[operand] = at;
    for (const output of outputs) lastUses[output] = this.#made.length;
    return lastUses;
  }
}
