/**
 * The client: TFHE's, with inputs encrypted by node-seal, as many to a ciphertext as its ring has coefficients.
 *
 * @module
 */
import type { ClientOptions, ClientPlan, HEClient } from '../scheme.ts';
import { clientInstance } from '../seal/runtime.ts';
import { createClient as createTfheClient } from '../tfhe/client.ts';
import type { InputEncryptor } from '../tfhe/input-encryptor.ts';
import type { SecretKey } from '../tfhe/library/runtime.ts';
import { packInput } from './input-wire.ts';
import { inputRing, type HybridParameters } from './parameters.ts';
import { openRing, ringReader } from './ring-reader.ts';
import { createRingEncryptor } from './shared-secret.ts';

/** @throws EnigmarkError LIBRARY_UNUSABLE, KERNELS_UNUSABLE, KEY_DAMAGED */
export async function createClient(plan: ClientPlan, options: ClientOptions = {}): Promise<HEClient> {
  const set = plan.parameters as HybridParameters;
  const ring = inputRing(set);
  const { library, memory_bytes } = await clientInstance();

  function encryptor(key: SecretKey): InputEncryptor {
    const inner = createRingEncryptor(library, set, () => key.serialize());
    return {
      encrypt(numbers, _port, { scale }) {
        const payloads: Uint8Array[] = [];
        for (let from = 0; from < numbers.length; from += ring.degree) {
          // The torus is 2^32 units round: products wrap as they should.
          const coefficients = Uint32Array.from(numbers.subarray(from, from + ring.degree), (number) => number * scale);
          payloads.push(packInput(inner.encrypt(coefficients), ring));
        }
        return payloads;
      },
      [Symbol.dispose]: () => inner[Symbol.dispose](),
    };
  }
  return createTfheClient(plan, options, { encryptor, reader: ringReader(ring, openRing(ring)), memory_bytes });
}
