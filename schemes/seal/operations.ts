/**
 * SEAL's operations, counted: one method per library call, named as in the counts.
 *
 * @module
 */
import type { Ciphertext, Evaluator, GaloisKeys, Plaintext, RelinKeys } from 'node-seal/allows';
import type { OperationCounts } from '../scheme.ts';
import type { Context, SealScheme } from './context.ts';
import type { Ciphertexts } from './ciphertexts.ts';
import { countName } from '../rlwe/program/operations.ts';

/** Keys as SEAL wants them; null where the plan needs none. */
export interface SealKeys {
  readonly relinearization: RelinKeys | null;
  readonly galois: GaloisKeys | null;
}

/** Operations so far: by name, then by limbs. */
export type LimbCounts = Map<string, number[]>;

/** The counts by name and limbs. */
export function namedCounts(counts: LimbCounts): OperationCounts {
  const named = [...counts].flatMap(([operation, byLimbs]) =>
    Object.entries(byLimbs).map(([limbs, times]) => [countName(operation, Number(limbs)), times] as const),
  );
  return Object.fromEntries(named);
}

/** Results are ciphertexts of the given store; methods ending in `Into` change their first argument. */
export class Operations {
  readonly #counts: LimbCounts;
  readonly scheme: SealScheme;
  readonly #ciphertexts: Ciphertexts;
  readonly #context: Context;
  readonly #evaluator: Evaluator;
  readonly #keys: SealKeys;

  constructor(evaluator: Evaluator, ciphertexts: Ciphertexts, context: Context, scheme: SealScheme, keys: SealKeys, counts: LimbCounts) {
    this.scheme = scheme;
    this.#ciphertexts = ciphertexts;
    this.#context = context;
    this.#evaluator = evaluator;
    this.#keys = keys;
    this.#counts = counts;
  }

  #made(operation: string, limbs: number, compute: (result: Ciphertext) => void): Ciphertext {
    this.#count(operation, limbs);
    const result = this.#ciphertexts.take();
    try {
      compute(result);
    } catch (error) {
      this.#ciphertexts.giveBack(result);
      throw error;
    }
    return result;
  }

  #count(operation: string, limbs: number): void {
    let byLimbs = this.#counts.get(operation);
    if (byLimbs === undefined) this.#counts.set(operation, (byLimbs = []));
    byLimbs[limbs] = (byLimbs[limbs] ?? 0) + 1;
  }

  free(ciphertext: Ciphertext): void {
    this.#ciphertexts.giveBack(ciphertext);
  }

  add(a: Ciphertext, b: Ciphertext): Ciphertext {
    return this.#made('add', a.coeffModulusSize(), (result) => atOneScale(a, b, () => this.#evaluator.add(a, b, result)));
  }

  addInto(sum: Ciphertext, term: Ciphertext): void {
    this.#count('add', sum.coeffModulusSize());
    this.#evaluator.addInplace(sum, term);
  }

  subtract(a: Ciphertext, b: Ciphertext): Ciphertext {
    return this.#made('subtract', a.coeffModulusSize(), (result) => atOneScale(a, b, () => this.#evaluator.sub(a, b, result)));
  }

  addPlain(a: Ciphertext, plain: Plaintext): Ciphertext {
    return this.#made('addPlain', a.coeffModulusSize(), (result) => this.#evaluator.addPlain(a, plain, result));
  }

  addPlainInto(sum: Ciphertext, plain: Plaintext): void {
    this.#count('addPlain', sum.coeffModulusSize());
    this.#evaluator.addPlainInplace(sum, plain);
  }

  square(a: Ciphertext): Ciphertext {
    return this.#made('square', a.coeffModulusSize(), (result) => this.#evaluator.square(a, result));
  }

  multiply(a: Ciphertext, b: Ciphertext): Ciphertext {
    return this.#made('multiply', a.coeffModulusSize(), (result) => this.#evaluator.multiply(a, b, result));
  }

  multiplyPlain(a: Ciphertext, plain: Plaintext): Ciphertext {
    return this.#made('multiplyPlain', a.coeffModulusSize(), (result) => this.#evaluator.multiplyPlain(a, plain, result));
  }

  multiplyConstant(a: Ciphertext, constant: Plaintext): Ciphertext {
    return this.#made('multiplyConstant', a.coeffModulusSize(), (result) => this.#evaluator.multiplyPlain(a, constant, result));
  }

  /** Not counted: it costs no more than touching the memory. */
  negateInto(a: Ciphertext): void {
    this.#evaluator.negateInplace(a);
  }

  relinearize(a: Ciphertext): Ciphertext {
    const keys = present(this.#keys.relinearization, 'relinearization');
    return this.#made('relinearize', a.coeffModulusSize(), (result) => this.#evaluator.relinearize(a, keys, result));
  }

  /** By nothing it is a copy, which takes no key: plans name none for it. */
  rotate(a: Ciphertext, step: number): Ciphertext {
    const limbs = a.coeffModulusSize();
    if (step === 0) {
      return this.#made('rotate', limbs, (result) => this.#evaluator.cipherModSwitchTo(a, this.#context.parmsId(limbs), result));
    }
    const keys = present(this.#keys.galois, 'galois');
    return this.#made('rotate', limbs, (result) =>
      this.scheme === 'ckks' ? this.#evaluator.rotateVector(a, step, keys, result) : this.#evaluator.rotateRows(a, step, keys, result),
    );
  }

  swapRows(a: Ciphertext): Ciphertext {
    const keys = present(this.#keys.galois, 'galois');
    return this.#made('swapRows', a.coeffModulusSize(), (result) => this.#evaluator.rotateColumns(a, keys, result));
  }

  /** Divides by the last prime: rescale (CKKS) or modulus switch. */
  divide(a: Ciphertext): Ciphertext {
    return this.#made('divide', a.coeffModulusSize(), (result) =>
      this.scheme === 'ckks' ? this.#evaluator.rescaleToNext(a, result) : this.#evaluator.cipherModSwitchToNext(a, result),
    );
  }

  /** Forgets primes down to `limbs` without dividing (CKKS). */
  drop(a: Ciphertext, limbs: number): Ciphertext {
    return this.#made('drop', a.coeffModulusSize(), (result) => this.#evaluator.cipherModSwitchTo(a, this.#context.parmsId(limbs), result));
  }

  /** Coefficients to point values: BFV multiplies plaintexts there. */
  toTransformed(a: Ciphertext): Ciphertext {
    return this.#made('toTransformed', a.coeffModulusSize(), (result) => this.#evaluator.cipherTransformToNtt(a, result));
  }

  fromTransformedInto(a: Ciphertext): void {
    this.#count('fromTransformed', a.coeffModulusSize());
    this.#evaluator.cipherTransformFromNttInplace(a);
  }

  plainToTransformed(plain: Plaintext, limbs: number): void {
    this.#evaluator.plainTransformToNttInplace(plain, this.#context.parmsId(limbs));
  }
}

/** SEAL adds only equal scales; the lowering allows a difference in the rounding of primes and accounts for it. */
function atOneScale(a: Ciphertext, b: Ciphertext, work: () => void): void {
  const own = b.scale();
  if (own === a.scale()) return work();
  b.setScale(a.scale());
  try {
    work();
  } finally {
    b.setScale(own);
  }
}

function present<K>(keys: K | null, kind: string): K {
  if (keys === null) throw new Error(`the program needs a ${kind} key that the plan does not name`);
  return keys;
}
