/**
 * Inputs as they arrive, read without SEAL: the second polynomial is drawn from its seed by the kernel of CKKS, BFV and BGV.
 *
 * @module
 */
import { EnigmarkError } from '../errors.ts';
import { fusedArithmetic, loadKernel } from '../rlwe/kernel/kernel.ts';
import { Arena } from '../rlwe/kernel/memory.ts';
import { UniformExpander } from '../rlwe/kernel/uniform.ts';
import { Ring } from '../rlwe/ring/ring.ts';
import { TransformModulus } from '../rlwe/ring/ntt.ts';
import type { Arrival, InputReader } from '../tfhe/input-reader.ts';
import { Coefficients, torusWords } from './extraction.ts';
import { bitReverse } from '../rlwe/numbers/modular-integers.ts';
import { unpackInput, unpackPolynomials } from './input-wire.ts';
import { packedResult_bytes } from './packing/packing.ts';
import type { InputRing } from './parameters.ts';

/** Memory and kernel of a ring of one prime. */
export interface RingWorkspace {
  readonly arena: Arena;
  readonly ring: Ring;
  readonly modulus: TransformModulus;
  readonly uniform: UniformExpander;
}

/** @throws EnigmarkError KERNELS_UNUSABLE where the engine has no fused arithmetic */
export function openRing({ degree, prime }: Pick<InputRing, 'degree' | 'prime'>): RingWorkspace {
  if (!fusedArithmetic()) {
    throw new EnigmarkError('KERNELS_UNUSABLE', {
      expected: 'an engine whose relaxed multiply-add rounds once',
      got: 'one that rounds twice or has none',
      remedy: 'use scheme tfhe, or another engine',
    });
  }
  const arena = new Arena();
  const kernel = loadKernel(arena);
  return {
    arena,
    ring: new Ring(degree, arena, kernel),
    modulus: new TransformModulus(prime, degree, arena, kernel),
    uniform: new UniformExpander(arena, kernel),
  };
}

/** A ring ciphertext by its coefficients, which become words of the torus when the first of them is read. */
export class RingArrival implements Arrival {
  readonly residues: readonly [Float64Array, Float64Array];
  readonly #prime: number;
  readonly #coefficientOf: (value: number) => number;
  #coefficients: Coefficients | null = null;

  /**
   * @param residues of the two polynomials, modulo the prime
   * @param coefficientOf where a value stands; default: in order
   */
  constructor(residues: readonly [Float64Array, Float64Array], prime: number, coefficientOf = (value: number): number => value) {
    this.residues = residues;
    this.#prime = prime;
    this.#coefficientOf = coefficientOf;
  }

  words(value: number): BigUint64Array {
    const [first, second] = this.residues;
    this.#coefficients ??= new Coefficients(torusWords(first, this.#prime), torusWords(second, this.#prime));
    return this.#coefficients.words(this.#coefficientOf(value));
  }
}

export function ringReader(inputRing: InputRing, { arena, ring, modulus, uniform }: RingWorkspace): InputReader {
  const drawn = ring.allocate(modulus);
  return {
    get reserved_bytes() {
      return arena.size_bytes;
    },
    read(payload) {
      if (payload.length === packedResult_bytes(inputRing)) {
        const [first, second] = unpackPolynomials(payload, 2, inputRing) as [Float64Array, Float64Array];
        return new RingArrival([first, second], modulus.p, (value) => bitReverse(value, Math.log2(inputRing.degree)));
      }
      const { seed, residues } = unpackInput(payload, inputRing);
      uniform.expand(seed, [drawn], inputRing.degree);
      const at = drawn.address / 8;
      return new RingArrival([residues, arena.f64.slice(at, at + inputRing.degree)], modulus.p);
    },
  };
}
