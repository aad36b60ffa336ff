/**
 * SEAL's serialized ciphertexts, read with suspicion and written as SEAL reads them.
 *
 * Layout, little endian (SEAL 4.1: serialization.h, ciphertext.cpp, dynarray.h), uncompressed: header of 16 bytes (magic u16, its
 * length u8, version u8 u8, compression u8, 0 u16, bytes of everything u64), parameters id (32), transform form u8, polynomials u64,
 * degree u64, primes u64, scale f64, correction factor u64; a header of 16 for the numbers, their count u64, the numbers u64. A seeded
 * ciphertext holds its first polynomial only, then a header, the generator's type u8 and a seed of 64 bytes.
 *
 * @module
 */
import { EnigmarkError } from '../../errors.ts';
import { PublicStream } from '../kernel/blake2b.ts';
import type { Chain } from '../ring/chain.ts';
import type { Ciphertext, Polynomial } from '../ring/ciphertext.ts';
import { allocatePolynomials, formOf, limbsOf, releaseCiphertext } from '../ring/ciphertext.ts';
import type { PortPlace } from '../program/program.ts';
import type { Form, Residues } from '../ring/residues.ts';

export type DamageCode = 'CIPHERTEXT_DAMAGED' | 'KEY_DAMAGED';

export const HEADER_BYTES = 16;
const MAGIC = 0xa15e;
const VERSION = [4, 1] as const;
const UNCOMPRESSED = 0;
const ID_BYTES = 32;
/** Where the numbers of a ciphertext begin. */
const NUMBERS_AT = 113;
const BLAKE2XB = 1;
const SEED_BYTES = 64;
const SEED_RECORD_BYTES = HEADER_BYTES + 1 + SEED_BYTES;

/** A ciphertext's record within larger bytes. */
export interface CiphertextRecord {
  readonly id: Uint8Array;
  readonly form: Form;
  readonly polynomials: number;
  readonly limbs: number;
  readonly scale: number;
  readonly correction: bigint;
  /** The numbers that are there: all, or those of the first polynomial. */
  readonly numbers: Uint8Array;
  /** What the second polynomial is drawn from; null where it is there. */
  readonly seed: Uint8Array | null;
  readonly bytes: number;
}

/** Bytes of the object that begins here, by its header. @throws EnigmarkError of the given code. */
export function readHeader(bytes: Uint8Array, at: number, code: DamageCode): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length - at < HEADER_BYTES || view.getUint16(at, true) !== MAGIC || view.getUint8(at + 2) !== HEADER_BYTES) {
    throw damaged(code, 'a SEAL object', 'other bytes');
  }
  if (view.getUint8(at + 5) !== UNCOMPRESSED) throw damaged(code, 'an uncompressed SEAL object', 'a compressed one');
  const length = Number(view.getBigUint64(at + 8, true));
  if (length < HEADER_BYTES || length > bytes.length - at)
    throw damaged(code, `${bytes.length - at} bytes`, `a header that says ${length}`);
  return length;
}

/** @throws EnigmarkError of the given code where lengths, degree or counts do not fit each other and the chain. */
export function parseCiphertext(bytes: Uint8Array, at: number, chain: Chain, code: DamageCode): CiphertextRecord {
  const length = readHeader(bytes, at, code);
  if (length < NUMBERS_AT) throw damaged(code, 'a SEAL ciphertext', `${length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, length);
  const transformed = view.getUint8(48);
  const [polynomials, degree, limbs, correction, count] = [49, 57, 65, 81, 105].map((offset) => view.getBigUint64(offset, true)) as [
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
  ];
  if (
    transformed > 1 ||
    degree !== BigInt(chain.n) ||
    polynomials < 2n ||
    polynomials > 3n ||
    limbs < 1n ||
    limbs > BigInt(chain.all.length)
  ) {
    throw damaged(code, `a ciphertext of degree ${chain.n}`, `${polynomials} polynomials of degree ${degree} modulo ${limbs} primes`);
  }
  const whole = polynomials * degree * limbs;
  const seeded = polynomials === 2n && count === degree * limbs;
  const numbers_bytes = 8 * Number(count);
  const expected_bytes = NUMBERS_AT + numbers_bytes + (seeded ? SEED_RECORD_BYTES : 0);
  if (!(seeded || count === whole) || length !== expected_bytes || readHeader(bytes, at + 89, code) !== NUMBERS_AT - 89 + numbers_bytes) {
    throw damaged(code, `${whole} numbers, or half and a seed`, `${count} numbers in ${length} bytes`);
  }
  return {
    id: bytes.subarray(at + HEADER_BYTES, at + HEADER_BYTES + ID_BYTES),
    form: transformed === 1 ? 'values' : 'coefficients',
    polynomials: Number(polynomials),
    limbs: Number(limbs),
    scale: view.getFloat64(73, true),
    correction,
    numbers: bytes.subarray(at + NUMBERS_AT, at + NUMBERS_AT + numbers_bytes),
    seed: seeded ? parseSeed(bytes, at + NUMBERS_AT + numbers_bytes, code) : null,
    bytes: length,
  };
}

function parseSeed(bytes: Uint8Array, at: number, code: DamageCode): Uint8Array {
  if (readHeader(bytes, at, code) !== SEED_RECORD_BYTES || bytes[at + HEADER_BYTES] !== BLAKE2XB) {
    throw damaged(code, 'the seed of a BLAKE2Xb generator', 'another record');
  }
  return bytes.subarray(at + HEADER_BYTES + 1, at + SEED_RECORD_BYTES);
}

/**
 * Reads the residues of a record into polynomials. Targets are indexed by polynomial and prime; null is skipped.
 * @throws EnigmarkError of the given code where a residue is not below its prime.
 */
export function readResidues(
  chain: Chain,
  record: CiphertextRecord,
  targets: readonly (readonly (Residues | null)[])[],
  code: DamageCode,
): void {
  const { arena, n } = chain;
  const polynomial_bytes = 8 * n * record.limbs;
  const raw = arena.allocate(record.polynomials * polynomial_bytes);
  try {
    arena.place(record.numbers, raw);
    if (record.seed !== null) {
      const stream = new PublicStream(chain.blake, arena, chain.kernel, record.seed);
      const primes = (record.limbs > chain.data.length ? chain.all : chain.data.slice(0, record.limbs)).map(({ value }) => value);
      stream.uniform(primes, n, raw + polynomial_bytes);
      stream.release();
    }
    for (const [index, limbs] of targets.entries()) {
      for (const [limb, target] of limbs.entries()) {
        if (target === null) continue;
        if (!chain.ring.read(raw + index * polynomial_bytes + 8 * n * limb, target, record.form)) {
          throw damaged(code, `residues below ${target.modulus.value}`, 'a larger one');
        }
      }
    }
  } finally {
    arena.release(raw);
  }
}

/** @throws EnigmarkError CIPHERTEXT_DAMAGED where the bytes are no ciphertext of the chain at this place. */
export function readCiphertext(bytes: Uint8Array, chain: Chain, place: PortPlace): Ciphertext {
  const code = 'CIPHERTEXT_DAMAGED';
  const record = parseCiphertext(bytes, 0, chain, code);
  const form = chain.scheme === 'bfv' ? 'coefficients' : 'values';
  const right =
    record.bytes === bytes.length &&
    record.limbs === place.limbs &&
    record.polynomials === place.polynomials &&
    record.form === form &&
    Buffer.compare(record.id, chain.levelId(place.limbs)) === 0 &&
    record.scale === (place.scale ?? 1) &&
    record.correction >= 1n &&
    record.correction < (chain.scheme === 'bgv' ? chain.plain!.value : 2n);
  if (!right) {
    throw damaged(
      code,
      `${place.polynomials} polynomials at ${place.limbs} primes of this plan and scale ${place.scale ?? 1}`,
      `${record.polynomials} at ${record.limbs} and scale ${record.scale}, or other parameters`,
    );
  }
  const polynomials = allocatePolynomials(chain, record.limbs, record.polynomials);
  const ciphertext = { polynomials, scale: record.scale, correction: record.correction };
  try {
    readResidues(chain, record, polynomials, code);
  } catch (error) {
    releaseCiphertext(chain, ciphertext);
    throw error;
  }
  return ciphertext;
}

/** Bytes that SEAL loads. */
export function writeCiphertext(ciphertext: Ciphertext, chain: Chain): Uint8Array {
  const { arena, n, ring } = chain;
  const limbs = limbsOf(ciphertext);
  const count = ciphertext.polynomials.length * limbs * n;
  const bytes = new Uint8Array(NUMBERS_AT + 8 * count);
  const view = new DataView(bytes.buffer);
  writeHeader(view, 0, bytes.length);
  bytes.set(chain.levelId(limbs), HEADER_BYTES);
  view.setUint8(48, formOf(ciphertext.polynomials[0]!) === 'values' ? 1 : 0);
  view.setBigUint64(49, BigInt(ciphertext.polynomials.length), true);
  view.setBigUint64(57, BigInt(n), true);
  view.setBigUint64(65, BigInt(limbs), true);
  view.setFloat64(73, ciphertext.scale, true);
  view.setBigUint64(81, ciphertext.correction, true);
  writeHeader(view, 89, bytes.length - 89);
  view.setBigUint64(105, BigInt(count), true);
  const raw = arena.allocate(8 * n);
  let at = NUMBERS_AT;
  for (const residues of ciphertext.polynomials.flatMap((polynomial: Polynomial) => [...polynomial])) {
    ring.write(residues, raw);
    bytes.set(arena.shared ? arena.taken(raw, 8 * n) : arena.u8.subarray(raw, raw + 8 * n), at);
    at += 8 * n;
  }
  arena.release(raw);
  return bytes;
}

function writeHeader(view: DataView, at: number, bytes: number): void {
  view.setUint16(at, MAGIC, true);
  view.setUint8(at + 2, HEADER_BYTES);
  view.setUint8(at + 3, VERSION[0]);
  view.setUint8(at + 4, VERSION[1]);
  view.setUint8(at + 5, UNCOMPRESSED);
  view.setBigUint64(at + 8, BigInt(bytes), true);
}

export function damaged(code: DamageCode, expected: string, got: string): EnigmarkError {
  return new EnigmarkError(code, { expected, got, remedy: 'send the bytes again, unchanged' });
}
