/**
 * A polynomial of encrypted values as additions and multiplications, at the least multiplicative depth.
 *
 * Powers below m (baby steps) and m, 2m, 4m, ... (giant steps) are multiplied out, as far as coefficients ask for them, so that odd
 * and even polynomials cost less. The polynomial is split at the largest giant step within its degree, p = lo + x^g * hi, and so are
 * lo and hi (Paterson and Stockmeyer, SIAM J. Comput. 2(1), 1973, with giant steps that double: Han and Ki, CT-RSA 2020). Degree d
 * takes ceil(log2(d)) multiplications in a row, the least, because a product at most doubles the degree. Multiplying by a
 * coefficient does not count: where it takes a level of its own, a scheme needs one more where d is a power of two.
 *
 * @module
 */
import { degreeOf, type Polynomial, product, sum } from './polynomial.ts';

/** Value 0 is the input x; value i > 0 is the result of operation i - 1. */
export type PolynomialOperation = {
  /** The value as a polynomial of the input. */
  readonly polynomial: Polynomial;
  /** Times that the input's step is multiplied in the value's own step. */
  readonly exponent: number;
} & (
  | { readonly op: 'add' | 'multiply'; readonly left: number; readonly right: number }
  /** factor * value + constant; the factor's step is the input's to the power `factorExponent`. */
  | { readonly op: 'scale'; readonly of: number; readonly factor: number; readonly factorExponent: number; readonly constant: number }
  | { readonly op: 'addConstant'; readonly of: number; readonly constant: number }
);

/**
 * Operations that end with the polynomial, its value counted in the input's step to the power `exponent`; none for x itself. Of all m,
 * powers of two, the one with the fewest multiplications; of equals the largest, which leaves the fewest sums of two products.
 * The degree is at least 1.
 */
export function polynomialOperations(polynomial: Polynomial, exponent: number): readonly PolynomialOperation[] {
  const candidates: (readonly PolynomialOperation[])[] = [];
  for (let babies = 2; babies <= 2 * degreeOf(polynomial); babies *= 2) {
    const builder = new Builder(babies);
    builder.evaluate(polynomial, exponent);
    candidates.push(builder.operations);
  }
  return candidates.reduce((best, other) => (multiplications(other) <= multiplications(best) ? other : best));
}

function multiplications(operations: readonly PolynomialOperation[]): number {
  return operations.filter(({ op }) => op === 'multiply').length;
}

class Builder {
  readonly operations: PolynomialOperation[] = [];
  readonly #babies: number;
  /** Values of the powers made so far. */
  readonly #powers = new Map<number, number>([[1, 0]]);

  constructor(babies: number) {
    this.#babies = babies;
  }

  /** Products come first in a sum, because a scheme can bring a multiple of a power to any scale. */
  evaluate(polynomial: Polynomial, exponent: number): number {
    const constant = polynomial[0]!;
    if (isPower(polynomial) && exponent === degreeOf(polynomial)) return this.#power(degreeOf(polynomial));
    const { products, multiples } = this.#summands(polynomial);
    // From the lowest up, so that higher powers are made of lower ones that are needed anyway.
    for (const power of multiples.toReversed()) this.#power(power);
    let result: number | null = null;
    for (const { power, factor } of products) {
      const value = this.#multiply(this.#power(power), this.evaluate(factor, exponent - power));
      result = result === null ? value : this.#add(result, value);
    }
    for (const [at, power] of multiples.entries()) {
      const value = this.#scale(power, polynomial[power]!, at === multiples.length - 1 ? constant : 0, exponent);
      result = result === null ? value : this.#add(result, value);
    }
    return constant === 0 || multiples.length > 0 ? result! : this.#addConstant(result!, constant);
  }

  /** The polynomial without its constant: giant step * polynomial, and powers with a coefficient, both from the highest down. */
  #summands(polynomial: Polynomial): {
    readonly products: readonly { readonly power: number; readonly factor: Polynomial }[];
    readonly multiples: readonly number[];
  } {
    const products: { power: number; factor: Polynomial }[] = [];
    const multiples: number[] = [];
    let rest = polynomial;
    while (degreeOf(rest) >= this.#babies) {
      const power = this.#babies * 2 ** Math.floor(Math.log2(degreeOf(rest) / this.#babies));
      if (degreeOf(rest) === power) multiples.push(power);
      else products.push({ power, factor: rest.slice(power) });
      rest = withoutLeadingZeros(rest.slice(0, power));
    }
    for (let power = degreeOf(rest); power > 0; power--) if (rest[power] !== 0) multiples.push(power);
    return { products, multiples };
  }

  /** A power as the product of two that keep it at the least depth: of powers that are there already if possible, then a square. */
  #power(power: number): number {
    const known = this.#powers.get(power);
    if (known !== undefined) return known;
    const deepest = 2 ** (Math.ceil(Math.log2(power)) - 1);
    let best = { low: 0, missing: Infinity };
    for (let low = power - deepest; 2 * low <= power; low++) {
      const missing = [...new Set([low, power - low])].filter((factor) => !this.#powers.has(factor)).length;
      if (missing <= best.missing) best = { low, missing };
    }
    const low = this.#power(best.low);
    const made = this.#multiply(this.#power(power - best.low), low);
    this.#powers.set(power, made);
    return made;
  }

  #multiply(left: number, right: number): number {
    const [a, b] = [this.#value(left), this.#value(right)];
    const exponent = a.exponent + b.exponent;
    return this.operations.push({ op: 'multiply', left, right, polynomial: product(a.polynomial, b.polynomial), exponent });
  }

  #add(left: number, right: number): number {
    const [a, b] = [this.#value(left), this.#value(right)];
    return this.operations.push({ op: 'add', left, right, polynomial: sum(a.polynomial, b.polynomial), exponent: a.exponent });
  }

  #scale(power: number, factor: number, constant: number, exponent: number): number {
    const of = this.#power(power);
    const scaled = sum([constant], product([factor], this.#value(of).polynomial));
    return this.operations.push({ op: 'scale', of, factor, factorExponent: exponent - power, constant, polynomial: scaled, exponent });
  }

  #addConstant(of: number, constant: number): number {
    const { polynomial, exponent } = this.#value(of);
    return this.operations.push({ op: 'addConstant', of, constant, polynomial: sum([constant], polynomial), exponent });
  }

  #value(value: number): Pick<PolynomialOperation, 'polynomial' | 'exponent'> {
    return value === 0 ? { polynomial: [0, 1], exponent: 1 } : this.operations[value - 1]!;
  }
}

function isPower(polynomial: Polynomial): boolean {
  return polynomial.at(-1) === 1 && polynomial.slice(0, -1).every((coefficient) => coefficient === 0);
}

function withoutLeadingZeros(polynomial: Polynomial): Polynomial {
  return polynomial.slice(0, polynomial.findLastIndex((coefficient, power) => power === 0 || coefficient !== 0) + 1);
}
