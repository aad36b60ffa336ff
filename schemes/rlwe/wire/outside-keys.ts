/**
 * Keys that do not fit into wasm memory: they stay outside, and what an inner product needs is copied in, prime by prime.
 *
 * @module
 */
import type { Chain } from '../ring/chain.ts';
import type { Modulus } from '../ring/ntt.ts';
import { Residues, type Form, type Pair } from '../ring/residues.ts';
import { readKeysAs, type ReadKey } from './key-wire.ts';

/** One half of a digit modulo one prime. */
interface OutsideResidues {
  /** Where it lies in `Arena.outside`. */
  readonly at: number;
  readonly modulus: Modulus;
  readonly bound: number;
  readonly form: Form;
}

/** Each outside where there was room, else in wasm memory. */
interface OutsidePair {
  readonly first: OutsideResidues | Residues;
  readonly second: OutsideResidues | Residues;
}

/** Of each digit its pairs, modulo the data primes that it is kept for and then the special primes. */
export type OutsideKey = ReadKey<readonly OutsidePair[]>;

/** As `readKeys`, into buffers outside of wasm memory. @throws EnigmarkError KEY_DAMAGED, KEYS_INCOMPLETE */
export function readKeysOutside(bytes: Uint8Array, chain: Chain, wanted: ReadonlyMap<number, number>): ReadonlyMap<number, OutsideKey> {
  return readKeysAs(bytes, chain, wanted, (pairs) => pairsOutside(chain, pairs));
}

/** Copied to outside of wasm memory and released, as long as there is room. */
export function pairsOutside(chain: Chain, pairs: readonly Pair[]): readonly OutsidePair[] {
  return pairs.map(({ first, second }) => ({ first: movedOutside(chain, first), second: movedOutside(chain, second) }));
}

function movedOutside({ arena, n, ring }: Chain, residues: Residues): OutsideResidues | Residues {
  const { address, modulus, bound, form } = residues;
  const at = arena.outside.put(arena.f64.subarray(address / 8, address / 8 + n));
  if (at === null) return residues;
  ring.release(residues);
  return { at, modulus, bound, form };
}

/** Digit `digit` modulo the prime at `at`: what lies outside as a copy in scratch. */
export function broughtInside(chain: Chain, { digits }: OutsideKey, digit: number, at: number): Pair {
  const { first, second } = digits[digit]![at]!;
  return { first: inside(chain, first), second: inside(chain, second) };
}

function inside(chain: Chain, half: OutsideResidues | Residues): Residues {
  if (half instanceof Residues) return half;
  const residues = chain.scratch.take(half.modulus);
  chain.kernel.bring(half.at, residues.address, chain.n);
  chain.ring.declare(residues, half.bound, half.form);
  return residues;
}
