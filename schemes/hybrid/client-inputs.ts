/**
 * What both clients of this adapter do under TFHE's secret with node-seal: encrypt inputs, make keys, read packed results.
 *
 * @module
 */
import type { ClientLibrary } from '../seal/runtime.ts';
import type { ClientInputs, InputEncryptor } from '../tfhe/input-encryptor.ts';
import type { SecretKey } from '../tfhe/library/runtime.ts';
import { packInput } from './input-wire.ts';
import { makePackingKey } from './packing-secret.ts';
import { PACKING_KEY } from './packing/packing.ts';
import { inputRing, type HybridParameters } from './parameters.ts';
import { openRing, ringReader } from './ring-reader.ts';
import { createRingEncryptor, type RingEncryptor } from './shared-secret.ts';

export interface RingClientInputs extends ClientInputs {
  /** Null until there is a key. */
  readonly ringEncryptor: RingEncryptor | null;
}

/** @throws EnigmarkError KERNELS_UNUSABLE */
export function ringClientInputs(library: ClientLibrary, set: HybridParameters, memory_bytes: () => number): RingClientInputs {
  const ring = inputRing(set);
  let inner: RingEncryptor | null = null;

  function encryptor(key: SecretKey): InputEncryptor {
    const made = createRingEncryptor(library, set, () => key.serialize());
    inner = made;
    return {
      encrypt(numbers, _port, { scale }) {
        const payloads: Uint8Array[] = [];
        for (let from = 0; from < numbers.length; from += ring.degree) {
          // The torus is 2^32 units round: products wrap as they should.
          const coefficients = Uint32Array.from(numbers.subarray(from, from + ring.degree), (number) => number * scale);
          payloads.push(packInput(made.encrypt(coefficients), ring));
        }
        return payloads;
      },
      [Symbol.dispose]: () => made[Symbol.dispose](),
    };
  }
  return {
    get ringEncryptor() {
      return inner;
    },
    encryptor,
    makeKey: (kind, key) => (kind === PACKING_KEY && inner !== null ? makePackingKey(ring, inner, () => key.serialize()) : null),
    reader: ringReader(ring, openRing(ring)),
    memory_bytes,
  };
}
