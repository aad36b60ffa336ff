/**
 * The header of everything on the wire. It binds bytes to a scheme, a plan, a kind and a place, so that keys and
 * ciphertexts of another plan, or damaged ones, are refused before a library sees them. The payload is not authenticated:
 * ciphertexts are malleable by nature.
 *
 * Layout, little endian: magic 'EMRK' (4), version u8, kind u8 (1 key, 2 ciphertext), pass u16, plan digest (32),
 * name length u16, name in UTF-8 (port or kind of key), payload length u32, payload.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { EnigmarkError } from './errors.ts';
import type { ClientPlan } from './scheme.ts';

const MAGIC = 0x4b524d45; // 'EMRK'
const VERSION = 1;
const KINDS = ['key', 'ciphertext'] as const;
const FIXED_BYTES = 42;
const DIGEST_AT = 8;
/** A batch has hundreds of envelopes: one decoder does. */
const UTF_8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export interface Envelope {
  readonly kind: 'key' | 'ciphertext';
  /** Plan id, 64 hexadecimal digits. */
  readonly plan: string;
  /** Port name, or kind of key. */
  readonly name: string;
  /** Plaintext prime the ciphertext belongs to; 0 for keys. */
  readonly pass: number;
  readonly payload: Uint8Array;
}

/**
 * Digest of a plan's public content: what `ClientPlan.id` must hold.
 *
 * @param plan all of a client plan but its id
 * @returns SHA-256, 64 hexadecimal digits; the same for equal plans, in whatever order their fields were written
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { planDigest } from 'enigmark';
 *
 * const content = { scheme: 'mine', parameters: { id: 'only' }, encryption: 'symmetric', ports: {}, keys: [], details: null } as const;
 * assert.match(planDigest(content), /^[0-9a-f]{64}$/);
 * assert.notEqual(planDigest(content), planDigest({ ...content, parameters: { id: 'other' } }));
 * ```
 */
export function planDigest(plan: Omit<ClientPlan, 'id'>): string {
  return createHash('sha256').update(canonical(plan)).digest('hex');
}

/** JSON with sorted keys, so that equal plans have equal digests however they were built. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, held: unknown) =>
    typeof held === 'object' && held !== null && !Array.isArray(held)
      ? Object.fromEntries(Object.entries(held).sort(([a], [b]) => (a < b ? -1 : 1)))
      : held,
  );
}

/**
 * Wraps a payload.
 *
 * @param envelope the payload, and what binds it to its place
 * @returns bytes that `open` unwraps
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { open, seal } from 'enigmark';
 *
 * const place = { kind: 'ciphertext', plan: '0'.repeat(64), name: 'x', pass: 0 } as const;
 * const bytes = seal({ ...place, payload: Uint8Array.of(1, 2, 3) });
 * assert.deepEqual(open(bytes, place), Uint8Array.of(1, 2, 3));
 * ```
 */
export function seal(envelope: Envelope): Uint8Array {
  const name = new TextEncoder().encode(envelope.name);
  // Every byte is written below: memory that was not cleared first will do.
  const bytes = new Uint8Array(Buffer.allocUnsafeSlow(FIXED_BYTES + name.length + 4 + envelope.payload.length).buffer);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint8(4, VERSION);
  view.setUint8(5, KINDS.indexOf(envelope.kind) + 1);
  view.setUint16(6, envelope.pass, true);
  bytes.set(Buffer.from(envelope.plan, 'hex'), DIGEST_AT);
  view.setUint16(40, name.length, true);
  bytes.set(name, FIXED_BYTES);
  view.setUint32(FIXED_BYTES + name.length, envelope.payload.length, true);
  bytes.set(envelope.payload, FIXED_BYTES + name.length + 4);
  return bytes;
}

/** What the receiver knows that an envelope must say. */
export interface Expectation {
  readonly kind: Envelope['kind'];
  readonly plan: string;
  readonly name: string;
  readonly pass: number;
}

/**
 * Unwraps bytes that must match an expectation.
 *
 * @param bytes an envelope as `seal` made it, or anything else
 * @param expected what it must say
 * @returns the payload, as a view of `bytes`
 * @throws EnigmarkError ENVELOPE_DAMAGED where the header or a length is wrong; WRONG_PLAN where the bytes belong to other
 * parameters or another plan; WRONG_PORT where kind, name or pass differ.
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { open, seal } from 'enigmark';
 *
 * const place = { kind: 'key', plan: '0'.repeat(64), name: 'galois', pass: 0 } as const;
 * const bytes = seal({ ...place, payload: new Uint8Array(8) });
 * assert.throws(() => open(bytes, { ...place, name: 'relinearization' }), { code: 'WRONG_PORT' });
 * assert.throws(() => open(bytes.subarray(1), place), { code: 'ENVELOPE_DAMAGED' });
 * ```
 */
export function open(bytes: Uint8Array, expected: Expectation): Uint8Array {
  const found = openAny(bytes, expected.plan);
  if (found.kind !== expected.kind || found.name !== expected.name || found.pass !== expected.pass) {
    throw new EnigmarkError('WRONG_PORT', {
      expected: `${expected.kind} '${expected.name}' pass ${expected.pass}`,
      got: `${found.kind} '${found.name}' pass ${found.pass}`,
      remedy: 'send every envelope to the port it was made for',
    });
  }
  return found.payload;
}

/**
 * Unwraps bytes of a plan, whatever they hold.
 * @throws EnigmarkError ENVELOPE_DAMAGED, WRONG_PLAN
 */
export function openAny(bytes: Uint8Array, plan: string): Envelope {
  const found = parse(bytes);
  if (found.plan === plan) return found;
  throw new EnigmarkError('WRONG_PLAN', {
    expected: `a ${found.kind} of plan ${plan.slice(0, 12)}`,
    got: `one of plan ${found.plan.slice(0, 12)}`,
    remedy: 'make keys and ciphertexts with the plan that the evaluator was compiled for',
  });
}

function parse(bytes: Uint8Array): Envelope {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < FIXED_BYTES + 4) throw damaged(`at least ${FIXED_BYTES + 4} bytes`, `${bytes.length}`);
  if (view.getUint32(0, true) !== MAGIC) throw damaged("the mark 'EMRK'", 'other first bytes');
  if (view.getUint8(4) !== VERSION) throw damaged(`version ${VERSION}`, `version ${view.getUint8(4)}`);
  const kind = KINDS[view.getUint8(5) - 1];
  if (kind === undefined) throw damaged('kind 1 or 2', `kind ${view.getUint8(5)}`);
  const name_bytes = view.getUint16(40, true);
  const payloadAt = FIXED_BYTES + name_bytes + 4;
  if (bytes.length < payloadAt) throw damaged(`a name of ${name_bytes} bytes`, 'the end of the data');
  const payload_bytes = view.getUint32(payloadAt - 4, true);
  if (bytes.length !== payloadAt + payload_bytes) throw damaged(`a payload of ${payload_bytes} bytes`, `${bytes.length - payloadAt}`);
  return {
    kind,
    plan: Buffer.from(bytes.subarray(DIGEST_AT, DIGEST_AT + 32)).toString('hex'),
    name: nameOf(bytes.subarray(FIXED_BYTES, FIXED_BYTES + name_bytes)),
    pass: view.getUint16(6, true),
    // Also of a Buffer: wasm libraries take a plain Uint8Array only.
    payload: new Uint8Array(bytes.buffer, bytes.byteOffset + payloadAt, payload_bytes),
  };
}

/** Every name has one spelling in bytes. */
function nameOf(bytes: Uint8Array): string {
  try {
    return UTF_8.decode(bytes);
  } catch {
    throw damaged('a name in UTF-8', 'other bytes');
  }
}

function damaged(expected: string, got: string): EnigmarkError {
  return new EnigmarkError('ENVELOPE_DAMAGED', {
    expected: `an envelope with ${expected}`,
    got,
    remedy: 'send the bytes again, unchanged',
  });
}
