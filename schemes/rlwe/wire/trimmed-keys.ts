/**
 * Key-switching keys on their way: SEAL's bytes (`seal-layout.ts`) without digits and residues that no program reads.
 *
 * A key that is used at k data primes at most is sent for digits and primes 0 to k - 1 and the special prime; seeds stay. The evaluator
 * puts zeros where something was left out, so that what it reads is SEAL's own format again.
 *
 * @module
 */
import { EnigmarkError } from '../../errors.ts';
import { galoisElement } from '../program/keys.ts';
import type { NeededKeys } from '../program/program.ts';
import { CIPHERTEXT_AT, COUNT_BYTES, FIELDS_AT, SEED_RECORD_BYTES, seededCiphertext_bytes } from './seal-layout.ts';

/** What lengths of keys follow from. */
export interface KeyShape {
  /** N */
  readonly degree: number;
  /** Of the chain, the special one among them. */
  readonly primes: number;
  /** The most data primes that the key in a slot is used at. */
  readonly limbs: ReadonlyMap<number, number>;
}

/** The keys of one kind, as SEAL numbers their slots. */
export function keyShape(kind: 'relinearization' | 'galois', keys: NeededKeys, degree: number, primes: number): KeyShape {
  const limbs =
    kind === 'relinearization'
      ? new Map([[0, keys.relinearization]])
      : new Map(keys.rotations.map(([by, most]) => [(galoisElement(degree, by) - 1) / 2, most] as const));
  return { degree, primes, limbs };
}

/** @param bytes seeded keys as SEAL made them: for every slot of the shape, and for no other */
export function trimKeys(bytes: Uint8Array, shape: KeyShape): Uint8Array {
  const { degree, primes } = shape;
  const parts: Uint8Array[] = [bytes.subarray(0, FIELDS_AT + COUNT_BYTES)];
  const whole = seededCiphertext_bytes(degree, primes);
  let at = FIELDS_AT + COUNT_BYTES;
  for (let slot = 0; slot < countAt(bytes, FIELDS_AT); slot++) {
    const digits = countAt(bytes, at);
    parts.push(bytes.subarray(at, at + COUNT_BYTES));
    at += COUNT_BYTES;
    const limbs = digits === 0 ? 0 : shape.limbs.get(slot)!;
    for (let digit = 0; digit < digits; digit++, at += whole) {
      if (digit >= limbs) continue;
      const special = at + CIPHERTEXT_AT.numbers + residueBytes(degree, primes - 1);
      parts.push(bytes.subarray(at, at + CIPHERTEXT_AT.numbers + residueBytes(degree, limbs)), bytes.subarray(special, at + whole));
    }
  }
  return Buffer.concat(parts);
}

/**
 * The bytes that `trimKeys` was given, with zeros for what it left out; whoever reads them checks what they hold.
 *
 * @throws EnigmarkError KEY_DAMAGED where the lengths are not those of the shape
 */
export function restoreKeys(bytes: Uint8Array, shape: KeyShape): Uint8Array {
  const { degree, primes } = shape;
  if (bytes.length < FIELDS_AT + COUNT_BYTES) throw damaged(`${bytes.length} bytes`);
  const slots = countAt(bytes, FIELDS_AT);
  if (slots > degree) throw damaged(`${slots} slots`);
  const whole = seededCiphertext_bytes(degree, primes);
  const restored = new Uint8Array(FIELDS_AT + COUNT_BYTES + slots * COUNT_BYTES + shape.limbs.size * (primes - 1) * whole);
  restored.set(bytes.subarray(0, FIELDS_AT + COUNT_BYTES));
  let [from, to] = [FIELDS_AT + COUNT_BYTES, FIELDS_AT + COUNT_BYTES];
  const copy = (length: number): void => {
    if (from + length > bytes.length || to + length > restored.length) throw damaged('the end of the bytes');
    restored.set(bytes.subarray(from, from + length), to);
    from += length;
    to += length;
  };
  for (let slot = 0; slot < slots; slot++) {
    copy(COUNT_BYTES);
    const digits = countAt(restored, to - COUNT_BYTES);
    if (digits === 0) continue;
    const limbs = shape.limbs.get(slot);
    if (limbs === undefined || digits !== primes - 1) throw damaged(`${digits} digits in slot ${slot}`);
    const first = to;
    for (let digit = 0; digit < limbs; digit++) {
      copy(CIPHERTEXT_AT.numbers + residueBytes(degree, limbs));
      to += residueBytes(degree, primes - 1 - limbs);
      copy(residueBytes(degree, 1) + SEED_RECORD_BYTES);
    }
    for (let digit = limbs; digit < digits; digit++, to += whole) {
      restored.copyWithin(to, first, first + CIPHERTEXT_AT.numbers);
      restored.copyWithin(to + whole - SEED_RECORD_BYTES, first + whole - SEED_RECORD_BYTES, first + whole);
    }
  }
  if (from !== bytes.length) throw damaged(`${bytes.length - from} bytes too many`);
  // Slots that are missing are found by whoever looks for them.
  return restored.subarray(0, to);
}

function residueBytes(degree: number, primes: number): number {
  return 8 * degree * primes;
}

function countAt(bytes: Uint8Array, at: number): number {
  return Number(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getBigUint64(at, true));
}

function damaged(got: string): EnigmarkError {
  const remedy = 'send the bytes again, unchanged';
  return new EnigmarkError('KEY_DAMAGED', { expected: "keys of this plan's levels", got, remedy });
}
