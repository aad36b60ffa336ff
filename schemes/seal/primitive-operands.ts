/**
 * Keys, operands and checks for timing single operations of node-seal: everything on one instance, in one scope.
 *
 * @module
 */
import type { Ciphertext, Decryptor, Encryptor, Evaluator, GaloisKeys, KeyGenerator, Plaintext, RelinKeys } from 'node-seal/allows';
import { SWAP_ROWS } from '../rlwe/program/keys.ts';
import { createPrimes } from '../rlwe/numbers/primes.ts';
import type { RlweParameters } from '../rlwe/program/program.ts';
import { createContext, type Context, type SealScheme } from './context.ts';
import { integerEncoding, realEncoding, type Encoding } from './encoding.ts';
import { clientInstance, type ClientLibrary } from './runtime.ts';
import { Scope } from './scope.ts';

/** The plaintext modulus that the integer schemes are measured with. */
const PLAIN_MODULUS_BITS = 20;
/** Integers in slots are below this, so that products stay below half the plaintext modulus. */
const LARGEST_INTEGER = 256;
/** Real slots are in [-1, 1] at this scale, or at the greatest that fits. */
const SCALE_LOG2 = 40;
/** A real result is right within this. */
const TOLERANCE = 2 ** -8;
/** Errors of fresh coefficients: SEAL's standard deviation, and a number of deviations that no slot will reach. */
const FRESH_ERROR = 6 * 3.2;

/** An operand: slots and their encryption at one level. */
export interface Operand {
  readonly values: Float64Array;
  readonly plain: Plaintext;
  readonly ciphertext: Ciphertext;
}

/** Owns every object that it makes. */
export class PrimitiveOperands implements Disposable {
  readonly library: ClientLibrary;
  readonly scheme: SealScheme;
  readonly context: Context;
  readonly encoding: Encoding;
  readonly generator: KeyGenerator;
  readonly encryptor: Encryptor;
  readonly decryptor: Decryptor;
  readonly evaluator: Evaluator;
  readonly relinearization: RelinKeys;
  /** One column to the left and, for integers, the exchange of rows. */
  readonly galois: GaloisKeys;
  readonly slots: number;
  readonly #scope = new Scope();
  readonly #primes: readonly number[];
  readonly #decrypted: Plaintext;

  private constructor(library: ClientLibrary, scheme: SealScheme, parameters: RlweParameters) {
    const own = <T extends { delete(): void }>(object: T): T => this.#scope.own(object);
    const integers = scheme !== 'ckks';
    const plainModulus = integers ? String(createPrimes(parameters.degree, [PLAIN_MODULUS_BITS])[0]) : null;
    this.library = library;
    this.scheme = scheme;
    this.slots = integers ? parameters.degree : parameters.degree / 2;
    this.#primes = createPrimes(parameters.degree, parameters.modulus_bits).map(Number);
    this.context = createContext(library, this.#scope, scheme, parameters, plainModulus);
    const { context } = this.context;
    this.evaluator = own(new library.Evaluator(context));
    this.encoding = integers
      ? integerEncoding(library, this.#scope, this.context, BigInt(plainModulus ?? 0))
      : realEncoding(library, this.#scope, this.context, this.evaluator);
    this.generator = own(new library.KeyGenerator(context));
    const secret = own(this.generator.secretKey());
    this.encryptor = own(new library.Encryptor(context, own(this.generator.createPublicKey()), secret));
    this.decryptor = own(new library.Decryptor(context, secret));
    this.relinearization = own(this.generator.createRelinKeys());
    this.galois = own(this.generator.createGaloisKeysWithSteps(Int32Array.from(integers ? [1, SWAP_ROWS] : [1])));
    this.#decrypted = own(new library.Plaintext());
  }

  /** @throws EnigmarkError LIBRARY_UNUSABLE, PARAMETERS_REFUSED */
  static async make(scheme: SealScheme, parameters: RlweParameters): Promise<PrimitiveOperands> {
    return new PrimitiveOperands((await clientInstance()).library, scheme, parameters);
  }

  ciphertext(): Ciphertext {
    return this.#scope.own(new this.library.Ciphertext());
  }

  plaintext(): Plaintext {
    return this.#scope.own(new this.library.Plaintext());
  }

  /** Random slots, encrypted at a level. `room`: how often the scale must fit the modulus, 2 for the factors of a product. */
  operand(seed: number, limbs: number, room: number): Operand {
    return this.#encrypted(randomSlots(this.slots, this.scheme, seed), limbs, this.#scale(limbs, room));
  }

  /** Whether a level has room for a scale at which a product is still right after errors of encryption. Always so for integers. */
  multiplies(limbs: number): boolean {
    return this.scheme !== 'ckks' || 2 * FRESH_ERROR * Math.sqrt(this.slots) <= TOLERANCE * this.#scale(limbs, 2);
  }

  /** An operand whose scale leaves a fitting one when the last prime is divided away. */
  dividend(seed: number, limbs: number): Operand {
    const scale = 2 ** Math.min(SCALE_LOG2, Math.floor(this.#modulus_log2(limbs - 1) - 3)) * this.#primes[limbs - 1]!;
    return this.#encrypted(randomSlots(this.slots, this.scheme, seed), limbs, scale);
  }

  /** Whether noise leaves a ciphertext that decrypts. Always so for real numbers, whose error `holds` checks. */
  decrypts(ciphertext: Ciphertext): boolean {
    return this.scheme === 'ckks' || this.decryptor.invariantNoiseBudget(ciphertext) > 0;
  }

  /** Whether a ciphertext holds the expected slots: exactly, or within the tolerance of real numbers. */
  holds(ciphertext: Ciphertext, expected: (slot: number) => number): boolean {
    this.decryptor.decrypt(ciphertext, this.#decrypted);
    return this.shows(this.#decrypted, expected);
  }

  shows(plain: Plaintext, expected: (slot: number) => number): boolean {
    const tolerance = this.scheme === 'ckks' ? TOLERANCE : 0;
    const found = Float64Array.from<number | bigint>(this.encoding.decode(plain), Number);
    return found.every((value, slot) => Math.abs(value - expected(slot)) <= tolerance);
  }

  [Symbol.dispose](): void {
    this.#scope[Symbol.dispose]();
  }

  #encrypted(values: Float64Array, limbs: number, scale: number): Operand {
    const plain = this.encoding.encode(values, limbs, scale);
    const ciphertext = this.ciphertext();
    this.encryptor.encryptSymmetric(plain, ciphertext);
    // Integers are encrypted at the top and switched down.
    if (ciphertext.coeffModulusSize() > limbs) this.evaluator.cipherModSwitchToInplace(ciphertext, this.context.parmsId(limbs));
    return { values, plain, ciphertext };
  }

  #scale(limbs: number, room: number): number {
    return 2 ** Math.min(SCALE_LOG2, Math.floor((this.#modulus_log2(limbs) - 3) / room));
  }

  #modulus_log2(limbs: number): number {
    return this.#primes.slice(0, limbs).reduce((sum, prime) => sum + Math.log2(prime), 0);
  }
}

/** Public, repeatable numbers: xorshift32 (Marsaglia, J. Stat. Softw. 8(14), 2003). */
function randomSlots(slots: number, scheme: SealScheme, seed: number): Float64Array {
  let state = seed;
  return Float64Array.from({ length: slots }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const unit = (state >>> 0) / 2 ** 32;
    return scheme === 'ckks' ? 2 * unit - 1 : Math.floor(unit * LARGEST_INTEGER);
  });
}
