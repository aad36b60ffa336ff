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
import { galoisElement } from '../rlwe/program/keys.ts';
import type { RlweClientDetails, RlweParameters } from '../rlwe/program/program.ts';
import { digitCount, splitPrimes } from '../rlwe/program/special-primes.ts';
import { seededCiphertext_bytes } from '../rlwe/wire/seal-layout.ts';
import { writeKeys } from '../rlwe/wire/key-wire.ts';
import { keyShape, trimKeys } from '../rlwe/wire/trimmed-keys.ts';
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
    const send = (kind: 'relinearization' | 'galois', whole: Uint8Array): void => {
      const primes = this.#data.length + this.#special.length;
      keys.push({ kind, payload: trimKeys(whole, keyShape(kind, needed, this.#degree, primes, this.#special.length)) });
    };
    if (needed.relinearization > 0) {
      const square = lifted.map((residues, j) => scaled(residues, (i) => this.#secret[j]![i]!, this.#data[j]!));
      send('relinearization', this.#list(new Map([[0, () => square]])));
    }
    if (needed.rotations.length > 0) {
      const moved = needed.rotations.map(([by]) => {
        const element = galoisElement(this.#degree, by);
        return [(element - 1) / 2, () => lifted.map((residues) => permuted(residues, element))] as const;
      });
      send('galois', this.#list(new Map(moved.sort(([a], [b]) => a - b))));
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
  #list(multiples: ReadonlyMap<number, () => Multiple>): Uint8Array {
    const primes = this.#data.length + this.#special.length;
    const record_bytes = seededCiphertext_bytes(this.#degree, primes);
    const digits = digitCount(this.#data.length, this.#special.length);
    const records = function* (writer: KeyWriter): Generator<readonly [number, Iterable<Uint8Array>]> {
      for (const [slot, multiple] of multiples) yield [slot, writer.#digits(multiple())];
    };
    const id = idBytes(this.#context.parmsId(primes));
    const slots = 1 + [...multiples.keys()].at(-1)!;
    return writeKeys(id, records(this), { slots, count: multiples.size, digits, record_bytes });
  }

  *#digits(multiple: Multiple): Generator<Uint8Array> {
    const size = this.#special.length;
    for (let first = 0; first < this.#data.length; first += size) yield this.#encrypted(multiple, first, first + size);
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

/** s(X^element) from s, in transform form: index i holds the value at psi^(2 bitReverse(i) + 1). */
function permuted(residues: BigUint64Array, element: number): BigUint64Array {
  const n = residues.length;
  const bits = Math.log2(n);
  return residues.map((_, i) => {
    const exponent = Number((BigInt(element) * BigInt(2 * bitReverse(i, bits) + 1)) % BigInt(2 * n));
    return residues[bitReverse((exponent - 1) / 2, bits)]!;
  });
}
