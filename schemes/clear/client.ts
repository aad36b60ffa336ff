/**
 * The cleartext client: no key, no secret; `encrypt` only wraps.
 *
 * @module
 */
import type { Values } from '../circuit.ts';
import { open, seal } from '../envelope.ts';
import { EnigmarkError } from '../errors.ts';
import { expectValues, expectWidth, portOf } from '../ports.ts';
import type { ClientPlan, HEClient } from '../scheme.ts';
import { bytesOf, slotsOf } from './slots.ts';

export function createClient(plan: ClientPlan): HEClient {
  let disposed = false;
  const alive = (): void => {
    if (disposed)
      throw new EnigmarkError('DISPOSED', { expected: 'a live client', got: 'one that was disposed', remedy: 'make a new one' });
  };
  return {
    async generateKeys() {
      alive();
      return [];
    },
    async encrypt(port, values, pass = 0) {
      alive();
      const { shape } = portOf(plan.ports, port);
      expectValues(portOf(plan.ports, port), port, values);
      return values.map((slots) =>
        seal({ kind: 'ciphertext', plan: plan.id, name: port, pass, payload: payloadOf(slots, shape.rows * shape.columns) }),
      );
    },
    async decrypt(port, passes) {
      alive();
      const { shape } = portOf(plan.ports, port);
      const envelopes = passes[0] ?? [];
      expectWidth(portOf(plan.ports, port), port, envelopes.length);
      return envelopes.map((bytes) =>
        slotsOf(open(bytes, { kind: 'ciphertext', plan: plan.id, name: port, pass: 0 }), shape.rows * shape.columns),
      );
    },
    memory() {
      alive();
      return { bytes: process.memoryUsage().arrayBuffers, method: 'heap', objects: 0 };
    },
    async [Symbol.asyncDispose]() {
      disposed = true;
    },
  };
}

/** Missing slots are zero. */
function payloadOf(values: Values, slots: number): Uint8Array {
  if (values instanceof Float64Array) return bytesOf(Float64Array.from({ length: slots }, (_, slot) => values[slot] ?? 0));
  return bytesOf(Array.from({ length: slots }, (_, slot) => values[slot] ?? 0n));
}
