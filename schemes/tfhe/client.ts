/**
 * The client: everything secret, on node-tfhe. Inputs are sent compressed (a body and a seed); outputs come back in full.
 *
 * @module
 */
import { open, openAny, seal } from '../envelope.ts';
import { expectKeys, expectLive } from '../guards.ts';
import { expectValues, expectWidth, portOf } from '../ports.ts';
import type { ClientOptions, ClientPlan, HEClient, Port } from '../scheme.ts';
import { COMPRESSED_CIPHERTEXT_BYTES, readCiphertext, readCompressedCiphertext, writeCiphertext } from './wire/ciphertext-wire.ts';
import { generateKeys } from './key-generation.ts';
import { bigDimension, type TfheParameters } from './parameters.ts';
import { libraryMemory_bytes } from './library/instance.ts';
import { makeSecretKey, restoreSecretKey, type SecretKey } from './library/runtime.ts';
import { packSecret } from './wire/secret-wire.ts';
import { arrivedPhase, decode, encode, margin_bits, planDetails, type PortScale } from './model/scales.ts';

/** Without a secret the client has no key until it makes one. @throws EnigmarkError KEY_DAMAGED */
export function createClient(plan: ClientPlan, { secret }: ClientOptions = {}): HEClient {
  const set = plan.parameters as TfheParameters;
  const dimension = bigDimension(set);
  const { scales } = planDetails.parse(plan.details);
  let disposed = false;
  let key: SecretKey | null = secret === undefined ? null : restoreSecretKey(secret, set);

  const alive = (): void => expectLive(disposed, 'client');
  function secretKey(): SecretKey {
    alive();
    return expectKeys(key);
  }
  function scaled(name: string): { readonly port: Port; readonly scale: PortScale } {
    const port = portOf(plan.ports, name);
    return { port, scale: scales[name]! };
  }

  /** The library does not check lengths, so damaged bytes are refused before it gets them. */
  function fullCiphertext(payload: Uint8Array, scale: PortScale): Uint8Array {
    if (payload.length !== COMPRESSED_CIPHERTEXT_BYTES) {
      readCiphertext(payload, dimension);
      return payload;
    }
    return writeCiphertext(arrivedPhase(readCompressedCiphertext(payload, dimension), scale));
  }

  function phaseOf(payload: Uint8Array, scale: PortScale): number {
    return Number(secretKey().decrypt(fullCiphertext(payload, scale)));
  }

  return {
    async generateKeys(options) {
      alive();
      key ??= makeSecretKey(set);
      return generateKeys(key, plan, options);
    },
    async encrypt(name, values, pass = 0) {
      const live = secretKey();
      const { port, scale } = scaled(name);
      expectValues(port, name, values);
      return values.map((slots) => {
        const payload = live.encryptCompressed(encode(Number(slots[0] ?? 0), scale, port.type));
        return seal({ kind: 'ciphertext', plan: plan.id, name, pass, payload });
      });
    },
    async decrypt(name, passes) {
      secretKey();
      const { port, scale } = scaled(name);
      const envelopes = passes[0] ?? [];
      expectWidth(port, name, envelopes.length);
      return envelopes.map((bytes) => {
        const payload = open(bytes, { kind: 'ciphertext', plan: plan.id, name, pass: 0 });
        return Float64Array.of(decode(phaseOf(payload, scale), scale, port.type));
      });
    },
    async noise(bytes, expected) {
      secretKey();
      const { name, payload } = openAny(bytes, plan.id);
      const { port, scale } = scaled(name);
      const phase = phaseOf(payload, scale);
      return { margin_bits: margin_bits(phase, Number(expected?.[0] ?? decode(phase, scale, port.type)), scale) };
    },
    async exportSecret() {
      return packSecret(secretKey().serialize(), set);
    },
    memory() {
      alive();
      return { reserved_bytes: libraryMemory_bytes(), live_bytes: null, buffers_bytes: 0, objects: key === null ? 0 : 1 };
    },
    async [Symbol.asyncDispose]() {
      disposed = true;
      key?.free();
      key = null;
    },
  };
}
