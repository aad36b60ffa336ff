/**
 * For tests: adapters made of the cleartext one, to be broken on purpose.
 *
 * `cleartext` computes on real numbers or integers and hides nothing. `masked` hides slots under a stream that a secret and
 * a nonce make. It is a toy: its evaluation key is the secret in disguise, so that the evaluator can compute at all.
 *
 * @module
 */
import { createHash, randomBytes } from 'node:crypto';
import type { Circuit } from '../circuit.ts';
import { clearPrimitives, type Slots } from '../clear/evaluator.ts';
import { expectKeys, expectLive } from '../guards.ts';
import { refuse } from '../refuse.ts';
import { scheme as clear } from '../clear/scheme.ts';
import { doublesOf } from '../clear/slots.ts';
import { open, planDigest, seal } from '../envelope.ts';
import { EnigmarkError } from '../errors.ts';
import { interpret } from '../interpreter.ts';
import { expectValues, expectWidth, portOf } from '../ports.ts';
import {
  isRefusal,
  type ClientPlan,
  type Compiled,
  type HEClient,
  type HEEvaluator,
  type HEScheme,
  type KeyPart,
  type Refusal,
} from '../scheme.ts';
import type { Requirement } from '../scheme.ts';
import type { Primitives } from '../eager-primitives.ts';

export type ClearPrimitives = Primitives<Slots, Float64Array>;

/** What a broken adapter changes; each is given what the sound one made. */
export interface Breakage {
  readonly manifest?: Partial<HEScheme>;
  readonly compile?: (result: Compiled, circuits: readonly Circuit[], need: Requirement) => Compiled | Refusal;
  readonly client?: (client: HEClient, plan: ClientPlan) => HEClient;
  readonly keys?: (keys: readonly KeyPart[], secret: Uint8Array, plan: ClientPlan) => readonly KeyPart[];
  readonly primitives?: (primitives: ClearPrimitives, compiled: Compiled) => ClearPrimitives;
  readonly evaluator?: (evaluator: HEEvaluator, compiled: Compiled) => HEEvaluator;
  /** The nonce of the n-th encryption. */
  readonly nonce?: (encryption: number) => Uint8Array;
  /** The secret that ciphertexts are hidden under. */
  readonly maskSecret?: (secret: Uint8Array, plan: ClientPlan) => Uint8Array;
}

export function cleartext(arithmetic: 'real' | 'integer', broken: Breakage = {}): HEScheme {
  return {
    ...clear,
    arithmetic,
    compile(circuits, need) {
      if (arithmetic === 'integer') {
        const types = circuits.flatMap(({ nodes }) => nodes.map(({ type }) => type));
        if (types.some(({ step }) => step === null)) return refuse('INTEGERS_REQUIRED', 'a circuit has real values');
        const most = Math.max(...types.map(({ min, max }) => Math.max(-min, max)));
        if (most > Number.MAX_SAFE_INTEGER) return refuse('RANGE_EXCEEDED', 'doubles hold 53 bits');
      }
      return compiled(clear.compile(circuits, need), circuits, need, broken);
    },
    async createClient(plan) {
      const client = await clear.createClient(plan);
      return broken.client?.(client, plan) ?? client;
    },
    createEvaluator: (compiledPlan) => evaluatorOf(compiledPlan, clearPrimitives(shapeOf(compiledPlan)), broken),
    ...broken.manifest,
  };
}

export function masked(broken: Breakage = {}): HEScheme {
  return {
    ...clear,
    id: 'masked',
    scheme: 'masked',
    family: 'leveled',
    compile(circuits, need) {
      const result = clear.compile(circuits, need);
      if (isRefusal(result)) return result;
      const { encryption, ports, parameters, details } = result.client;
      const content = { encryption, ports, parameters, details, scheme: 'masked', keys: ['mask'] };
      const id = planDigest(content);
      const { estimate } = result;
      const keyed = { ...estimate, bytes: { ...estimate.bytes, keys: { mask: SECRET_BYTES } } };
      return compiled({ ...result, id, client: { id, ...content }, estimate: keyed }, circuits, need, broken);
    },
    async createClient(plan, options = {}) {
      const client = maskedClient(plan, broken, options.secret);
      return broken.client?.(client, plan) ?? client;
    },
    async createEvaluator(compiledPlan, keys) {
      const part = keys.find(({ kind }) => kind === 'mask');
      if (part === undefined) throw refused('KEYS_INCOMPLETE', "a key part 'mask'");
      const payload = open(part.bytes, { kind: 'key', plan: compiledPlan.id, name: 'mask', pass: 0 });
      if (payload.length !== SECRET_BYTES) throw refused('KEY_DAMAGED', `${SECRET_BYTES} bytes`);
      const secret = disguised(payload);
      const sound = clearPrimitives(shapeOf(compiledPlan));
      const hidden: ClearPrimitives = {
        ...sound,
        load: (bytes) => sound.load(unmasked(bytes, secret)),
        store: (c) => withMask(sound.store(c), secret, randomBytes(NONCE_BYTES)),
      };
      return evaluatorOf(compiledPlan, hidden, broken);
    },
    ...broken.manifest,
  };
}

const SECRET_BYTES = 64;
const NONCE_BYTES = 16;

function compiled(result: Compiled | Refusal, circuits: readonly Circuit[], need: Requirement, broken: Breakage): Compiled | Refusal {
  if (isRefusal(result)) return result;
  const { peak_bytes } = result.estimate;
  if (peak_bytes > need.memory_bytes) return refuse('MEMORY_EXCEEDED', `${peak_bytes} bytes are needed`);
  return broken.compile?.(result, circuits, need) ?? result;
}

async function evaluatorOf(compiledPlan: Compiled, sound: ClearPrimitives, broken: Breakage): Promise<HEEvaluator> {
  const evaluator = interpret(compiledPlan, broken.primitives?.(sound, compiledPlan) ?? sound);
  return broken.evaluator?.(evaluator, compiledPlan) ?? evaluator;
}

function shapeOf({ client }: Compiled) {
  return Object.values(client.ports)[0]?.shape ?? { rows: 1 as const, columns: 1 };
}

function maskedClient(plan: ClientPlan, broken: Breakage, kept?: Uint8Array): HEClient {
  let secret = kept ?? null;
  let encryptions = 0;
  let disposed = false;
  const alive = (): void => expectLive(disposed, 'client');
  const key = (): Uint8Array => {
    alive();
    const made = expectKeys(secret);
    return broken.maskSecret?.(made, plan) ?? made;
  };
  return {
    async generateKeys() {
      alive();
      secret ??= randomBytes(SECRET_BYTES);
      const made = seal({ kind: 'key', plan: plan.id, name: 'mask', pass: 0, payload: disguised(key()) });
      const parts = [{ kind: 'mask', bytes: made }];
      return broken.keys?.(parts, secret, plan) ?? parts;
    },
    async encrypt(name, values, pass = 0) {
      const hiding = key();
      const port = portOf(plan.ports, name);
      expectValues(port, name, values);
      return values.map((slots) => {
        const numbers = Float64Array.from({ length: port.shape.rows * port.shape.columns }, (_, slot) => Number(slots[slot] ?? 0));
        const nonce = broken.nonce?.(encryptions++) ?? randomBytes(NONCE_BYTES);
        return seal({ kind: 'ciphertext', plan: plan.id, name, pass, payload: withMask(new Uint8Array(numbers.buffer), hiding, nonce) });
      });
    },
    async decrypt(name, passes) {
      const hiding = key();
      const port = portOf(plan.ports, name);
      const envelopes = passes[0] ?? [];
      expectWidth(port, name, envelopes.length);
      return envelopes.map((bytes) =>
        doublesOf(
          unmasked(open(bytes, { kind: 'ciphertext', plan: plan.id, name, pass: 0 }), hiding),
          port.shape.rows * port.shape.columns,
        ),
      );
    },
    async exportSecret() {
      return key();
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

/** Nonce, then the payload under a stream of hashes of secret, nonce and place. */
function withMask(payload: Uint8Array, secret: Uint8Array, nonce: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(NONCE_BYTES + payload.length);
  bytes.set(nonce);
  for (let block = 0; block * 32 < payload.length; block++) {
    const stream = createHash('sha256').update(secret).update(nonce).update(String(block)).digest();
    for (let at = block * 32; at < Math.min(payload.length, block * 32 + 32); at++)
      bytes[NONCE_BYTES + at] = payload[at]! ^ stream[at % 32]!;
  }
  return bytes;
}

function unmasked(bytes: Uint8Array, secret: Uint8Array): Uint8Array {
  if (bytes.length < NONCE_BYTES) throw refused('CIPHERTEXT_DAMAGED', 'a nonce');
  const nonce = bytes.subarray(0, NONCE_BYTES);
  return withMask(bytes.subarray(NONCE_BYTES), secret, nonce).subarray(NONCE_BYTES);
}

function disguised(secret: Uint8Array): Uint8Array {
  return secret.map((byte) => byte ^ 0x5a);
}

export function refused(code: string, expected: string): EnigmarkError {
  return new EnigmarkError(code, { expected, got: 'something else', remedy: 'none: this is a toy' });
}
