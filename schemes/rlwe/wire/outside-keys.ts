/**
 * Keys that do not fit into wasm memory: they stay in JavaScript buffers, and what an inner product needs is copied in, prime by prime.
 *
 * @module
 */
import type { Chain } from '../ring/chain.ts';
import type { Modulus } from '../ring/ntt.ts';
import type { Form, Pair, Residues } from '../ring/residues.ts';
import { readKeysAs, type ReadKey } from './key-wire.ts';

/** One half of a digit modulo one prime. */
interface OutsideResidues {
  readonly numbers: Float64Array;
  readonly modulus: Modulus;
  readonly bound: number;
  readonly form: Form;
}

interface OutsidePair {
  readonly first: OutsideResidues;
  readonly second: OutsideResidues;
}

/** Of each digit its pairs, modulo the data primes that it is kept for and then the special primes. */
export type OutsideKey = ReadKey<readonly OutsidePair[]>;

/** As `readKeys`, into buffers outside of wasm memory. @throws EnigmarkError KEY_DAMAGED, KEYS_INCOMPLETE */
export function readKeysOutside(bytes: Uint8Array, chain: Chain, wanted: ReadonlyMap<number, number>): ReadonlyMap<number, OutsideKey> {
  return readKeysAs(bytes, chain, wanted, (pairs) => pairsOutside(chain, pairs));
}

/** Copies outside of wasm memory; the pairs are released. */
export function pairsOutside(chain: Chain, pairs: readonly Pair[]): readonly OutsidePair[] {
  return pairs.map(({ first, second }) => ({ first: movedOutside(chain, first), second: movedOutside(chain, second) }));
}

function movedOutside({ arena, n, ring }: Chain, residues: Residues): OutsideResidues {
  const { address, modulus, bound, form } = residues;
  const numbers = arena.f64.slice(address / 8, address / 8 + n);
  ring.release(residues);
  return { numbers, modulus, bound, form };
}

/** A copy of digit `digit` modulo the prime at `at`, in scratch. */
export function broughtInside(chain: Chain, { digits }: OutsideKey, digit: number, at: number): Pair {
  const { first, second } = digits[digit]![at]!;
  const inside = ({ numbers, modulus, bound, form }: OutsideResidues): Residues => {
    const residues = chain.scratch.take(modulus);
    chain.arena.f64.set(numbers, residues.address / 8);
    chain.ring.declare(residues, bound, form);
    return residues;
  };
  return { first: inside(first), second: inside(second) };
}

/** Bytes of JavaScript buffers. */
export function outsideBytes({ digits }: OutsideKey): number {
  return digits.flat().reduce((sum, { first, second }) => sum + first.numbers.byteLength + second.numbers.byteLength, 0);
}
