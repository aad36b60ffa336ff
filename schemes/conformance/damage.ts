/**
 * Structural damage of envelopes: what happens to bytes on their way, and what a confused sender does.
 *
 * @module
 */
import { openAny, seal, type Envelope } from '../envelope.ts';

export interface Damaged {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Magic, version, kind, pass, both ends of the digest, length of the name, name (see `envelope.ts`). */
const FIELDS = [0, 4, 5, 6, 8, 39, 40, 42] as const;

/** Every way to damage one envelope of a plan, payload bits apart; in the header, every byte or one of each field. */
export function structuralDamage(bytes: Uint8Array, plan: string, header: 'bytes' | 'fields'): readonly Damaged[] {
  const envelope = openAny(bytes, plan);
  const header_bytes = bytes.length - envelope.payload.length;
  const places = header === 'fields' ? [...FIELDS, header_bytes - 4] : Array.from({ length: header_bytes }, (_, at) => at);
  return [...headerDamage(bytes, places), ...lengthDamage(bytes), ...exchanged(envelope)];
}

/** Header bytes with their lowest and their highest bit turned. */
function headerDamage(bytes: Uint8Array, places: readonly number[]): Damaged[] {
  return places.flatMap((at) =>
    [0x01, 0x80].map((bit) => {
      const copy = bytes.slice();
      copy[at]! ^= bit;
      return { name: `header byte ${at} with bit ${bit} turned`, bytes: copy };
    }),
  );
}

function lengthDamage(bytes: Uint8Array): Damaged[] {
  const { length } = bytes;
  const kept = [0, 1, 4, 41, 45, 46, Math.floor(length / 2), length - 8, length - 1].filter((count) => count >= 0 && count < length);
  const longer = (extra: number): Uint8Array => {
    const copy = new Uint8Array(length + extra);
    copy.set(bytes);
    return copy;
  };
  return [
    ...kept.map((count) => ({ name: `cut to ${count} of ${length} bytes`, bytes: bytes.slice(0, count) })),
    ...[1, 8, length].map((extra) => ({ name: `${extra} bytes too many`, bytes: longer(extra) })),
  ];
}

/** Sound envelopes of the wrong plan, port, pass and kind, and sound envelopes around payloads of the wrong length. */
function exchanged(envelope: Envelope): Damaged[] {
  const { payload } = envelope;
  const longer = new Uint8Array(payload.length + 8);
  longer.set(payload);
  const changes: readonly (readonly [string, Partial<Envelope>])[] = [
    ['of another plan', { plan: 'ab'.repeat(32) }],
    ['of another port', { name: `${envelope.name}x` }],
    ['of a port without a name', { name: '' }],
    ['of another pass', { pass: envelope.pass + 1 }],
    ['of the other kind', { kind: envelope.kind === 'key' ? 'ciphertext' : 'key' }],
    ['around nothing', { payload: payload.subarray(0, 0) }],
    ['around the first byte', { payload: payload.subarray(0, 1) }],
    ['around half of its payload', { payload: payload.subarray(0, Math.floor(payload.length / 2)) }],
    ['around all but the last byte of its payload', { payload: payload.subarray(0, payload.length - 1) }],
    ['around its payload and zeros', { payload: longer }],
  ];
  return changes.map(([name, change]) => ({ name, bytes: seal({ ...envelope, ...change }) }));
}
