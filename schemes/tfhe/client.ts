/**
 * The client: everything secret, on node-tfhe. Inputs are sent compressed (a body and a seed); outputs come back in full.
 *
 * @module
 */
import { open, openAny, seal } from '../envelope.ts';
import { expectKeys, expectLive } from '../guards.ts';
import { expectEnvelopes, expectValues, portOf } from '../ports.ts';
import type { ClientOptions, ClientPlan, HEClient, Port } from '../scheme.ts';
import { libraryClientInputs, type ClientInputs, type InputEncryptor } from './input-encryptor.ts';
import { fullCiphertext_bytes, readCiphertext, writeCiphertext } from './wire/ciphertext-wire.ts';
import { generateKeys } from './key-generation.ts';
import { bigDimension, type TfheParameters } from './parameters.ts';
import { libraryMemory_bytes } from './library/instance.ts';
import { makeSecretKey, restoreSecretKey, type SecretKey } from './library/runtime.ts';
import { packSecret } from './wire/secret-wire.ts';
import { decode, margin_bits, planDetails, type PortScale } from './model/scales.ts';

/**
 * Without a secret the client has no key until it makes one.
 *
 * @param inputs How it encrypts; results are the library's ciphertexts.
 * @throws EnigmarkError KEY_DAMAGED
 */
export function createClient(
  plan: ClientPlan,
  { secret }: ClientOptions = {},
  inputs: ClientInputs = libraryClientInputs(bigDimension(plan.parameters as TfheParameters)),
): HEClient {
  const set = plan.parameters as TfheParameters;
  const dimension = bigDimension(set);
  const { scales } = planDetails.parse(plan.details);
  let disposed = false;
  let key: SecretKey | null = secret === undefined ? null : restoreSecretKey(secret, set);
  let encryptor: InputEncryptor | null = key === null ? null : inputs.encryptor(key);

  const alive = (): void => expectLive(disposed, 'client');
  function secretKey(): SecretKey {
    alive();
    return expectKeys(key);
  }
  function scaled(name: string): { readonly port: Port; readonly scale: PortScale } {
    const port = portOf(plan.ports, name);
    return { port, scale: scales[name]! };
  }

  /** Of the first values in a payload: a result has one. The library does not check lengths, so damaged bytes never get there. */
  function phasesOf(payload: Uint8Array, scale: PortScale, values: number): readonly number[] {
    const phase = (full: Uint8Array): number => Number(secretKey().decrypt(full));
    if (payload.length === fullCiphertext_bytes(dimension)) {
      readCiphertext(payload, dimension);
      return [phase(payload)];
    }
    const arrival = inputs.reader.read(payload, scale);
    return Array.from({ length: values }, (_, value) => phase(writeCiphertext(arrival.words(value))));
  }

  return {
    async generateKeys(options) {
      alive();
      key ??= makeSecretKey(set);
      encryptor ??= inputs.encryptor(key);
      return generateKeys(key, plan, options, (kind, secret) => inputs.makeKey?.(kind, secret) ?? null);
    },
    async encrypt(name, values, pass = 0) {
      secretKey();
      const { port, scale } = scaled(name);
      expectValues(port, name, values);
      const numbers = Float64Array.from(values, (slots) => Number(slots[0] ?? 0));
      const payloads = encryptor!.encrypt(numbers, port, scale);
      return payloads.map((payload) => seal({ kind: 'ciphertext', plan: plan.id, name, pass, payload }));
    },
    async decrypt(name, passes) {
      secretKey();
      const { port, scale } = scaled(name);
      const envelopes = passes[0] ?? [];
      expectEnvelopes(port, name, envelopes.length);
      const { type, perEnvelope = 1 } = port;
      return envelopes.flatMap((bytes, at) => {
        const payload = open(bytes, { kind: 'ciphertext', plan: plan.id, name, pass: 0 });
        const values = Math.min(perEnvelope, type.width - at * perEnvelope);
        return phasesOf(payload, scale, values).map((phase) => Float64Array.of(decode(phase, scale, type)));
      });
    },
    async noise(bytes, expected) {
      secretKey();
      const { name, payload } = openAny(bytes, plan.id);
      const { port, scale } = scaled(name);
      const [phase] = phasesOf(payload, scale, 1);
      return { margin_bits: margin_bits(phase!, Number(expected?.[0] ?? decode(phase!, scale, port.type)), scale) };
    },
    async exportSecret() {
      return packSecret(secretKey().serialize(), set);
    },
    memory() {
      alive();
      const library_bytes = libraryMemory_bytes();
      const reserved_bytes = library_bytes === null ? null : library_bytes + inputs.memory_bytes() + inputs.reader.reserved_bytes;
      return { reserved_bytes, live_bytes: null, buffers_bytes: 0, objects: key === null ? 0 : 1 };
    },
    async [Symbol.asyncDispose]() {
      disposed = true;
      encryptor?.[Symbol.dispose]();
      encryptor = null;
      key?.free();
      key = null;
    },
  };
}
