/**
 * The cleartext client: no key, no secret; `encrypt` only wraps.
 *
 * @module
 */
import type { Values } from '../circuit.ts';
import { open, seal } from '../envelope.ts';
import { expectLive } from '../guards.ts';
import { expectValues, expectWidth, portOf } from '../ports.ts';
import type { ClientPlan, HEClient } from '../scheme.ts';
import { bytesOf, doublesOf, isWide, slotsOf } from './slots.ts';

export function createClient(plan: ClientPlan): HEClient {
  let disposed = false;
  const alive = (): void => expectLive(disposed, 'client');
  return {
    async generateKeys() {
      alive();
      return [];
    },
    async encrypt(port, values, pass = 0) {
      alive();
      const { shape, type } = portOf(plan.ports, port);
      expectValues(portOf(plan.ports, port), port, values);
      const payloadOf = isWide(type) ? widePayload : payload;
      return values.map((slots) =>
        seal({ kind: 'ciphertext', plan: plan.id, name: port, pass, payload: payloadOf(slots, shape.rows * shape.columns) }),
      );
    },
    async decrypt(port, passes) {
      alive();
      const { shape, type } = portOf(plan.ports, port);
      const read = isWide(type) ? slotsOf : doublesOf;
      const envelopes = passes[0] ?? [];
      expectWidth(portOf(plan.ports, port), port, envelopes.length);
      return envelopes.map((bytes) =>
        read(open(bytes, { kind: 'ciphertext', plan: plan.id, name: port, pass: 0 }), shape.rows * shape.columns),
      );
    },
    memory() {
      alive();
      return { reserved_bytes: 0, live_bytes: 0, buffers_bytes: 0, objects: 0 };
    },
    async [Symbol.asyncDispose]() {
      disposed = true;
    },
  };
}

/** Missing slots are zero. */
function payload(values: Values, slots: number): Uint8Array {
  return bytesOf(Float64Array.from({ length: slots }, (_, slot) => Number(values[slot] ?? 0)));
}

function widePayload(values: Values, slots: number): Uint8Array {
  return values instanceof Float64Array ? payload(values, slots) : bytesOf(Array.from({ length: slots }, (_, slot) => values[slot] ?? 0n));
}
