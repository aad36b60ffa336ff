/**
 * For tests: adapters that tell secrets, or keep what they should free.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import type { Circuit } from '../../circuit.ts';
import { seal } from '../../envelope.ts';
import type { HEScheme, Held } from '../../scheme.ts';
import { withCompiled, withDetails, type BrokenAdapter } from './broken-adapter.fixture.ts';
import { cleartext, masked } from '../toy.fixture.ts';

/** The matrices and biases of affine nodes. */
function weightsOf(circuits: readonly Circuit[]): readonly number[] {
  return circuits.flatMap(({ nodes }) =>
    nodes.flatMap((node) => (node.op === 'affine' ? [...node.matrix.values, ...Array.from<number | bigint>(node.bias).map(Number)] : [])),
  );
}

export const toldSecrets: readonly BrokenAdapter[] = [
  {
    way: 'weights in the client plan',
    caughtBy: 'client plan',
    scheme: withCompiled((compiled, circuits) => withDetails(compiled, { tuning: weightsOf(circuits) })),
  },
  {
    way: 'weights as single floats in the client plan',
    caughtBy: 'client plan',
    scheme: withCompiled((compiled, circuits) => withDetails(compiled, Float32Array.from(weightsOf(circuits)))),
  },
  {
    way: 'weights in the text of the client plan',
    caughtBy: 'client plan',
    scheme: withCompiled((compiled, circuits) => withDetails(compiled, `model: ${weightsOf(circuits).join(' ')}`)),
  },
  {
    way: 'a plan whose id is not its digest',
    caughtBy: 'client plan',
    scheme: withCompiled((compiled) => ({ ...compiled, id: '0'.repeat(64), client: { ...compiled.client, id: '0'.repeat(64) } })),
  },
  {
    way: 'one secret for all clients of a plan',
    caughtBy: 'keys',
    scheme: masked({ maskSecret: (_secret, plan) => Buffer.from(plan.id) }),
  },
  { way: 'encrypts the same way every time', caughtBy: 'fresh encryptions', scheme: masked({ nonce: () => new Uint8Array(16) }) },
  {
    way: 'repeats its randomness after seven encryptions',
    caughtBy: 'fresh encryptions',
    scheme: masked({ nonce: (encryption) => new Uint8Array(16).fill(encryption % 7) }),
  },
  {
    way: 'takes no exported secret up',
    caughtBy: 'kept secrets',
    scheme: masked({ manifest: { createClient: (plan) => masked().createClient(plan) } }),
  },
  {
    way: 'keys of one plan only, and a secret for all',
    caughtBy: 'kept secrets',
    scheme: masked({ maskSecret: (secret, plan) => createHash('sha512').update(secret).update(plan.id).digest() }),
  },
  {
    way: 'the secret inside a key part',
    caughtBy: 'secret bytes',
    scheme: masked({
      keys: (parts, secret, plan) => [
        ...parts,
        { kind: 'cache', bytes: seal({ kind: 'key', plan: plan.id, name: 'cache', pass: 0, payload: secret }) },
      ],
    }),
  },
];

/** Objects that the evaluator says are alive, with some more. */
function withMoreObjects(
  more: (sound: Awaited<ReturnType<HEScheme['createEvaluator']>>) => {
    readonly evaluator: Partial<typeof sound>;
    readonly objects: () => number;
  },
): HEScheme {
  return cleartext('real', {
    evaluator(sound) {
      const { evaluator, objects } = more(sound);
      return { ...sound, ...evaluator, memory: () => ({ ...sound.memory(), objects: sound.memory().objects + objects() }) };
    },
  });
}

function releasingNothing(): HEScheme {
  return withMoreObjects((sound) => {
    let released = 0;
    const release = (held: Held): void => {
      sound.release(held);
      released++;
    };
    return { evaluator: { release }, objects: () => released };
  });
}

function leakingOnFailure(): HEScheme {
  return withMoreObjects((sound) => {
    let failed = 0;
    const load: typeof sound.load = (...given) =>
      sound.load(...given).catch((error: unknown) => {
        failed++;
        throw error;
      });
    return { evaluator: { load }, objects: () => failed };
  });
}

/** Keeps a copy of everything that is sent. */
function hoarding(): HEScheme {
  return cleartext('real', {
    evaluator(sound) {
      const hoard: Uint8Array[] = [];
      return {
        ...sound,
        load(port, envelopes, pass) {
          hoard.push(...envelopes.map((bytes) => bytes.slice()));
          return sound.load(port, envelopes, pass);
        },
      };
    },
  });
}

/** Gives the first bundle that was loaded out as every layer's value. */
function wrongLayers(): HEScheme {
  return cleartext('real', {
    evaluator(sound) {
      let first: Held | null = null;
      return {
        ...sound,
        async load(...given) {
          const held = await sound.load(...given);
          first ??= held;
          return held;
        },
        run: (circuit, inputs, onLayer) =>
          sound.run(circuit, inputs, onLayer && ((event) => onLayer({ ...event, layer: 'all', value: first }))),
      };
    },
  });
}

export const keptMemory: readonly BrokenAdapter[] = [
  { way: 'keeps what was released', caughtBy: 'memory', scheme: releasingNothing() },
  { way: 'leaks an object where a load fails', caughtBy: 'memory', scheme: leakingOnFailure() },
  { way: 'leaks bytes and says that no object is alive', caughtBy: 'memory', scheme: hoarding() },
  {
    way: 'a client that works after disposal',
    caughtBy: 'disposal',
    scheme: cleartext('real', { client: (sound) => ({ ...sound, [Symbol.asyncDispose]: () => Promise.resolve() }) }),
  },
  {
    way: 'an evaluator that tells its counts after disposal',
    caughtBy: 'disposal',
    scheme: cleartext('real', {
      evaluator(sound) {
        let last = sound.counts();
        return {
          ...sound,
          counts() {
            try {
              last = sound.counts();
            } catch {
              // Keeps what it said before.
            }
            return last;
          },
        };
      },
    }),
  },
  { way: 'tells layers that are not the circuit’s', caughtBy: 'layers', scheme: wrongLayers() },
];
