/**
 * Keys for sets of several special primes. SEAL makes the secret, the errors and the uniform halves: a digit of a key is its symmetric
 * encryption of P s' modulo the digit's primes and of 0 modulo the others, where s' is what the key switches from, and P the product of
 * the special primes. Only these plaintexts are ours.
 *
 * @module
 */
import type { Encryptor, SecretKey } from 'node-seal/allows';
import { bitReverse, product } from '../rlwe/numbers/modular-integers.ts';
import { bootstrapChain } from '../rlwe/bootstrap/bootstrap-chain.ts';
import { createPrimes } from '../rlwe/numbers/primes.ts';
import type { RlweClientDetails, RlweParameters } from '../rlwe/program/program.ts';
import { digitCount, splitPrimes } from '../rlwe/program/special-primes.ts';
import { seededCiphertext_bytes } from '../rlwe/wire/seal-layout.ts';
import { writeKeys } from '../rlwe/wire/key-wire.ts';
import { keyShape, trimKeys, type KeyShape } from '../rlwe/wire/trimmed-keys.ts';
import { idBytes } from './context.ts';
import { writeEncapsulationKeys } from './encapsulation-keys.ts';
import { encryptResidues } from './encrypt-residues.ts';
import { createKeyContext, type PartContext } from './hybrid-contexts.ts';
import type { ClientKeys, EvaluationKey } from './key-generation.ts';
import type { ClientLibrary } from './runtime.ts';
import { Scope } from './scope.ts';
import { plaintextNumbers, plaintextRecord } from './serialization.ts';

/** For each context its part of one secret; the first has the evaluation keys. */
export function generateHybridKeys(
  library: ClientLibrary,
  scope: Scope,
  contexts: readonly PartContext[],
  parameters: RlweParameters,
  details: RlweClientDetails,
): readonly ClientKeys[] {
  using temporary = new Scope();
  const keyContext = createKeyContext(library, temporary, parameters);
  const generator = temporary.own(new library.KeyGenerator(keyContext.context));
  const secret = temporary.own(generator.secretKey());
  // SEAL's encryptor wants a public key as well, which is never used here and never leaves.
  const publicKey = temporary.own(generator.createPublicKey());
  const encryptor = temporary.own(new library.Encryptor(keyContext.context, publicKey, secret));
  const numbers = plaintextNumbers(secret.saveToArray(library.ComprModeType.none) as Uint8Array);
  const evaluation = new KeyWriter(library, keyContext, encryptor, parameters, numbers).write(details);
  return contexts.map((context, at) => {
    const part = scope.own(secretIn(library, context, parameters.degree, numbers));
    const own = temporary.own(new library.KeyGenerator(context.context, part));
    return { secret: part, public: scope.own(own.createPublicKey()), evaluation: at === 0 ? evaluation : [] };
  });
}

/** The secret modulo the primes of a context. */
function secretIn(library: ClientLibrary, context: PartContext, degree: number, numbers: BigUint64Array): SecretKey {
  const part = new BigUint64Array(context.primesAt.length * degree);
  for (const [to, from] of context.primesAt.entries()) part.set(numbers.subarray(from * degree, (from + 1) * degree), to * degree);
  const secret = new library.SecretKey();
  secret.loadFromArray(context.context, plaintextRecord(part, context.keyId()));
  return secret;
}

/** What a key switches from, times P, modulo each data prime in transform form. */
type Multiple = readonly BigUint64Array[];

class KeyWriter {
  readonly #library: ClientLibrary;
  readonly #context: PartContext;
  readonly #encryptor: Encryptor;
  readonly #parameters: RlweParameters;
  readonly #degree: number;
  readonly #data: readonly bigint[];
  readonly #special: readonly bigint[];
  readonly #secret: Multiple;

  constructor(library: ClientLibrary, context: PartContext, encryptor: Encryptor, parameters: RlweParameters, secret: BigUint64Array) {
    const { degree, modulus_bits } = parameters;
    const { data, special } = splitPrimes(parameters, createPrimes(degree, modulus_bits));
    this.#library = library;
    this.#context = context;
    this.#encryptor = encryptor;
    this.#parameters = parameters;
    this.#degree = degree;
    this.#data = data;
    this.#special = special;
    this.#secret = data.map((_, j) => secret.subarray(j * degree, (j + 1) * degree));
  }

  write({ keys: needed }: RlweClientDetails): readonly EvaluationKey[] {
    const P = product(this.#special);
    const lifted = this.#secret.map((residues, j) => scaled(residues, () => P, this.#data[j]!));
    const keys: EvaluationKey[] = [];
    const send = (kind: 'relinearization' | 'galois', multipleOf: (slot: number) => Multiple): void => {
      const primes = this.#data.length + this.#special.length;
      const shape = keyShape(kind, needed, this.#degree, primes, this.#special.length);
      keys.push({ kind, payload: trimKeys(this.#list(shape, multipleOf), shape) });
    };
    if (needed.relinearization > 0) {
      const square = lifted.map((residues, j) => scaled(residues, (i) => this.#secret[j]![i]!, this.#data[j]!));
      send('relinearization', () => square);
    }
    if (needed.rotations.length > 0) {
      send('galois', (slot) => {
        const sources = permutation(2 * slot + 1, this.#degree);
        return lifted.map((residues) => residues.map((_, i) => residues[sources[i]!]!));
      });
    }
    if (needed.encapsulation !== undefined) keys.push({ kind: 'encapsulation', payload: this.#encapsulation() });
    return keys;
  }

  #encapsulation(): Uint8Array {
    const parameters = this.#parameters;
    const weight = bootstrapChain(parameters).ephemeralWeight;
    if (weight === null) throw new Error(`set '${parameters.id}' has no ephemeral secret`);
    const [library, context, encryptor, secret] = [this.#library, this.#context, this.#encryptor, this.#secret[0]!];
    return writeEncapsulationKeys({ library, parameters, context, encryptor, secret }, weight);
  }

  /** Keys by slot, ascending. */
  #list({ limbs }: KeyShape, multipleOf: (slot: number) => Multiple): Uint8Array {
    const primes = this.#data.length + this.#special.length;
    const record_bytes = seededCiphertext_bytes(this.#degree, primes);
    const digits = digitCount(this.#data.length, this.#special.length);
    const needed = [...limbs].sort(([a], [b]) => a - b);
    const records = function* (writer: KeyWriter): Generator<readonly [number, Iterable<Uint8Array>]> {
      for (const [slot, most] of needed) yield [slot, writer.#digits(multipleOf(slot), most, record_bytes)];
    };
    const id = idBytes(this.#context.parmsId(primes));
    const slots = 1 + needed.at(-1)![0];
    return writeKeys(id, records(this), { slots, count: needed.length, digits, record_bytes });
  }

  /** Of digits that no level of so many primes has, which are not sent, the room alone. */
  *#digits(multiple: Multiple, limbs: number, record_bytes: number): Generator<Uint8Array> {
    const size = this.#special.length;
    for (let first = 0; first < this.#data.length; first += size)
      yield first < limbs ? this.#encrypted(multiple, first, first + size) : new Uint8Array(record_bytes);
  }

  /** A multiple modulo the primes from `first` to before `end`, and 0 modulo the others. */
  #encrypted(multiple: Multiple, first: number, end: number): Uint8Array {
    const primes = this.#data.length + this.#special.length;
    const numbers = new BigUint64Array(primes * this.#degree);
    for (const [j, residues] of multiple.entries()) if (j >= first && j < end) numbers.set(residues, j * this.#degree);
    return encryptResidues(this.#library, this.#context, this.#encryptor, numbers);
  }
}

function scaled(residues: BigUint64Array, factor: (i: number) => bigint, prime: bigint): BigUint64Array {
  return residues.map((residue, i) => (residue * factor(i)) % prime);
}

/** s(X^element) has at i what s has at the i-th source, in transform form: index i holds the value at psi^(2 bitReverse(i) + 1). */
function permutation(element: number, n: number): Uint32Array {
  const bits = Math.log2(n);
  return Uint32Array.from({ length: n }, (_, i) => {
    const exponent = (element * (2 * bitReverse(i, bits) + 1)) % (2 * n);
    return bitReverse((exponent - 1) / 2, bits);
  });
}
