/**
 * A client on node-seal, the same for every scheme: keys, encryption, decryption. Ciphertexts go up in SEAL's seeded
 * symmetric form (one polynomial and a seed) unless the plan asks for public-key encryption.
 *
 * @module
 */
import type { Ciphertext, Decryptor, Encryptor } from 'node-seal/allows';
import { open, openAny, seal } from '../envelope.ts';
import { EnigmarkError } from '../errors.ts';
import { expectValues, expectWidth, portOf } from '../ports.ts';
import type { PortPlace, RlweClientDetails, RlweParameters } from '../rlwe/program.ts';
import type { ClientPlan, HEClient } from '../scheme.ts';
import { expectPlace, loadCiphertext } from './ciphertext-wire.ts';
import { createContext, type SealScheme } from './context.ts';
import { integerEncoding, realEncoding } from './encoding.ts';
import { generateKeys } from './key-generation.ts';
import { clientInstance, guarded } from './runtime.ts';
import { Scope } from './scope.ts';

/** @throws EnigmarkError LIBRARY_UNUSABLE, PARAMETERS_REFUSED */
export async function createSealClient(scheme: SealScheme, plan: ClientPlan): Promise<HEClient> {
  const details = plan.details as RlweClientDetails;
  const { library, memory_bytes } = await clientInstance();
  const scope = new Scope();
  const context = createContext(library, scope, scheme, plan.parameters as RlweParameters, details.plainModulus);
  const encoding =
    scheme === 'ckks'
      ? realEncoding(library, scope, context, scope.own(new library.Evaluator(context.context)))
      : integerEncoding(library, scope, context);
  /** Overwritten by every encryption and decryption. */
  const plain = scope.own(new library.Plaintext());
  let keys: { readonly encryptor: Encryptor; readonly decryptor: Decryptor } | null = null;
  let disposed = false;

  function alive(): void {
    if (disposed)
      throw new EnigmarkError('DISPOSED', { expected: 'a live client', got: 'one that was disposed', remedy: 'make a new one' });
  }
  function withKeys(): { readonly encryptor: Encryptor; readonly decryptor: Decryptor } {
    alive();
    if (keys !== null) return keys;
    throw new EnigmarkError('NO_KEYS', { expected: 'keys', got: 'a client that has none yet', remedy: 'call generateKeys first' });
  }
  function encrypted(encryptor: Encryptor): Uint8Array {
    const ciphertext =
      plan.encryption === 'symmetric' ? encryptor.encryptSymmetricSerializable(plain) : encryptor.encryptSerializable(plain);
    try {
      return ciphertext.saveToArray(library.ComprModeType.none) as Uint8Array;
    } finally {
      ciphertext.delete();
    }
  }
  /** Runs `work` on a ciphertext of the wire and frees it. */
  function withCiphertext<R>(payload: Uint8Array, work: (ciphertext: Ciphertext) => R): R {
    const ciphertext = loadCiphertext(library, context, payload);
    try {
      return guarded('DECRYPTION_FAILED', 'a ciphertext that SEAL can decrypt', () => work(ciphertext));
    } finally {
      ciphertext.delete();
    }
  }

  return {
    async generateKeys() {
      alive();
      const generated = generateKeys(library, scope, context, details);
      keys = {
        encryptor: scope.own(new library.Encryptor(context.context, generated.public, generated.secret)),
        decryptor: scope.own(new library.Decryptor(context.context, generated.secret)),
      };
      return generated.evaluation.map(({ kind, payload }) => ({
        kind,
        bytes: seal({ kind: 'key', plan: plan.id, name: kind, pass: 0, payload }),
      }));
    },
    async encrypt(port, bundle, pass = 0) {
      const { encryptor } = withKeys();
      expectValues(portOf(plan.ports, port), port, bundle);
      const { limbs, scale } = placeOf(details, port);
      return bundle.map((values) => {
        encoding.encode(values, limbs, scale, plain);
        return seal({ kind: 'ciphertext', plan: plan.id, name: port, pass, payload: encrypted(encryptor) });
      });
    },
    async decrypt(port, passes) {
      const { decryptor } = withKeys();
      const { shape } = portOf(plan.ports, port);
      const envelopes = passes[0] ?? [];
      expectWidth(portOf(plan.ports, port), port, envelopes.length);
      return envelopes.map((bytes) =>
        withCiphertext(open(bytes, { kind: 'ciphertext', plan: plan.id, name: port, pass: 0 }), (ciphertext) => {
          expectPlace(ciphertext, placeOf(details, port), port);
          decryptor.decrypt(ciphertext, plain);
          return encoding.decode(plain).subarray(0, shape.rows * shape.columns);
        }),
      );
    },
    ...(scheme === 'ckks'
      ? {}
      : {
          async noise(bytes: Uint8Array) {
            const { decryptor } = withKeys();
            const { payload } = openAny(bytes, plan.id);
            return { margin_bits: withCiphertext(payload, (ciphertext) => decryptor.invariantNoiseBudget(ciphertext)) };
          },
        }),
    memory() {
      alive();
      return { bytes: memory_bytes(), method: 'wasm', objects: scope.size };
    },
    async [Symbol.asyncDispose]() {
      if (!disposed) scope[Symbol.dispose]();
      disposed = true;
    },
  };
}

function placeOf(details: RlweClientDetails, port: string): PortPlace {
  const place = details.ports[port];
  if (place === undefined) throw new Error(`the plan gives port '${port}' no level`);
  return place;
}
