/**
 * What the client does with a key: masks, and decryption. By the library, or with powers modulo p^2 and q^2 on our kernel.
 *
 * A mask is a random r^n modulo n^2: an encryption of zero. It is the same set of numbers modulo p^2 and modulo q^2 apart: y^p and z^q of
 * random y and z. Whoever has p and q so makes it from two powers of half the size, and uniformly as before; with y = r^q modulo p and
 * z = r^p modulo q it is r^n itself. Powers take a time that depends on the exponents, here p and q.
 *
 * @module
 */
import type { Kernels } from '../scheme.ts';
import { openResidues } from './kernel/open-residues.ts';
import { power } from './kernel/power.ts';
import type { Residues } from './kernel/residues.ts';
import type { SecretKey } from './key-generation.ts';
import { drawBelow, invert, modulo } from './numbers/integers.ts';

export interface ClientKey {
  /** A new mask; each hides one plaintext. */
  makeMask(): bigint;
  /** From 0 to n - 1. The ciphertext has no factor in common with n. */
  decrypt(ciphertext: bigint): bigint;
  readonly reserved_bytes: number;
  readonly live_bytes: number;
}

/** @param encryption 'public': masks are made as by someone who has n alone */
export function openClientKey(secret: SecretKey, kernels: Kernels, encryption: 'symmetric' | 'public'): ClientKey {
  if (kernels === 'library') return new LibraryKey(secret);
  return new OwnKey(secret, encryption === 'public' ? openResidues(secret.n, 'modulus') : null);
}

class LibraryKey implements ClientKey {
  readonly #secret: SecretKey;
  readonly reserved_bytes = 0;
  readonly live_bytes = 0;

  constructor(secret: SecretKey) {
    this.#secret = secret;
  }
  makeMask(): bigint {
    return this.#secret.publicKey.encrypt(0n);
  }
  decrypt(ciphertext: bigint): bigint {
    return this.#secret.privateKey.decrypt(ciphertext);
  }
}

/** Arithmetic modulo the square of one of the primes. */
class PrimePart {
  readonly prime: bigint;
  readonly residues: Residues;
  /** 1 / (the logarithm of g^(prime - 1)). */
  readonly #factor: bigint;

  constructor(prime: bigint, other: bigint) {
    this.prime = prime;
    this.residues = openResidues(prime, 'prime');
    this.#factor = invert(-other, prime)!;
  }
  /** A random n-th power; of a given number, that number's. */
  nthPower(base: bigint = drawBelow(this.prime)): bigint {
    return power(this.residues, base, this.prime);
  }
  /** The plaintext modulo the prime (Paillier, EUROCRYPT 1999, section 7). */
  decrypt(ciphertext: bigint): bigint {
    const raised = power(this.residues, ciphertext % this.residues.modulus, this.prime - 1n);
    return (((raised - 1n) / this.prime) * this.#factor) % this.prime;
  }
}

/** Exported for tests: `mask` of given numbers. */
export class OwnKey implements ClientKey {
  readonly #p: PrimePart;
  readonly #q: PrimePart;
  readonly #n: bigint;
  /** For masks without p and q; null: with them. */
  readonly #whole: Residues | null;
  /** 1 / q modulo p, and 1 / q^2 modulo p^2. */
  readonly #inverse: bigint;
  readonly #squareInverse: bigint;

  constructor({ n, p, q }: SecretKey, whole: Residues | null) {
    this.#n = n;
    this.#p = new PrimePart(p, q);
    this.#q = new PrimePart(q, p);
    this.#whole = whole;
    this.#inverse = invert(q, p)!;
    this.#squareInverse = invert(q * q, p * p)!;
  }

  get reserved_bytes(): number {
    return this.#residues.reduce((sum, { reserved_bytes }) => sum + reserved_bytes, 0);
  }
  get live_bytes(): number {
    return this.#residues.reduce((sum, { live_bytes, reserved_bytes }) => sum + Math.min(live_bytes, reserved_bytes), 0);
  }

  makeMask(): bigint {
    return this.#whole === null ? this.mask() : power(this.#whole, drawBelow(this.#n), this.#n);
  }

  /** From y below p and z below q; random ones, unless they are given. */
  mask(y?: bigint, z?: bigint): bigint {
    const square = this.#q.residues.modulus;
    const ofQ = this.#q.nthPower(z);
    return ofQ + square * modulo((this.#p.nthPower(y) - ofQ) * this.#squareInverse, this.#p.residues.modulus);
  }

  decrypt(ciphertext: bigint): bigint {
    const ofQ = this.#q.decrypt(ciphertext);
    return ofQ + this.#q.prime * modulo((this.#p.decrypt(ciphertext) - ofQ) * this.#inverse, this.#p.prime);
  }

  get #residues(): readonly Residues[] {
    return [this.#p.residues, this.#q.residues, ...(this.#whole === null ? [] : [this.#whole])];
  }
}
