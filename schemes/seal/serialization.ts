/**
 * SEAL's serialised objects, checked before the library reads them: a length that lies, or a compressed part that unfolds to
 * gigabytes, must not get that far. `seal-layout.ts` has the layouts.
 *
 * @module
 */
import { EnigmarkError } from '../errors.ts';
import { CIPHERTEXT_AT, COUNT_BYTES, FIELDS_AT, HEADER_BYTES, MAGIC, UNCOMPRESSED, writeHeader } from '../rlwe/wire/seal-layout.ts';

type Code = 'CIPHERTEXT_DAMAGED' | 'KEY_DAMAGED';

/** Sizes that an object's fields may name: larger ones would be allocated before they are found to be wrong. */
export interface Ring {
  readonly degree: number;
  /** Primes of the whole chain. */
  readonly primes: number;
}

/** @throws EnigmarkError CIPHERTEXT_DAMAGED */
export function checkCiphertextBytes(payload: Uint8Array, ring: Ring): void {
  const walk = new Walk(payload, 'CIPHERTEXT_DAMAGED', ring);
  walk.expectEnd(walk.ciphertext(0));
}

/** @throws EnigmarkError KEY_DAMAGED */
export function checkKeyBytes(payload: Uint8Array, ring: Ring): void {
  const walk = new Walk(payload, 'KEY_DAMAGED', ring);
  const end = walk.header(0);
  let at = FIELDS_AT;
  const lists = walk.count(at, end);
  at += COUNT_BYTES;
  for (let list = 0; list < lists; list++) {
    const keys = walk.count(at, end);
    at += COUNT_BYTES;
    for (let key = 0; key < keys; key++) at = walk.ciphertext(at);
  }
  walk.expectEnd(at === end ? end : -1);
}

/** A copy of key-switching keys of those sizes, with another name of their parameters throughout; they were checked. */
export function renamedKeys(payload: Uint8Array, id: Uint8Array): Uint8Array {
  const renamed = payload.slice();
  const view = new DataView(renamed.buffer);
  renamed.set(id, HEADER_BYTES);
  let at = FIELDS_AT;
  const count = (): number => {
    at += COUNT_BYTES;
    return Number(view.getBigUint64(at - COUNT_BYTES, true));
  };
  const lists = count();
  for (let list = 0; list < lists; list++) {
    const keys = count();
    for (let key = 0; key < keys; key++) {
      renamed.set(id, at + HEADER_BYTES);
      at += Number(view.getBigUint64(at + 8, true));
    }
  }
  return renamed;
}

/** A copy of a secret key, with another name of its parameters, which follows the header. */
export function renamedSecret(object: Uint8Array, id: Uint8Array): Uint8Array {
  const copy = object.slice();
  copy.set(id, HEADER_BYTES);
  return copy;
}

/** Bytes of a plaintext's record, and of a secret key's, before its numbers. */
const PLAINTEXT_NUMBERS_AT = FIELDS_AT + 2 * COUNT_BYTES + HEADER_BYTES + COUNT_BYTES;

/** The numbers of a secret key or plaintext in transform form, prime by prime. */
export function plaintextNumbers(object: Uint8Array): BigUint64Array {
  return new BigUint64Array(object.slice(PLAINTEXT_NUMBERS_AT).buffer);
}

/** A secret key or plaintext in transform form with these numbers and this name of its parameters; the scale is 1. */
export function plaintextRecord(numbers: BigUint64Array, id: Uint8Array): Uint8Array {
  const record = new Uint8Array(PLAINTEXT_NUMBERS_AT + numbers.byteLength);
  const view = new DataView(record.buffer);
  writeHeader(view, 0, record.length);
  record.set(id, HEADER_BYTES);
  view.setBigUint64(FIELDS_AT, BigInt(numbers.length), true);
  view.setFloat64(FIELDS_AT + COUNT_BYTES, 1, true);
  const array = FIELDS_AT + 2 * COUNT_BYTES;
  writeHeader(view, array, record.length - array);
  view.setBigUint64(array + HEADER_BYTES, BigInt(numbers.length), true);
  record.set(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength), PLAINTEXT_NUMBERS_AT);
  return record;
}

class Walk {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #code: Code;
  readonly #ring: Ring;

  constructor(bytes: Uint8Array, code: Code, ring: Ring) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#code = code;
    this.#ring = ring;
  }

  /** Where the object that begins at `at` ends. */
  header(at: number): number {
    if (at < 0 || at + HEADER_BYTES > this.#bytes.length) throw this.#damaged('the end of the data');
    const length = this.#view.getBigUint64(at + 8, true);
    const right =
      this.#view.getUint16(at, true) === MAGIC &&
      this.#view.getUint8(at + 2) === HEADER_BYTES &&
      this.#view.getUint8(at + 5) === UNCOMPRESSED &&
      length >= HEADER_BYTES &&
      length <= BigInt(this.#bytes.length - at);
    if (!right) throw this.#damaged(`another header at byte ${at}`);
    return at + Number(length);
  }

  /** A ciphertext, whole or seeded; returns where it ends. */
  ciphertext(at: number): number {
    const end = this.header(at);
    this.#sizes(at + CIPHERTEXT_AT.polynomials, end);
    const array = this.header(at + CIPHERTEXT_AT.array);
    if (array > end) throw this.#damaged('an array that is longer than its ciphertext');
    if (array < end && this.header(array) !== end) throw this.#damaged('bytes behind a ciphertext');
    return end;
  }

  /** Polynomials, degree and primes that a ciphertext names. */
  #sizes(at: number, end: number): void {
    if (at + 3 * COUNT_BYTES > end) throw this.#damaged('the end of the data');
    const [polynomials, degree, primes] = [0, 1, 2].map((field) => this.#view.getBigUint64(at + field * COUNT_BYTES, true));
    const { degree: N, primes: most } = this.#ring;
    if (polynomials! > 3n || degree !== BigInt(N) || primes! > BigInt(most)) {
      throw this.#damaged(`${polynomials} polynomials of degree ${degree} at ${primes} primes`);
    }
  }

  /** A number of parts: no more than there are bytes. */
  count(at: number, end: number): number {
    if (at + COUNT_BYTES > end) throw this.#damaged('the end of the data');
    const count = this.#view.getBigUint64(at, true);
    if (count > BigInt(end - at)) throw this.#damaged(`${count} parts in ${end - at} bytes`);
    return Number(count);
  }

  expectEnd(end: number): void {
    if (end !== this.#bytes.length) throw this.#damaged('another length than the header says');
  }

  #damaged(got: string): EnigmarkError {
    return new EnigmarkError(this.#code, {
      expected: 'uncompressed SEAL objects of the lengths that their headers say',
      got,
      remedy: 'send the bytes again, unchanged',
    });
  }
}
