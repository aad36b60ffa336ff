/**
 * Keys of an encapsulated bootstrap: a ciphertext is switched to an ephemeral, sparse secret while its modulus is raised, so that few whole
 * multiples of the modulus come in, and back (Bossuat, Troncoso-Pastoriza, Hubaux, ACNS 2022, ia.cr/2022/024).
 *
 * They are sent as two seeded ciphertexts of SEAL's (`seal-layout.ts`), one behind the other:
 *
 * - to the ephemeral secret s': p s + e under s', p the first special prime. Modulo the first data prime and p alone, as a sparse secret is
 *   only as strong as its modulus is small.
 * - back: P s' + e under s, P the product of the special primes, modulo every prime. One digit: what is switched is no larger than the first data
 *   prime times what it is raised by, far below P.
 *
 * @module
 */
import { parametersId } from '../kernel/blake2b.ts';
import type { Chain } from '../ring/chain.ts';
import type { TransformModulus } from '../ring/ntt.ts';
import type { Pair } from '../ring/residues.ts';
import type { SwitchingKey } from './key-wire.ts';
import { pairsOutside, type OutsideKey } from './outside-keys.ts';
import { damaged, expectResidues, parseCiphertext, readResidues, type CiphertextRecord } from './wire.ts';

const CODE = 'KEY_DAMAGED';

export interface EncapsulationKeys {
  /** Modulo the first data prime and the first special prime. */
  readonly toEphemeral: readonly [Pair, Pair];
  /** A key of one digit. */
  readonly toSecret: SwitchingKey | OutsideKey;
}

/**
 * @param limbs the most data primes that a raised ciphertext has
 * @param outside whether the larger key stays outside of wasm memory
 * @throws EnigmarkError KEY_DAMAGED where the bytes are no such keys of the chain
 */
export function readEncapsulationKeys(payload: Uint8Array, chain: Chain, limbs: number, outside: boolean): EncapsulationKeys {
  const small = [chain.data[0]!, chain.specials[0]!];
  const first = parseCiphertext(payload, 0, chain, CODE);
  const second = parseCiphertext(payload, first.bytes, chain, CODE);
  if (first.bytes + second.bytes !== payload.length) throw damaged(CODE, `${first.bytes + second.bytes} bytes`, `${payload.length}`);
  const id = parametersId(
    chain.blake,
    chain.scheme,
    chain.n,
    small.map(({ value }) => value),
    0n,
  );
  expectRecord(first, small.length, id);
  expectRecord(second, chain.all.length, chain.keyId());
  const [q, p] = readPairs(chain, first, small);
  const pairs = readPairs(
    chain,
    second,
    chain.all.map((modulus, at) => (at < limbs || at >= chain.data.length ? modulus : null)),
  );
  return {
    toEphemeral: [q!, p!],
    toSecret: outside ? { limbs, digits: [pairsOutside(chain, pairs)] } : { limbs, pairs: [pairs] },
  };
}

function expectRecord({ polynomials, limbs, form, id }: CiphertextRecord, primes: number, expected: Uint8Array): void {
  if (polynomials === 2 && limbs === primes && form === 'values' && Buffer.compare(id, expected) === 0) return;
  throw damaged(CODE, `two polynomials modulo ${primes} primes of these parameters`, `${polynomials} modulo ${limbs}, or of others`);
}

/** The polynomials of a record modulo the moduli that are no null. */
function readPairs(chain: Chain, record: CiphertextRecord, moduli: readonly (TransformModulus | null)[]): readonly Pair[] {
  const halves = [0, 1].map(() => moduli.map((modulus) => modulus && chain.ring.allocate(modulus)));
  readResidues(chain, record, halves);
  expectResidues(chain, halves, CODE);
  return moduli.flatMap((modulus, at) => (modulus === null ? [] : [{ first: halves[0]![at]!, second: halves[1]![at]! }]));
}
