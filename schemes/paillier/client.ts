/**
 * The client: keys, encryption, decryption. An encryption is (1 + m n) times a mask, and masks can be made ahead.
 *
 * @module
 */
import { z } from 'zod';
import { open, seal } from '../envelope.ts';
import { expectKeys, expectLive } from '../guards.ts';
import { expectValues, expectWidth, portOf } from '../ports.ts';
import type { ClientOptions, ClientPlan, HEClient, Port } from '../scheme.ts';
import { openClientKey, type ClientKey } from './client-key.ts';
import { makeSecretKey, packSecret, restoreSecretKey, type SecretKey } from './key-generation.ts';
import { bytesOf, integerOf, modulo } from './numbers/integers.ts';
import { ciphertext_bytes, type PaillierParameters } from './parameters.ts';
import { packSlots, unpackSlots } from './slots.ts';
import { CiphertextCheck, notCoprime } from './wire/ciphertext-wire.ts';
import { writePublicKey } from './wire/key-wire.ts';

const planDetails = z.strictObject({ slot_bits: z.int().min(1), kernels: z.enum(['library', 'own']) });

/** A client that has keys. */
interface Live {
  readonly secret: SecretKey;
  readonly key: ClientKey;
  readonly check: CiphertextCheck;
}

/** Without a secret the client has no key until it makes one. @throws EnigmarkError KEY_DAMAGED */
export function createClient(plan: ClientPlan, { secret }: ClientOptions = {}): HEClient {
  const set = plan.parameters as PaillierParameters;
  const { slot_bits, kernels } = planDetails.parse(plan.details);
  const length = ciphertext_bytes(set);
  /** Each is used once. */
  const masks: bigint[] = [];
  let disposed = false;
  let live: Live | null = secret === undefined ? null : opened(restoreSecretKey(secret, set));

  function opened(of: SecretKey): Live {
    return { secret: of, key: openClientKey(of, kernels, plan.encryption), check: new CiphertextCheck(of.n, length) };
  }
  const alive = (): void => expectLive(disposed, 'client');
  function withKeys(): Live {
    alive();
    return expectKeys(live);
  }

  /** Plaintext of an envelope, from -n/2 to n/2. */
  function plaintext(bytes: Uint8Array, port: string): bigint {
    const { secret: of, key, check } = withKeys();
    const payload = open(bytes, { kind: 'ciphertext', plan: plan.id, name: port, pass: 0 });
    check.expectInRange(payload);
    const number = integerOf(payload);
    if (number % of.p === 0n || number % of.q === 0n) throw notCoprime();
    const plain = key.decrypt(number);
    return plain > of.n / 2n ? plain - of.n : plain;
  }
  function slotsOf({ shape }: Port): number {
    return shape.columns;
  }

  return {
    async generateKeys() {
      alive();
      live ??= opened(makeSecretKey(set));
      const payload = writePublicKey(live.secret.n, set);
      return plan.keys.map((kind) => ({ kind, bytes: seal({ kind: 'key', plan: plan.id, name: kind, pass: 0, payload }) }));
    },
    async makeAhead(port) {
      const { key } = withKeys();
      const { width } = portOf(plan.ports, port).type;
      while (masks.length < width) masks.push(key.makeMask());
    },
    async encrypt(name, values, pass = 0) {
      const { secret: of, key } = withKeys();
      const port = portOf(plan.ports, name);
      expectValues(port, name, values);
      const modulus = of.n * of.n;
      return values.map((slots) => {
        const mask = masks.pop() ?? key.makeMask();
        const number = ((1n + modulo(packSlots(slots, slot_bits), of.n) * of.n) * mask) % modulus;
        return seal({ kind: 'ciphertext', plan: plan.id, name, pass, payload: bytesOf(number, length) });
      });
    },
    async decrypt(name, passes) {
      withKeys();
      const port = portOf(plan.ports, name);
      const envelopes = passes[0] ?? [];
      expectWidth(port, name, envelopes.length);
      return envelopes.map((bytes) => unpackSlots(plaintext(bytes, name), slotsOf(port), slot_bits));
    },
    async exportSecret() {
      return packSecret(withKeys().secret, set);
    },
    memory() {
      alive();
      return {
        reserved_bytes: live?.key.reserved_bytes ?? 0,
        live_bytes: live?.key.live_bytes ?? 0,
        buffers_bytes: masks.length * length,
        objects: live === null ? 0 : 1,
      };
    },
    async [Symbol.asyncDispose]() {
      disposed = true;
      live = null;
      masks.length = 0;
    },
  };
}
