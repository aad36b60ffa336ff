/**
 * SEAL's serialized key-switching keys, trimmed to what a program reads. Keys of several special primes, which SEAL does not have, are
 * written in the same way.
 *
 * The ciphertexts of a slot (`seal-layout.ts`) are its digits, over the whole chain and in transform form. Slot of X -> X^g: (g - 1) / 2; of
 * relinearisation: 0.
 *
 * Digit i holds P * s' modulo its own primes alone (P the product of the special primes). A key used at k data primes at most is kept for
 * the digits of these, modulo primes 0 to k - 1 and the special primes.
 *
 * @module
 */
import { EnigmarkError } from '../../errors.ts';
import type { Chain } from '../ring/chain.ts';
import type { Pair } from '../ring/residues.ts';
import type { CiphertextRecord } from './wire.ts';
import { COUNT_BYTES, FIELDS_AT, HEADER_BYTES, writeHeader } from './seal-layout.ts';
import { damaged, expectResidues, parseCiphertext, readHeader, readResidues } from './wire.ts';

const CODE = 'KEY_DAMAGED';

/** pairs[i][j]: digit i modulo data prime j, the special primes last. */
export interface SwitchingKey {
  readonly limbs: number;
  readonly pairs: readonly (readonly Pair[])[];
}

/**
 * Reads the keys in `wanted`: slot to the most data primes it is used at.
 * @throws EnigmarkError KEY_DAMAGED where the bytes are no keys of the chain, KEYS_INCOMPLETE where a slot is empty.
 */
export function readKeys(bytes: Uint8Array, chain: Chain, wanted: ReadonlyMap<number, number>): ReadonlyMap<number, SwitchingKey> {
  const read = readKeysAs(bytes, chain, wanted, (pairs) => pairs);
  return new Map([...read].map(([slot, { limbs, digits }]) => [slot, { limbs, pairs: digits }]));
}

/** What is kept of a key: of each digit what `keep` made of its pairs. */
export interface ReadKey<D> {
  readonly limbs: number;
  readonly digits: readonly D[];
}

/** The same, and what is kept of a digit is up to `keep`, to which its pairs belong. */
export function readKeysAs<D>(
  bytes: Uint8Array,
  chain: Chain,
  wanted: ReadonlyMap<number, number>,
  keep: (pairs: readonly Pair[]) => D,
): ReadonlyMap<number, ReadKey<D>> {
  const keys = new Map<number, ReadKey<D>>();
  const length = readHeader(bytes, 0, CODE);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (length !== bytes.length || length < FIELDS_AT + COUNT_BYTES) throw damaged(CODE, 'key-switching keys', `${length} bytes`);
  if (Buffer.compare(bytes.subarray(HEADER_BYTES, FIELDS_AT), chain.keyId()) !== 0) {
    throw damaged(CODE, 'keys of these parameters', 'keys of others');
  }
  const slots = view.getBigUint64(FIELDS_AT, true);
  if (slots > BigInt(chain.n)) throw damaged(CODE, `at most ${chain.n} slots`, `${slots}`);
  const whole = chain.digits(chain.data.length).length;
  let at = FIELDS_AT + COUNT_BYTES;
  for (let slot = 0; slot < Number(slots); slot++) {
    if (length - at < COUNT_BYTES) throw damaged(CODE, `slot ${slot}`, 'the end of the bytes');
    const count = view.getBigUint64(at, true);
    at += COUNT_BYTES;
    if (count === 0n) continue;
    if (count !== BigInt(whole)) throw damaged(CODE, `${whole} digits in slot ${slot}`, `${count}`);
    const limbs = wanted.get(slot);
    const kept = limbs === undefined ? 0 : chain.digits(limbs).length;
    const digits: D[] = [];
    for (let digit = 0; digit < whole; digit++) {
      const record = parseCiphertext(bytes, at, chain, CODE);
      const isWhole = record.polynomials === 2 && record.limbs === chain.all.length && Buffer.compare(record.id, chain.keyId()) === 0;
      if (record.form !== 'values' || !isWhole) {
        throw damaged(CODE, 'two polynomials over the whole chain', `${record.polynomials} modulo ${record.limbs} primes`);
      }
      if (limbs !== undefined && digit < kept) digits.push(keep(readDigit(chain, record, limbs)));
      at += record.bytes;
    }
    if (limbs !== undefined) keys.set(slot, { limbs, digits });
  }
  if (at !== length) throw damaged(CODE, `${at} bytes`, `${length}`);
  for (const slot of wanted.keys()) {
    if (!keys.has(slot)) {
      const remedy = 'send every key that the plan asks for';
      throw new EnigmarkError('KEYS_INCOMPLETE', { expected: `a key in slot ${slot}`, got: 'none', remedy });
    }
  }
  return keys;
}

/**
 * Keys as `readKeys` takes them.
 *
 * @param id name of the parameters: of all primes
 * @param keys by slot, ascending: the records of their digits, which all have one length
 */
export function writeKeys(
  id: Uint8Array,
  keys: Iterable<readonly [slot: number, digits: Iterable<Uint8Array>]>,
  size: KeySizes,
): Uint8Array {
  const { slots, count, digits, record_bytes } = size;
  const bytes = new Uint8Array(FIELDS_AT + COUNT_BYTES + slots * COUNT_BYTES + count * digits * record_bytes);
  const view = new DataView(bytes.buffer);
  writeHeader(view, 0, bytes.length);
  bytes.set(id, HEADER_BYTES);
  view.setBigUint64(FIELDS_AT, BigInt(slots), true);
  let at = FIELDS_AT + COUNT_BYTES;
  let next = 0;
  for (const [slot, records] of keys) {
    at += COUNT_BYTES * (slot - next);
    view.setBigUint64(at, BigInt(digits), true);
    at += COUNT_BYTES;
    for (const record of records) {
      bytes.set(record, at);
      at += record.length;
    }
    next = slot + 1;
  }
  return bytes;
}

/** What the length of written keys follows from. */
export interface KeySizes {
  /** The last slot, and those before it. */
  readonly slots: number;
  readonly count: number;
  readonly digits: number;
  readonly record_bytes: number;
}

function readDigit(chain: Chain, record: CiphertextRecord, limbs: number): Pair[] {
  const kept = chain.all.map((modulus, limb) => (limb < limbs || limb >= chain.data.length ? modulus : null));
  const halves = [0, 1].map(() => kept.map((modulus) => modulus && chain.ring.allocate(modulus)));
  readResidues(chain, record, halves);
  expectResidues(chain, halves, CODE);
  return kept.flatMap((modulus, limb) => (modulus === null ? [] : [{ first: halves[0]![limb]!, second: halves[1]![limb]! }]));
}
