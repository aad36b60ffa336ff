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
import { specialPrimeCount } from '../rlwe/program/special-primes.ts';
import type { ClientPlan, HEClient, KeyPart } from '../scheme.ts';
import { expectPlace, loadCiphertext } from './ciphertext-wire.ts';
import { type Context, createContext, type SealScheme } from './context.ts';
import { type Encoding, integerEncoding, realEncoding } from './encoding.ts';
import { createLevelContexts } from './hybrid-contexts.ts';
import { generateHybridKeys } from './hybrid-keys.ts';
import { generateKeys } from './key-generation.ts';
import { type ClientLibrary, clientInstance, guarded } from './runtime.ts';
import { madeIn, Scope } from './scope.ts';

/** A key of an adapter's own, which is made of the secret. */
export interface OwnKey {
  readonly kind: string;
  /** @param exportSecret Gives SEAL's bytes of the secret key, which are the maker's to overwrite. */
  readonly make: (exportSecret: () => Uint8Array) => Uint8Array;
}

/**
 * @param ownKeys Besides those of SEAL.
 * @throws EnigmarkError LIBRARY_UNUSABLE, PARAMETERS_REFUSED
 */
export async function createSealClient(scheme: SealScheme, plan: ClientPlan, ownKeys: readonly OwnKey[] = []): Promise<HEClient> {
  const details = plan.details as RlweClientDetails;
  const { library, memory_bytes } = await clientInstance();
  const scope = new Scope();
  const parameters = plan.parameters as RlweParameters;
  const levels = specialPrimeCount(parameters) > 1 ? madeIn(scope, () => createLevelContexts(library, scope, parameters, details)) : null;
  const sides = madeIn(scope, () => {
    const contexts = levels ?? passContexts(library, scope, scheme, parameters, details);
    return contexts.map((context, at): Side => ({ context, encoding: encodingIn(library, scope, context, details.plainModuli[at]) }));
  });
  const passes = Math.max(1, details.plainModuli.length);
  const remainders = new Remainders(details.plainModuli.map(BigInt));
  /** Overwritten by every encryption and decryption. */
  const plain = scope.own(new library.Plaintext());
  let keys: readonly SideKeys[] | null = null;
  let disposed = false;

  const alive = (): void => expectLive(disposed, 'client');
  /** Which side a port's ciphertexts of a pass belong to. */
  function sideOf(port: string, pass: number): number {
    portOf(plan.ports, port);
    if (levels === null || pass > 0) return pass;
    const { limbs } = placeOf(details, port);
    return levels.findIndex((level) => level.limbs === limbs);
  }
  function withKeys(side: number): SideKeys & Side {
    alive();
    return { ...passOf(sides, side), ...passOf(expectKeys(keys), side) };
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
  function withCiphertext<R>(side: number, payload: Uint8Array, work: (ciphertext: Ciphertext) => R): R {
    const ciphertext = loadCiphertext(library, passOf(sides, side).context, payload);
    try {
      return guarded('DECRYPTION_FAILED', 'a ciphertext that SEAL can decrypt', () => work(ciphertext));
    } finally {
      ciphertext.delete();
    }
  }

  return {
    async generateKeys() {
      alive();
      const generated =
        levels === null
          ? generateKeys(
              library,
              scope,
              sides.map(({ context }) => context),
              details,
              parameters,
            )
          : generateHybridKeys(library, scope, levels, parameters, details);
      keys = generated.map(({ secret, public: publicKey }, at) => {
        const { context } = sides[at]!.context;
        return {
          encryptor: scope.own(new library.Encryptor(context, publicKey, secret)),
          decryptor: scope.own(new library.Decryptor(context, secret)),
        };
      });
      const sealed = (kind: string, payload: Uint8Array, pass: number): KeyPart => ({
        kind,
        bytes: seal({ kind: 'key', plan: plan.id, name: kind, pass, payload }),
      });
      const exportSecret = (): Uint8Array => generated[0]!.secret.saveToArray(library.ComprModeType.none) as Uint8Array;
      return [
        ...generated.flatMap(({ evaluation }, pass) => evaluation.map(({ kind, payload }) => sealed(kind, payload, pass))),
        ...ownKeys.map(({ kind, make }) => sealed(kind, make(exportSecret), 0)),
      ];
    },
    async encrypt(port, bundle, pass = 0) {
      const { encryptor, encoding } = withKeys(sideOf(port, pass));
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
      expectPasses(received.length, passes, port);
      for (const envelopes of received) expectWidth(portOf(plan.ports, port), port, envelopes.length);
      const decrypted = (pass: number, bytes: Uint8Array): Plaintext =>
        withCiphertext(sideOf(port, pass), open(bytes, { kind: 'ciphertext', plan: plan.id, name: port, pass }), (ciphertext) => {
          expectPlace(ciphertext, placeOf(details, port), port);
          withKeys(sideOf(port, pass)).decryptor.decrypt(ciphertext, plain);
          return plain;
        });
      const countable = Math.max(-type.min, type.max) <= Number.MAX_SAFE_INTEGER;
      return received[0]!.map((first, index) => {
        const ofPass: BigInt64Array[] = [];
        for (let pass = 0; pass < passes; pass++) {
          const { encoding } = sides[sideOf(port, pass)]!;
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

/** What is encoded and checked modulo one plaintext prime, or at one level of a set of several special primes. */
interface Side {
  readonly context: Context;
  readonly encoding: Encoding;
}

interface SideKeys {
  readonly encryptor: Encryptor;
  readonly decryptor: Decryptor;
}

/** One for each pass. */
function passContexts(
  library: ClientLibrary,
  scope: Scope,
  scheme: SealScheme,
  parameters: RlweParameters,
  { plainModuli }: RlweClientDetails,
): readonly Context[] {
  const moduli = scheme === 'ckks' ? [null] : plainModuli;
  return moduli.map((prime) => createContext(library, scope, scheme, parameters, prime));
}

/** Of integers modulo a plaintext prime; of real numbers without one. */
function encodingIn(library: ClientLibrary, scope: Scope, context: Context, plainModulus: string | undefined): Encoding {
  if (plainModulus !== undefined) return integerEncoding(library, scope, context, BigInt(plainModulus));
  return realEncoding(library, scope, context, scope.own(new library.Evaluator(context.context)));
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
