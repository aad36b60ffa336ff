/**
 * Inputs as the client of this adapter encrypts them, for measurements with the key at hand.
 *
 * @module
 */
import { clientInstance } from '../seal/runtime.ts';
import type { Arrival } from '../tfhe/input-reader.ts';
import type { EncryptMessages } from '../tfhe/measure/noise-measurement.ts';
import { packInput } from './input-wire.ts';
import { inputRing, type HybridParameters } from './parameters.ts';
import { openRing, ringReader } from './ring-reader.ts';
import { createRingEncryptor, type RingEncryptor } from './shared-secret.ts';

/** For one key. Messages, in 2^-33 of the torus, must be even: the ring counts in 2^-32. */
export async function ringInputs(set: HybridParameters): Promise<(...from: Parameters<EncryptMessages>) => Iterable<BigUint64Array>> {
  const { library } = await clientInstance();
  const ring = inputRing(set);
  const reader = ringReader(ring, openRing(ring));
  let encryptor: RingEncryptor | null = null;
  return (secret, messages) => {
    encryptor ??= createRingEncryptor(library, set, () => secret.serialize());
    const payload = packInput(encryptor.encrypt(Uint32Array.from(messages, (message) => message / 2)), ring);
    const arrival = reader.read(payload, { scale: 1, offset: 0, halved: false });
    return allOf(arrival, messages.length);
  };
}

function* allOf(arrival: Arrival, values: number): Generator<BigUint64Array> {
  for (let value = 0; value < values; value++) yield arrival.words(value);
}
