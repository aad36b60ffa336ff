/**
 * A client on node-seal, the same for every scheme: keys, encryption, decryption, each modulo every plaintext prime. Ciphertexts are sent
 * in SEAL's seeded symmetric form (one polynomial and a seed) unless the plan asks for public-key encryption.
 *
 * @module
 */
import type { Ciphertext, Decryptor, Encryptor, Plaintext } from 'node-seal/allows';
import { open, openAny, seal } from '../envelope.ts';
import { EnigmarkError } from '../errors.ts';
import { expectKeys, expectLive } from '../guards.ts';
import { expectValues, expectWidth, portOf } from '../ports.ts';
import { passOf } from '../rlwe/program/passes.ts';
import { Remainders } from '../rlwe/numbers/remainders.ts';
import type { PortPlace, RlweClientDetails, RlweParameters } from '../rlwe/program/program.ts';
import type { ClientPlan, HEClient } from '../scheme.ts';
import { expectPlace, loadCiphertext } from './ciphertext-wire.ts';
import { type Context, createContext, type SealScheme } from './context.ts';
import { type Encoding, integerEncoding, realEncoding } from './encoding.ts';
import { generateKeys } from './key-generation.ts';
import { type ClientLibrary, clientInstance, guarded } from './runtime.ts';
import { madeIn, Scope } from './scope.ts';

/** @throws EnigmarkError LIBRARY_UNUSABLE, PARAMETERS_REFUSED */
export async function createSealClient(scheme: SealScheme, plan: ClientPlan): Promise<HEClient> {
  const details = plan.details as RlweClientDetails;
  const { library, memory_bytes } = await clientInstance();
  const scope = new Scope();
  const passes = madeIn(scope, () => passesOf(library, scope, scheme, plan.parameters as RlweParameters, details));
  const remainders = new Remainders(details.plainModuli.map(BigInt));
  /** Overwritten by every encryption and decryption. */
  const plain = scope.own(new library.Plaintext());
  let keys: readonly PassKeys[] | null = null;
  let disposed = false;

  const alive = (): void => expectLive(disposed, 'client');
  function withKeys(pass: number): PassKeys & Pass {
    alive();
    return { ...passOf(passes, pass), ...passOf(expectKeys(keys), pass) };
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
  function withCiphertext<R>(pass: number, payload: Uint8Array, work: (ciphertext: Ciphertext) => R): R {
    const ciphertext = loadCiphertext(library, passOf(passes, pass).context, payload);
    try {
      return guarded('DECRYPTION_FAILED', 'a ciphertext that SEAL can decrypt', () => work(ciphertext));
    } finally {
      ciphertext.delete();
    }
  }

  return {
    async generateKeys() {
      alive();
      const generated = generateKeys(
        library,
        scope,
        passes.map(({ context }) => context),
        details,
        plan.parameters as RlweParameters,
      );
      keys = generated.map(({ secret, public: publicKey }, pass) => {
        const { context } = passes[pass]!.context;
        return {
          encryptor: scope.own(new library.Encryptor(context, publicKey, secret)),
          decryptor: scope.own(new library.Decryptor(context, secret)),
        };
      });
      return generated.flatMap(({ evaluation }, pass) =>
        evaluation.map(({ kind, payload }) => ({ kind, bytes: seal({ kind: 'key', plan: plan.id, name: kind, pass, payload }) })),
      );
    },
    async encrypt(port, bundle, pass = 0) {
      const { encryptor, encoding } = withKeys(pass);
      expectValues(portOf(plan.ports, port), port, bundle);
      const { limbs, scale } = placeOf(details, port);
      return bundle.map((values) => {
        encoding.encode(values, limbs, scale, plain);
        return seal({ kind: 'ciphertext', plan: plan.id, name: port, pass, payload: encrypted(encryptor) });
      });
    },
    async decrypt(port, received) {
      withKeys(0);
      const { shape, type } = portOf(plan.ports, port);
      const slots = shape.rows * shape.columns;
      expectPasses(received.length, passes.length, port);
      for (const envelopes of received) expectWidth(portOf(plan.ports, port), port, envelopes.length);
      const decrypted = (pass: number, bytes: Uint8Array): Plaintext =>
        withCiphertext(pass, open(bytes, { kind: 'ciphertext', plan: plan.id, name: port, pass }), (ciphertext) => {
          expectPlace(ciphertext, placeOf(details, port), port);
          withKeys(pass).decryptor.decrypt(ciphertext, plain);
          return plain;
        });
      const countable = Math.max(-type.min, type.max) <= Number.MAX_SAFE_INTEGER;
      return received[0]!.map((first, index) => {
        const ofPass: BigInt64Array[] = [];
        for (const [pass, { encoding }] of passes.entries()) {
          if (encoding.kind === 'real') return encoding.decode(decrypted(0, first)).subarray(0, slots);
          ofPass.push(encoding.decode(decrypted(pass, received[pass]![index]!)).subarray(0, slots));
        }
        if (countable && ofPass.length === 1) return Float64Array.from(ofPass[0]!, Number);
        const joined = remainders.joined(ofPass);
        return countable ? Float64Array.from(joined, Number) : joined;
      });
    },
    ...(scheme === 'ckks'
      ? {}
      : {
          async noise(bytes: Uint8Array) {
            withKeys(0);
            const { payload, pass } = openAny(bytes, plan.id);
            const { decryptor } = withKeys(pass);
            return { margin_bits: withCiphertext(pass, payload, (ciphertext) => decryptor.invariantNoiseBudget(ciphertext)) };
          },
        }),
    memory() {
      alive();
      return { reserved_bytes: memory_bytes(), live_bytes: null, buffers_bytes: 0, objects: scope.size };
    },
    async [Symbol.asyncDispose]() {
      if (!disposed) scope[Symbol.dispose]();
      disposed = true;
    },
  };
}

/** What is encoded and checked modulo one plaintext prime. */
interface Pass {
  readonly context: Context;
  readonly encoding: Encoding;
}

interface PassKeys {
  readonly encryptor: Encryptor;
  readonly decryptor: Decryptor;
}

function passesOf(
  library: ClientLibrary,
  scope: Scope,
  scheme: SealScheme,
  parameters: RlweParameters,
  { plainModuli }: RlweClientDetails,
): readonly Pass[] {
  if (scheme === 'ckks') {
    const context = createContext(library, scope, scheme, parameters, null);
    return [{ context, encoding: realEncoding(library, scope, context, scope.own(new library.Evaluator(context.context))) }];
  }
  return plainModuli.map((prime) => {
    const context = createContext(library, scope, scheme, parameters, prime);
    return { context, encoding: integerEncoding(library, scope, context, BigInt(prime)) };
  });
}

/** @throws EnigmarkError WRONG_PASSES where there is not one bundle for each pass of a port */
function expectPasses(received: number, passes: number, port: string): void {
  if (received === passes) return;
  throw new EnigmarkError('WRONG_PASSES', {
    expected: `${passes} bundles for '${port}', one for each plaintext prime`,
    got: `${received}`,
    remedy: 'decrypt what all passes gave, in order',
  });
}

function placeOf(details: RlweClientDetails, port: string): PortPlace {
  const place = details.ports[port];
  if (place === undefined) throw new Error(`the plan gives port '${port}' no level`);
  return place;
}
