/**
 * Integer slots to polynomial coefficients modulo t: BFV's and BGV's batching, in SEAL's slot order (two rows; slot i of the first is
 * the value at psi^(3^i), of the second its inverse).
 *
 * @module
 */
import type { Values } from '../../circuit.ts';
import type { Chain } from '../ring/chain.ts';
import { bitReverse, centred } from '../numbers/modular-integers.ts';
import { TransformModulus } from '../ring/ntt.ts';

export class IntegerEncoder {
  readonly #chain: Chain;
  readonly #modulus: TransformModulus;
  readonly #slotAt: Uint32Array;

  constructor(chain: Chain) {
    const { n, arena, kernel } = chain;
    this.#chain = chain;
    this.#modulus = new TransformModulus(chain.plain!.value, n, arena, kernel);
    this.#slotAt = new Uint32Array(n);
    const bits = Math.log2(n);
    let exponent = 1;
    for (let column = 0; column < n / 2; column++) {
      this.#slotAt[column] = bitReverse((exponent - 1) / 2, bits);
      this.#slotAt[n / 2 + column] = bitReverse((2 * n - exponent - 1) / 2, bits);
      exponent = (exponent * 3) % (2 * n);
    }
  }

  /** Centred coefficients modulo t; missing slots are zero. */
  encode(values: Values): Float64Array {
    const { n, ring, scratch, arena } = this.#chain;
    const slots = new Float64Array(n);
    const t = this.#modulus.value;
    for (const [slot, value] of Array.from<number | bigint>(values).entries())
      slots[this.#slotAt[slot]!] = Number(centred(BigInt(value), t));
    return scratch.scoped(() => {
      const residues = scratch.take(this.#modulus);
      ring.set(residues, slots, 'values');
      ring.inverse(residues, residues);
      ring.reduce(residues);
      const half = (this.#modulus.p - 1) / 2;
      const coefficients = arena.f64.slice(residues.address / 8, residues.address / 8 + n);
      return coefficients.map((x) => (x > half ? x - this.#modulus.p : x < -half ? x + this.#modulus.p : x));
    });
  }
}
