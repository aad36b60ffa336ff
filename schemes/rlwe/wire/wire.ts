/**
 * SEAL's serialized ciphertexts (`seal-layout.ts`): every field is checked when they are read, and SEAL reads what is written.
 *
 * @module
 */
import { EnigmarkError } from '../../errors.ts';
import { evenParts } from '../kernel/even-parts.ts';
import type { Chain } from '../ring/chain.ts';
import type { Ciphertext, Polynomial } from '../ring/ciphertext.ts';
import { allocatePolynomials, formOf, limbsOf, releaseCiphertext } from '../ring/ciphertext.ts';
import type { PortPlace } from '../program/program.ts';
import type { Form, Residues } from '../ring/residues.ts';
import { CIPHERTEXT_AT, FIELDS_AT, HEADER_BYTES, MAGIC, SEED_RECORD_BYTES, UNCOMPRESSED, writeHeader } from './seal-layout.ts';

export type DamageCode = 'CIPHERTEXT_DAMAGED' | 'KEY_DAMAGED';

const BLAKE2XB = 1;

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
  /** The seed that the second polynomial is drawn from; null where the polynomial itself is there. */
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
  if (length < CIPHERTEXT_AT.numbers) throw damaged(code, 'a SEAL ciphertext', `${length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, length);
  const transformed = view.getUint8(CIPHERTEXT_AT.form);
  const field = (name: 'polynomials' | 'degree' | 'primes' | 'correction' | 'count'): bigint =>
    view.getBigUint64(CIPHERTEXT_AT[name], true);
  const [polynomials, degree, limbs, count] = [field('polynomials'), field('degree'), field('primes'), field('count')];
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
  const expected_array_bytes = CIPHERTEXT_AT.numbers - CIPHERTEXT_AT.array + numbers_bytes;
  const expected_bytes = CIPHERTEXT_AT.numbers + numbers_bytes + (seeded ? SEED_RECORD_BYTES : 0);
  if (
    !(seeded || count === whole) ||
    length !== expected_bytes ||
    readHeader(bytes, at + CIPHERTEXT_AT.array, code) !== expected_array_bytes
  ) {
    throw damaged(code, `${whole} numbers, or half and a seed`, `${count} numbers in ${length} bytes`);
  }
  return {
    id: bytes.subarray(at + HEADER_BYTES, at + FIELDS_AT),
    form: transformed === 1 ? 'values' : 'coefficients',
    polynomials: Number(polynomials),
    limbs: Number(limbs),
    scale: view.getFloat64(CIPHERTEXT_AT.scale, true),
    correction: field('correction'),
    numbers: bytes.subarray(at + CIPHERTEXT_AT.numbers, at + CIPHERTEXT_AT.numbers + numbers_bytes),
    seed: seeded ? parseSeed(bytes, at + CIPHERTEXT_AT.numbers + numbers_bytes, code) : null,
    bytes: length,
  };
}

function parseSeed(bytes: Uint8Array, at: number, code: DamageCode): Uint8Array {
  if (readHeader(bytes, at, code) !== SEED_RECORD_BYTES || bytes[at + HEADER_BYTES] !== BLAKE2XB) {
    throw damaged(code, 'the seed of a BLAKE2Xb generator', 'another record');
  }
  return bytes.subarray(at + HEADER_BYTES + 1, at + SEED_RECORD_BYTES);
}

/** Targets of a record's residues, by polynomial and prime; null is skipped. */
export type Targets = readonly (readonly (Residues | null)[])[];

/**
 * Reads the residues of a record into polynomials; `expectResidues` throws afterwards where one was not below its prime. Tasks of
 * different windows may read at the same time.
 */
export function readResidues(chain: Chain, record: CiphertextRecord, targets: Targets, window = 0): void {
  const limb_bytes = 8 * chain.n;
  for (const [index, limbs] of targets.entries()) {
    if (record.seed !== null && index === 1) {
      expandSeed(chain, record, record.seed, limbs, window);
      continue;
    }
    for (const [limb, target] of limbs.entries()) {
      if (target === null) continue;
      const from = (index * record.limbs + limb) * limb_bytes;
      chain.arena.place(record.numbers.subarray(from, from + limb_bytes), target.address);
      chain.ring.read(target.address, target, record.form);
    }
  }
}

/** Polynomials that are skipped are drawn as well, since later draws depend on them. */
function expandSeed(chain: Chain, { limbs, form }: CiphertextRecord, seed: Uint8Array, targets: Targets[number], window: number): void {
  const { ring, n } = chain;
  const skipped = targets.includes(null) ? ring.allocate(chain.data[0]!) : null;
  const primes = limbs > chain.data.length ? chain.all : chain.data;
  const drawn = targets.map((target, limb) => target ?? { address: skipped!.address, modulus: primes[limb]! });
  chain.uniform[window]!.expand(seed, drawn, n);
  if (skipped !== null) ring.release(skipped);
  for (const target of targets) if (target !== null) ring.declare(target, ring.bounds.word(target.modulus.p), form);
}

/** @throws EnigmarkError of the given code where a residue was not below its prime */
export function expectResidues(chain: Chain, targets: Targets, code: DamageCode): void {
  for (const target of targets.flat()) {
    if (target !== null && chain.ring.isRefused(target)) throw damaged(code, `residues below ${target.modulus.value}`, 'a larger one');
  }
}

/**
 * Ciphertexts that belong at one place, in order; threads share them.
 * @throws EnigmarkError CIPHERTEXT_DAMAGED where the bytes of one are no ciphertext of the chain at this place: then none is kept
 */
export function readCiphertexts(payloads: readonly Uint8Array[], chain: Chain, place: PortPlace): readonly Ciphertext[] {
  const code = 'CIPHERTEXT_DAMAGED';
  const read: Ciphertext[] = [];
  try {
    chain.parallelMap(evenParts(payloads, chain.windows), (part, _, window) => {
      for (const bytes of part) {
        const record = parseAt(bytes, chain, place, code);
        const polynomials = allocatePolynomials(chain, record.limbs, record.polynomials);
        read.push({ polynomials, scale: record.scale, correction: record.correction });
        readResidues(chain, record, polynomials, window);
      }
    });
    for (const { polynomials } of read) expectResidues(chain, polynomials, code);
  } catch (error) {
    for (const ciphertext of read) releaseCiphertext(chain, ciphertext);
    throw error;
  }
  return read;
}

function parseAt(bytes: Uint8Array, chain: Chain, place: PortPlace, code: DamageCode): CiphertextRecord {
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
  if (right) return record;
  throw damaged(
    code,
    `${place.polynomials} polynomials at ${place.limbs} primes of this plan and scale ${place.scale ?? 1}`,
    `${record.polynomials} at ${record.limbs} and scale ${record.scale}, or other parameters`,
  );
}

/** A ciphertext as bytes that SEAL can load. */
export function writeCiphertext(ciphertext: Ciphertext, chain: Chain): Uint8Array {
  const { arena, n, ring } = chain;
  const limbs = limbsOf(ciphertext);
  const count = ciphertext.polynomials.length * limbs * n;
  const bytes = new Uint8Array(CIPHERTEXT_AT.numbers + 8 * count);
  const view = new DataView(bytes.buffer);
  writeHeader(view, 0, bytes.length);
  bytes.set(chain.levelId(limbs), HEADER_BYTES);
  view.setUint8(CIPHERTEXT_AT.form, formOf(ciphertext.polynomials[0]!) === 'values' ? 1 : 0);
  view.setBigUint64(CIPHERTEXT_AT.polynomials, BigInt(ciphertext.polynomials.length), true);
  view.setBigUint64(CIPHERTEXT_AT.degree, BigInt(n), true);
  view.setBigUint64(CIPHERTEXT_AT.primes, BigInt(limbs), true);
  view.setFloat64(CIPHERTEXT_AT.scale, ciphertext.scale, true);
  view.setBigUint64(CIPHERTEXT_AT.correction, ciphertext.correction, true);
  writeHeader(view, CIPHERTEXT_AT.array, bytes.length - CIPHERTEXT_AT.array);
  view.setBigUint64(CIPHERTEXT_AT.count, BigInt(count), true);
  const raw = arena.allocate(8 * n);
  let at = CIPHERTEXT_AT.numbers;
  for (const residues of ciphertext.polynomials.flatMap((polynomial: Polynomial) => [...polynomial])) {
    ring.write(residues, raw);
    bytes.set(arena.shared ? arena.taken(raw, 8 * n) : arena.u8.subarray(raw, raw + 8 * n), at);
    at += 8 * n;
  }
  arena.release(raw);
  return bytes;
}

export function damaged(code: DamageCode, expected: string, got: string): EnigmarkError {
  return new EnigmarkError(code, { expected, got, remedy: 'send the bytes again, unchanged' });
}
