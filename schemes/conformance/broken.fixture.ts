/**
 * For tests: adapters that are broken, each in one way, and the claim that must notice.
 *
 * @module
 */
import { planDigest, seal } from '../envelope.ts';
import type { Compiled, HEScheme } from '../scheme.ts';
import { isRefusal } from '../scheme.ts';
import { cleartext, masked, refused, type ClearPrimitives } from './toy.fixture.ts';

export interface BrokenAdapter {
  readonly way: string;
  /** Title of the claim that has to fail; others may fail as well. */
  readonly caughtBy: string;
  readonly scheme: HEScheme;
}

/** A number changed in every slot of what a primitive returns. */
function spoilt(change: (value: number, slot: number) => number) {
  return ({ values }: { readonly values: Float64Array }) => ({ values: values.map(change) });
}

function primitivesOf(change: (sound: ClearPrimitives) => Partial<ClearPrimitives>, arithmetic: 'real' | 'integer' = 'real'): HEScheme {
  return cleartext(arithmetic, { primitives: (sound) => ({ ...sound, ...change(sound) }) });
}

/** The client plan changed, its digest made anew. */
function withPlan(compiled: Compiled, change: object): Compiled {
  const { id: _before, ...content } = { ...compiled.client, ...change };
  const id = planDigest(content);
  return { ...compiled, id, client: { id, ...content } };
}

const ported = new WeakMap<object, number[]>();
const wrap16 = (value: number): number => ((((value + 2 ** 15) % 2 ** 16) + 2 ** 16) % 2 ** 16) - 2 ** 15;

export const brokenAdapters: readonly BrokenAdapter[] = [
  // What is computed.
  { way: 'wrong sign in subtract', caughtBy: 'claimed operations', scheme: primitivesOf((sound) => ({ subtract: (a, b) => sound.subtract(b, a) })) },
  { way: 'rotates the other way', caughtBy: 'claimed operations', scheme: primitivesOf((sound) => ({ rotate: (c, by) => sound.rotate!(c, -by) })) },
  {
    way: 'rotation loses the slots that wrap around',
    caughtBy: 'claimed operations',
    scheme: primitivesOf((sound) => ({ rotate: (c, by) => spoilt((value, slot) => (slot + by < c.values.length ? value : 0))(sound.rotate!(c, by)) })),
  },
  { way: 'forgets the bias of an affine map', caughtBy: 'claimed operations', scheme: primitivesOf((sound) => ({ affine: (inputs, matrix) => sound.affine!(inputs, matrix, new Float64Array(matrix.rows)) })) },
  {
    way: 'adds into its first operand',
    caughtBy: 'combined operations',
    scheme: primitivesOf(() => ({
      add(a, b) {
        for (const [slot, value] of b.values.entries()) a.values[slot]! += value;
        return a;
      },
    })),
  },
  { way: 'wraps around modulo 2^16 in silence', caughtBy: 'value range', scheme: primitivesOf((sound) => ({ add: (a, b) => spoilt(wrap16)(sound.add(a, b)), multiply: (a, b) => spoilt(wrap16)(sound.multiply!(a, b)) }), 'integer') },
  { way: 'less precise than promised', caughtBy: 'claimed operations', scheme: primitivesOf((sound) => ({ multiply: (a, b) => spoilt((value, slot) => value + (slot === 3 ? 2 ** -7 : 0))(sound.multiply!(a, b)) })) },
  { way: 'an integer in a thousand is off by one', caughtBy: 'round trip', scheme: primitivesOf((sound) => ({ store: (c) => sound.store(spoilt((value) => value + (Math.random() < 1e-3 ? 1 : 0))(c)) }), 'integer') },
  { way: 'loses a slot on the wire', caughtBy: 'round trip', scheme: primitivesOf((sound) => ({ store: (c) => sound.store(spoilt((value, slot) => (slot === c.values.length - 1 ? 0 : value))(c)) })) },
  {
    way: 'noise that grows past depth 2',
    caughtBy: 'depth',
    scheme: primitivesOf((sound) => ({
      multiply(a, b) {
        const depth = Math.max(...[a, b].map((c) => ported.get(c)?.[0] ?? 0)) + 1;
        const product = spoilt((value) => (depth > 2 ? value + 0.5 : value))(sound.multiply!(a, b));
        ported.set(product, [depth]);
        return product;
      },
    })),
  },

  // What is promised.
  { way: 'claims an operation that compile refuses', caughtBy: 'claimed operations', scheme: cleartext('real', { compile: (compiled, circuits) => (circuits.some(({ nodes }) => nodes.some(({ op }) => op === 'swapRows')) ? { code: 'OPERATION_UNSUPPORTED', reason: 'no', circuit: '', node: null } : compiled) }) },
  { way: 'does an operation that it does not claim', caughtBy: 'unclaimed operations', scheme: cleartext('real', { manifest: { operations: new Set(['input', 'add', 'subtract', 'multiply', 'addPlain', 'rotate', 'pick']) } }) },
  { way: 'throws where it should refuse', caughtBy: 'unclaimed operations', scheme: throwing() },
  { way: 'plans more memory than it is allowed', caughtBy: 'unclaimed operations', scheme: memoryBlind() },
  { way: 'an integer scheme that takes real numbers', caughtBy: 'unclaimed operations', scheme: { ...cleartext('integer'), compile: cleartext('real').compile } },
  { way: 'counts one rotation too few', caughtBy: 'operation counts', scheme: cleartext('real', { evaluator: (sound) => ({ ...sound, counts: () => ({ ...sound.counts(), rotate: (sound.counts()['rotate'] ?? 0) >> 1 }) }) }) },
  { way: 'predicts no additions', caughtBy: 'operation counts', scheme: cleartext('real', { compile: (compiled) => ({ ...compiled, estimate: { ...compiled.estimate, counts: { ...compiled.estimate.counts, add: 0 } } }) }) },
  { way: 'understates its depth', caughtBy: 'depth', scheme: cleartext('real', { compile: (compiled) => ({ ...compiled, estimate: { ...compiled.estimate, depth: Math.min(1, compiled.estimate.depth) } }) }) },
  { way: 'counts products instead of depth', caughtBy: 'depth', scheme: cleartext('real', { compile: (compiled, circuits) => ({ ...compiled, estimate: { ...compiled.estimate, depth: circuits.flatMap(({ nodes }) => nodes).filter(({ op }) => op === 'multiply' || op === 'table').length } }) }) },
  { way: 'compiles to something else every time', caughtBy: 'compilation', scheme: cleartext('real', { compile: (compiled) => withPlan(compiled, { details: Math.random() }) }) },
  { way: 'a program that cannot be sent', caughtBy: 'compilation', scheme: cleartext('real', { compile: (compiled) => ({ ...compiled, evaluator: () => 0 }) }) },
  {
    way: 'sorts the circuits it is given',
    caughtBy: 'compilation',
    scheme: cleartext('real', {
      compile(compiled, circuits) {
        for (const { nodes } of circuits) for (const node of nodes) if (node.op === 'affine') node.matrix.values.sort();
        return compiled;
      },
    }),
  },

  // What is refused.
  { way: 'clamps inputs out of range in silence', caughtBy: 'value range', scheme: cleartext('real', { client: (sound, plan) => ({ ...sound, encrypt: (port, values, pass) => { const { type: { min, max } } = plan.ports[port]!; return sound.encrypt(port, values.map((slots) => Float64Array.from(slots, (value) => Math.min(max, Math.max(min, Number(value) || 0)))), pass); } }) }) }, // prettier-ignore
  { way: 'drops ciphertexts that are too many', caughtBy: 'value range', scheme: cleartext('real', { evaluator: (sound, { client }) => ({ ...sound, load: (port, envelopes, pass) => sound.load(port, envelopes.slice(0, client.ports[port]?.type.width), pass) }) }) },
  { way: 'accepts trailing bytes', caughtBy: 'damaged envelopes', scheme: cleartext('real', { evaluator: (sound) => ({ ...sound, load: (port, envelopes, pass) => sound.load(port, envelopes.map(trimmed), pass) }) }) },
  { way: 'accepts results of other plans and ports', caughtBy: 'damaged envelopes', scheme: cleartext('real', { client: (sound, plan) => ({ ...sound, decrypt: (port, passes) => sound.decrypt(port, passes.map((envelopes) => envelopes.map((bytes) => readdressed(bytes, plan.id, port)))) }) }) },
  { way: 'pads short payloads with zeros', caughtBy: 'damaged envelopes', scheme: primitivesOf((sound) => ({ load: (payload) => sound.load(padded(payload, sound)) })) },
  { way: 'accepts keys of any length', caughtBy: 'damaged envelopes', scheme: anyKey() },
  { way: 'crashes on a damaged payload', caughtBy: 'flipped bits', scheme: primitivesOf((sound) => ({ load: (payload) => { try { return sound.load(payload); } catch { throw new RangeError('index out of bounds'); } } })) }, // prettier-ignore
  { way: 'hangs on a damaged payload', caughtBy: 'flipped bits', scheme: hanging() },
  { way: 'loads keys that are not there', caughtBy: 'keys', scheme: keyless() },

  // What is secret.
  { way: 'weights in the client plan', caughtBy: 'client plan', scheme: cleartext('real', { compile: (compiled, circuits) => withPlan(compiled, { details: circuits.flatMap(({ nodes }) => nodes.flatMap((node) => (node.op === 'affine' ? [...node.matrix.values] : []))) }) }) },
  { way: 'a bias in the text of the client plan', caughtBy: 'client plan', scheme: cleartext('real', { compile: (compiled, circuits) => withPlan(compiled, { details: circuits.flatMap(({ nodes }) => nodes.flatMap((node) => (node.op === 'affine' ? [`bias ${Number(node.bias[0])}`] : []))) }) }) },
  { way: 'a plan whose id is not its digest', caughtBy: 'client plan', scheme: cleartext('real', { compile: (compiled) => ({ ...compiled, id: '0'.repeat(64), client: { ...compiled.client, id: '0'.repeat(64) } }) }) },
  { way: 'one mask for all clients of a plan', caughtBy: 'keys', scheme: masked({ maskSecret: (_secret, plan) => Buffer.from(plan.id) }) },
  { way: 'encrypts the same way every time', caughtBy: 'fresh encryptions', scheme: masked({ nonce: () => new Uint8Array(16) }) },
  { way: 'repeats itself after seven encryptions', caughtBy: 'fresh encryptions', scheme: masked({ nonce: (encryption) => new Uint8Array(16).fill(encryption % 7) }) },
  { way: 'the secret inside a key part', caughtBy: 'secret bytes', scheme: masked({ keys: (parts, secret, plan) => [...parts, { kind: 'extra', bytes: seal({ kind: 'key', plan: plan.id, name: 'extra', pass: 0, payload: secret }) }] }) },

  // What is freed.
  { way: 'keeps what was released', caughtBy: 'memory', scheme: cleartext('real', { evaluator: (sound) => { let released = 0; return { ...sound, release: (held) => { released++; sound.release(held); }, memory: () => ({ ...sound.memory(), objects: sound.memory().objects + released }) }; } }) }, // prettier-ignore
  { way: 'leaks one object per failed load', caughtBy: 'memory', scheme: cleartext('real', { evaluator: (sound) => { let failed = 0; return { ...sound, load: (...given) => sound.load(...given).catch((error: unknown) => { failed++; throw error; }), memory: () => ({ ...sound.memory(), objects: sound.memory().objects + failed }) }; } }) }, // prettier-ignore
  { way: 'leaks bytes and says no object is alive', caughtBy: 'memory', scheme: hoarding() },
  { way: 'a client that works after disposal', caughtBy: 'disposal', scheme: cleartext('real', { client: (sound) => ({ ...sound, [Symbol.asyncDispose]: () => Promise.resolve() }) }) },
  { way: 'an evaluator that tells its counts after disposal', caughtBy: 'disposal', scheme: cleartext('real', { evaluator: (sound) => ({ ...sound, counts: () => { try { return sound.counts(); } catch { return {}; } } }) }) }, // prettier-ignore
  { way: 'layer bundles outlive their event', caughtBy: 'layers', scheme: cleartext('real', { evaluator: (sound) => { let first: Awaited<ReturnType<typeof sound.load>> | null = null; return { ...sound, load: async (...given) => (first = await sound.load(...given)), run: (circuit, inputs, onLayer) => sound.run(circuit, inputs, onLayer && ((event) => onLayer({ ...event, value: first }))) }; } }) }, // prettier-ignore
];

function throwing(): HEScheme {
  const sound = cleartext('real');
  const operations = new Set(sound.operations);
  operations.delete('table');
  return {
    ...sound,
    operations,
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

/** Forgets what lies behind the length that the envelope says. */
function trimmed(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 46) return bytes;
  const payloadAt = 46 + view.getUint16(40, true);
  return bytes.length < payloadAt ? bytes : bytes.subarray(0, payloadAt + view.getUint32(payloadAt - 4, true));
}

/** Writes the address that is expected over the one that was sent. */
function readdressed(bytes: Uint8Array, plan: string, name: string): Uint8Array {
  if (bytes.length < 46) return bytes;
  const payloadAt = 46 + new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint16(40, true);
  return seal({ kind: 'ciphertext', plan, name, pass: 0, payload: bytes.subarray(payloadAt) });
}

function padded(payload: Uint8Array, sound: ClearPrimitives): Uint8Array {
  const bytes = new Uint8Array(sound.store(sound.load(payload.length % 8 === 0 ? fitting(payload, sound) : fitting(new Uint8Array(), sound))).length);
  bytes.set(payload.subarray(0, bytes.length));
  return bytes;
}
