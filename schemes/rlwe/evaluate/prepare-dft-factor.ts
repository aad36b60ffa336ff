/**
 * Matrices of bootstrapping as plaintexts.
 *
 * @module
 */
import { factorDiagonals } from '../bootstrap/dft-factor.ts';
import type { ComplexVector } from '../bootstrap/slot-transform.ts';
import { orbitRotation, positiveRotation } from '../program/keys.ts';
import type { Instruction } from '../program/program.ts';
import type { Chain } from '../ring/chain.ts';
import { encodeComplex } from './encode-complex.ts';
import type { Encoder } from './plaintext.ts';
import type { PreparedTransform } from './transform.ts';

type DftInstruction = Extract<Instruction, { op: 'dftFactor' }>;

/** Instructions with the same matrix at the same primes and scale share its plaintexts. */
export class DftFactors {
  readonly #chain: Chain;
  readonly #encoder: Encoder;
  readonly #known = new Map<string, PreparedTransform>();

  constructor(chain: Chain, encoder: Encoder) {
    this.#chain = chain;
    this.#encoder = encoder;
  }

  prepare(instruction: DftInstruction): PreparedTransform {
    const { factor, limbs, plainScale } = instruction;
    const key = JSON.stringify([factor, limbs, plainScale]);
    const prepared = this.#known.get(key) ?? this.#encode(instruction);
    this.#known.set(key, prepared);
    return prepared;
  }

  #encode({ factor, limbs, plainScale, steps }: DftInstruction): PreparedTransform {
    const { n, data } = this.#chain;
    const { slots } = factor;
    const diagonals = factorDiagonals(factor);
    const elementOf = (by: number): number => {
      const moved = positiveRotation(by, slots);
      return moved === 0 ? 1 : this.#chain.elementOf(orbitRotation(n / 2, by));
    };
    const terms = steps.map(({ baby, giant }) => {
      const element = elementOf(baby);
      const moduli = element === 1 ? data.slice(0, limbs) : this.#chain.extended(limbs);
      // What the giant step moves is moved back first.
      const values = rotated(diagonals.get(positiveRotation(baby + giant, slots))!, -giant);
      const coefficients = encodeComplex(n, values, plainScale);
      return { from: 0, baby: element, giant: elementOf(giant), plain: this.#encoder.factorOf(coefficients, moduli) };
    });
    return [terms];
  }
}

/** Slot s of the result is slot s + by, counted around. */
function rotated({ real, imaginary }: ComplexVector, by: number): ComplexVector {
  const moved = (values: Float64Array): Float64Array => values.map((_, slot) => values[positiveRotation(slot + by, values.length)]!);
  return { real: moved(real), imaginary: moved(imaginary) };
}
