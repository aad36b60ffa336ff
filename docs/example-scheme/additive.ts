/**
 * A whole scheme in one file, to begin from: replace what is marked REPLACE by calls of your library, and run the suite after each part.
 *
 * It adds under encryption (Castelluccia, Mykletun and Tsudik, 2005): a number is hidden by adding a random one modulo 2^64, which the
 * client makes of its secret and a nonce. A sum carries the nonces of its summands, so it grows with them: an example, no more.
 *
 * @module
 */
import { createHmac, randomBytes } from 'node:crypto';
import * as enigmark from 'enigmark';
import type { Circuit, ClientPlan, Compiled, HEClient, HEScheme, Primitives, Refusal, Requirement } from 'enigmark';

/** REPLACE. A ciphertext: how often the random number of each nonce was added; under the nonce HIDDEN stands the sum itself. */
type Ciphertext = ReadonlyMap<string, bigint>;

const BITS = 64;
const TERM_BYTES = 24;
const TERM = /(.{32})(.{16})/g;
const HIDDEN = '0'.repeat(32);

/** REPLACE. What the evaluator does, on single ciphertexts. Every operation returns a new one and leaves its inputs alone. */
const primitives: Primitives<Ciphertext, bigint> = {
  load: parseCiphertext,
  store: serializeCiphertext,
  // Free what your library holds for a ciphertext. Here the garbage collector does.
  release: () => undefined,
  add: (a, b) => combine(a, b, 1n),
  subtract: (a, b) => combine(a, b, -1n),
  // The numbers of all slots. Here there is one.
  encode: (values) => BigInt(values[0] ?? 0),
  addPlain: (c, plain) => combine(c, new Map([[HIDDEN, plain]]), 1n),
  multiplyPlain: (c, plain) => new Map([...c].map(([nonce, times]) => [nonce, BigInt.asUintN(BITS, times * plain)])),
  bytesOf: (held) => (typeof held === 'bigint' ? BITS / 8 : held.size * TERM_BYTES),
  memory: () => ({ reserved_bytes: 0, live_bytes: 0, buffers_bytes: 0, objects: 0 }),
  dispose: () => undefined,
};

export const scheme: HEScheme = {
  id: 'additive',
  scheme: 'additive',
  library: { name: 'node:crypto', version: process.versions.node, kernels: ['library'] },
  // 'partial': additions alone; 'leveled': a limited number of multiplications; 'full': any number.
  family: 'partial',
  arithmetic: 'integer',
  operations: new Set(['input', 'add', 'subtract', 'addPlain', 'affine', 'pick'] as const),
  shapes: [{ rows: 1, columns: 1 }],
  parameterSets: { modulus64: { id: 'modulus64' } },
  compile,
  createClient: async (plan, options) => createClient(plan, options?.secret),
  // From bytes that hold no secret. This scheme needs no keys there; yours would be the second argument.
  createEvaluator: async (compiled) => enigmark.interpret(compiled, primitives),
};

/** Circuits to a plan, or the reason why not. Pure: equal questions have equal answers, and the library is not asked. */
function compile(circuits: readonly Circuit[], need: Requirement): Compiled | Refusal {
  const { parameters: set_id = 'modulus64' } = need;
  const parameters = scheme.parameterSets[set_id];
  if (parameters === undefined) return enigmark.unknownParameters(set_id, scheme.parameterSets);
  const unclaimed = enigmark.unclaimedOperation(circuits, scheme.operations);
  if (unclaimed !== null) return unclaimed;
  const types = circuits.flatMap(({ nodes }) => nodes.map(({ type }) => type));
  if (types.some(({ step }) => step === null)) return enigmark.refuse('INTEGERS_REQUIRED', 'a circuit has real values');
  const widest = Math.max(0, ...types.map(({ min, max }) => Math.max(-min, max)));
  if (widest >= 2 ** (BITS - 1)) return enigmark.refuse('RANGE_TOO_LARGE', `values up to ${widest} need more than ${BITS} bits`);
  const inputs = circuits.flatMap(({ nodes }) => nodes.filter(({ op }) => op === 'input')).reduce((sum, { type }) => sum + type.width, 0);
  // At worst every ciphertext carries every nonce.
  const sum_bytes = (1 + inputs) * TERM_BYTES;
  const peak_bytes = sum_bytes * types.reduce((sum, { width }) => sum + width, 0);
  if (peak_bytes > need.memory_bytes) return enigmark.refuse('MEMORY_EXCEEDED', `${peak_bytes} bytes, ${need.memory_bytes} are allowed`);
  return enigmark.interpretedPlan(circuits, need, {
    scheme: scheme.id,
    parameters,
    // REPLACE. One entry for each key: problem, dimension, modulus. Without one the tables say that nothing is hidden.
    hardness: [],
    keys: {},
    hasAffine: false,
    peak_bytes,
    correctness: () => ({ kind: 'exact', failure_log2: null }),
    bytesOf: ({ type }, way) => type.width * (way === 'up' ? 2 * TERM_BYTES : sum_bytes),
  });
}

/** REPLACE. The side that has the secret. `kept` is what `exportSecret` gave, for --key-cache. */
function createClient(plan: ClientPlan, kept?: Uint8Array): HEClient {
  let secret: Uint8Array | null = kept ?? null;
  let isDisposed = false;
  const alive = (): void => enigmark.expectLive(isDisposed, 'client');
  const key = (): Uint8Array => (alive(), enigmark.expectKeys(secret));
  const envelope = (name: string) => ({ kind: 'ciphertext', plan: plan.id, name, pass: 0 }) as const;
  return {
    async generateKeys() {
      alive();
      secret ??= randomBytes(32);
      return [];
    },
    async encrypt(name, bundle) {
      const hiding = key();
      enigmark.expectValues(enigmark.portOf(plan.ports, name), name, bundle);
      return bundle.map((values) => {
        const nonce = randomBytes(16).toString('hex');
        const ciphertext = combine(new Map([[nonce, 1n]]), new Map([[HIDDEN, BigInt(values[0] ?? 0) + randomNumber(hiding, nonce)]]), 1n);
        return enigmark.seal({ ...envelope(name), payload: serializeCiphertext(ciphertext) });
      });
    },
    async decrypt(name, [envelopes = []]) {
      const hiding = key();
      enigmark.expectWidth(enigmark.portOf(plan.ports, name), name, envelopes.length);
      return envelopes.map((bytes) => {
        let sum = 0n;
        for (const [nonce, times] of parseCiphertext(enigmark.open(bytes, envelope(name))))
          sum += nonce === HIDDEN ? times : -times * randomNumber(hiding, nonce);
        return [BigInt.asIntN(BITS, sum)];
      });
    },
    exportSecret: async () => key(),
    memory: () => (alive(), primitives.memory()),
    async [Symbol.asyncDispose]() {
      isDisposed = true;
    },
  };
}

function combine(a: Ciphertext, b: Ciphertext, sign: bigint): Ciphertext {
  const sum = new Map(a);
  for (const [nonce, times] of b) sum.set(nonce, BigInt.asUintN(BITS, (sum.get(nonce) ?? 0n) + sign * times));
  return sum;
}

function randomNumber(secret: Uint8Array, nonce: string): bigint {
  return createHmac('sha256', secret).update(nonce).digest().readBigUInt64LE();
}

/** Nonces with their numbers, HIDDEN last, so that a part of a ciphertext is known for one. */
function serializeCiphertext(ciphertext: Ciphertext): Uint8Array {
  const terms = [...ciphertext].toSorted().map(([nonce, times]) => nonce + times.toString(16).padStart(16, '0'));
  return Buffer.from(terms.toReversed().join(''), 'hex');
}

/** Bytes come from the other side: everything about them is checked. */
function parseCiphertext(payload: Uint8Array): Ciphertext {
  const terms = [...Buffer.from(payload).toString('hex').matchAll(TERM)];
  if (payload.length !== terms.length * TERM_BYTES || terms.at(-1)?.[1] !== HIDDEN) {
    const got = `${payload.length} bytes without it`;
    throw new enigmark.EnigmarkError('CIPHERTEXT_DAMAGED', { expected: 'the hidden number last', got, remedy: 'send it again' });
  }
  return new Map(terms.map(([, nonce, times]) => [nonce!, BigInt(`0x${times}`)]));
}
