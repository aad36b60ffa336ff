/**
 * For tests: adapters that accept what they should refuse, or refuse it badly.
 *
 * @module
 */
import { seal } from '../../envelope.ts';
import type { HEScheme } from '../../scheme.ts';
import { withPrimitives, type BrokenAdapter } from './broken-adapter.fixture.ts';
import { cleartext, masked, refused } from '../toy.fixture.ts';

/** Length of an envelope without payload, or null where there is no whole header. */
function headerBytes(bytes: Uint8Array): number | null {
  if (bytes.length < 46) return null;
  const length = 46 + new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint16(40, true);
  return bytes.length < length ? null : length;
}

/** Forgets what lies behind the length that the envelope says. */
function trimmed(bytes: Uint8Array): Uint8Array {
  const header = headerBytes(bytes);
  if (header === null) return bytes;
  return bytes.subarray(0, header + new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(header - 4, true));
}

/** Writes the address that is expected over the one that was sent. */
function readdressed(bytes: Uint8Array, plan: string, name: string): Uint8Array {
  const header = headerBytes(bytes);
  return header === null ? bytes : seal({ kind: 'ciphertext', plan, name, pass: 0, payload: bytes.subarray(header) });
}

function throwing(): HEScheme {
  const sound = cleartext('real');
  return {
    ...sound,
    operations: new Set([...sound.operations].filter((op) => op !== 'table')),
    compile(circuits, need) {
      if (circuits.some(({ nodes }) => nodes.some(({ op }) => op === 'table'))) throw refused('OPERATION_UNSUPPORTED', 'no table');
      return sound.compile(circuits, need);
    },
  };
}

function memoryBlind(): HEScheme {
  const sound = cleartext('real');
  return { ...sound, compile: (circuits, need) => sound.compile(circuits, { ...need, memory_bytes: Infinity }) };
}

/** Makes up the key part that it was not given. */
function keyless(): HEScheme {
  const sound = masked();
  return {
    ...sound,
    createEvaluator(compiled, keys) {
      const invented = seal({ kind: 'key', plan: compiled.id, name: 'mask', pass: 0, payload: new Uint8Array(64) });
      return sound.createEvaluator(compiled, keys.length > 0 ? keys : [{ kind: 'mask', bytes: invented }]);
    },
  };
}

/** Fills key parts up, or cuts them, to the length that they should have. */
function anyKeyLength(): HEScheme {
  const sound = masked();
  return {
    ...sound,
    createEvaluator(compiled, keys) {
      const repaired = keys.map(({ kind, bytes }) => {
        const header = headerBytes(bytes);
        if (header === null) return { kind, bytes };
        const payload = new Uint8Array(64);
        payload.set(bytes.subarray(header, header + 64));
        return { kind, bytes: seal({ kind: 'key', plan: compiled.id, name: 'mask', pass: 0, payload }) };
      });
      return sound.createEvaluator(compiled, repaired);
    },
  };
}

/** Waits for ever where a payload does not load. */
function hanging(): HEScheme {
  return cleartext('real', {
    evaluator: (sound) => ({
      ...sound,
      async load(...given) {
        try {
          return await sound.load(...given);
        } catch {
          return await new Promise<never>(() => undefined);
        }
      },
    }),
  });
}

export const brokenRefusals: readonly BrokenAdapter[] = [
  { way: 'throws where it should refuse', caughtBy: 'unclaimed operations', scheme: throwing() },
  { way: 'plans more memory than it is allowed', caughtBy: 'unclaimed operations', scheme: memoryBlind() },
  {
    way: 'an integer scheme that takes real numbers',
    caughtBy: 'unclaimed operations',
    scheme: { ...cleartext('real'), arithmetic: 'integer' },
  },
  {
    way: 'clamps inputs out of range in silence',
    caughtBy: 'value range',
    scheme: cleartext('real', {
      client: (sound, plan) => ({
        ...sound,
        encrypt(port, values, pass) {
          const { min, max } = plan.ports[port]?.type ?? { min: 0, max: 0 };
          const clamped = values.map((slots) =>
            Float64Array.from(Array.from<number | bigint>(slots), (value) => Math.min(max, Math.max(min, Number(value) || 0))),
          );
          return sound.encrypt(port, clamped, pass);
        },
      }),
    }),
  },
  {
    way: 'drops ciphertexts that are too many',
    caughtBy: 'value range',
    scheme: cleartext('real', {
      evaluator: (sound, { client }) => ({
        ...sound,
        load: (port, envelopes, pass) => sound.load(port, envelopes.slice(0, client.ports[port]?.type.width), pass),
      }),
    }),
  },
  {
    way: 'accepts trailing bytes',
    caughtBy: 'damaged envelopes',
    scheme: cleartext('real', {
      evaluator: (sound) => ({ ...sound, load: (port, envelopes, pass) => sound.load(port, envelopes.map(trimmed), pass) }),
    }),
  },
  {
    way: 'accepts results of other plans and ports',
    caughtBy: 'damaged envelopes',
    scheme: cleartext('real', {
      client: (sound, plan) => ({
        ...sound,
        decrypt: (port, passes) =>
          sound.decrypt(
            port,
            passes.map((envelopes) => envelopes.map((bytes) => readdressed(bytes, plan.id, port))),
          ),
      }),
    }),
  },
  {
    way: 'reads short payloads as zeros',
    caughtBy: 'damaged envelopes',
    scheme: withPrimitives((sound) => ({
      load(payload) {
        try {
          return sound.load(payload);
        } catch {
          return { values: new Float64Array(32) };
        }
      },
    })),
  },
  { way: 'accepts keys of any length', caughtBy: 'damaged envelopes', scheme: anyKeyLength() },
  {
    way: 'crashes on numbers that it does not expect',
    caughtBy: 'flipped bits',
    scheme: withPrimitives((sound) => ({
      load(payload) {
        const loaded = sound.load(payload);
        if (loaded.values.some((value) => Math.abs(value) > 1)) throw new RangeError('index out of bounds');
        return loaded;
      },
    })),
  },
  { way: 'hangs on a damaged payload', caughtBy: 'damaged envelopes', scheme: hanging() },
  { way: 'makes up keys that it was not given', caughtBy: 'keys', scheme: keyless() },
];
