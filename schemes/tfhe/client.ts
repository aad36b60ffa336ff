/**
 * The client: everything secret, on node-tfhe. Inputs go up compressed (a body and a seed); outputs come back in full.
 *
 * @module
 */
import type { Values, ValueType } from '../circuit.ts';
import { open, seal } from '../envelope.ts';
import { EnigmarkError } from '../errors.ts';
import { expectWidth, portOf } from '../ports.ts';
import type { ClientPlan, HEClient, Port } from '../scheme.ts';
import { readCiphertext } from './ciphertext-wire.ts';
import { generateKeys } from './key-generation.ts';
import { bigDimension, type TfheParameters } from './parameters.ts';
import { makeSecretKey, restoreSecretKey, type SecretKey } from './runtime.ts';
import { decode, encode, planDetails, type PortScale } from './scales.ts';

/** @param secret From `exportSecret`; a fresh key without it. */
export function createClient(plan: ClientPlan, secret?: Uint8Array): HEClient {
  const set = plan.parameters as TfheParameters;
  const { scales } = planDetails.parse(plan.details);
  let key: SecretKey | null = secret === undefined ? makeSecretKey(set) : restoreSecretKey(secret);

  function alive(): SecretKey {
    if (key === null)
      throw new EnigmarkError('DISPOSED', { expected: 'a live client', got: 'one that was disposed', remedy: 'make a new one' });
    return key;
  }
  function scaled(name: string): { readonly port: Port; readonly scale: PortScale } {
    const port = portOf(plan.ports, name);
    return { port, scale: scales[name]! };
  }

  return {
    async generateKeys(options) {
      return Promise.resolve(generateKeys(alive(), plan, options));
    },
    async encrypt(name, values, pass = 0) {
      const live = alive();
      const { port, scale } = scaled(name);
      expectWidth(port, name, values.length);
      const envelopes = values.map((slots) => {
        const payload = live.encryptCompressed(encode(inRange(slots, name, port.type), scale, port.type));
        return seal({ kind: 'ciphertext', plan: plan.id, name, pass, payload });
      });
      return Promise.resolve(envelopes);
    },
    async decrypt(name, passes) {
      const live = alive();
      const { port, scale } = scaled(name);
      const envelopes = passes[0] ?? [];
      expectWidth(port, name, envelopes.length);
      const values = envelopes.map((bytes) => {
        const payload = open(bytes, { kind: 'ciphertext', plan: plan.id, name, pass: 0 });
        // The library trusts lengths; refuse here what it would crash on.
        readCiphertext(payload, bigDimension(set));
        return Float64Array.of(decode(Number(live.decrypt(payload)), scale, port.type));
      });
      return Promise.resolve(values);
    },
    async exportSecret() {
      return Promise.resolve(alive().serialize());
    },
    memory() {
      alive();
      return { bytes: process.memoryUsage().external, method: 'heap', objects: 1 };
    },
    async [Symbol.asyncDispose]() {
      key?.free();
      key = null;
      return Promise.resolve();
    },
  };
}

/** The one slot of a value. @throws EnigmarkError VALUE_OUT_OF_RANGE */
function inRange(slots: Values, port: string, type: ValueType): number {
  const value = Number(slots[0] ?? 0);
  if (Number.isInteger(value) && value >= type.min && value <= type.max) return value;
  throw new EnigmarkError('VALUE_OUT_OF_RANGE', {
    expected: `a whole number in ${type.min}..${type.max} for port '${port}'`,
    got: `${value}`,
    remedy: 'count values in the step of the port, within its range',
  });
}
