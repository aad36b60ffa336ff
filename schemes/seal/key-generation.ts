/**
 * A client's keys. The secret never leaves the scope of the client.
 *
 * @module
 */
import type { KeyGenerator, PublicKey, SecretKey } from 'node-seal/allows';
import type { RlweClientDetails, RlweParameters } from '../rlwe/program/program.ts';
import { keyShape, trimKeys } from '../rlwe/wire/trimmed-keys.ts';
import type { Context } from './context.ts';
import type { ClientLibrary } from './runtime.ts';
import { Scope } from './scope.ts';
import { renamedSecret } from './serialization.ts';

export interface ClientKeys {
  readonly secret: SecretKey;
  readonly public: PublicKey;
  /** What the evaluator needs, in SEAL's seeded form, which is half the bytes, and for the levels that it is used at. */
  readonly evaluation: readonly EvaluationKey[];
}

export interface EvaluationKey {
  readonly kind: 'relinearization' | 'galois' | 'encapsulation';
  readonly payload: Uint8Array;
}

/**
 * Keys for each pass, of one secret: it does not depend on the plaintext prime, only SEAL's name of the parameters does. Where the
 * evaluator's keys do not either, the first pass has them for all.
 */
export function generateKeys(
  library: ClientLibrary,
  scope: Scope,
  contexts: readonly Context[],
  details: RlweClientDetails,
  parameters: RlweParameters,
): readonly ClientKeys[] {
  using temporary = new Scope();
  const first = temporary.own(new library.KeyGenerator(contexts[0]!.context));
  const original = scope.own(first.secretKey());
  return contexts.map((context, pass) => {
    const secret = pass === 0 ? original : scope.own(secretIn(library, context, original));
    const generator = pass === 0 ? first : temporary.own(new library.KeyGenerator(context.context, secret));
    const evaluation = pass === 0 || details.keysPerPass ? evaluationKeys(library, generator, details, parameters) : [];
    return { secret, public: scope.own(generator.createPublicKey()), evaluation };
  });
}

/** The same secret under the name of another context's parameters. */
function secretIn(library: ClientLibrary, context: Context, secret: SecretKey): SecretKey {
  const bytes = secret.saveToArray(library.ComprModeType.none) as Uint8Array;
  const copy = new library.SecretKey();
  copy.loadFromArray(context.context, renamedSecret(bytes, context.keyId()));
  return copy;
}

function evaluationKeys(
  library: ClientLibrary,
  generator: KeyGenerator,
  { keys }: RlweClientDetails,
  { degree, modulus_bits }: RlweParameters,
): readonly EvaluationKey[] {
  using temporary = new Scope();
  const { none } = library.ComprModeType;
  const made: EvaluationKey[] = [];
  const send = (kind: 'relinearization' | 'galois', whole: Uint8Array): void => {
    made.push({ kind, payload: trimKeys(whole, keyShape(kind, keys, degree, modulus_bits.length)) });
  };
  if (keys.relinearization > 0) {
    send('relinearization', temporary.own(generator.createRelinKeysSerializable()).saveToArray(none) as Uint8Array);
  }
  if (keys.rotations.length > 0) {
    const steps = Int32Array.from(keys.rotations, ([by]) => by);
    send('galois', temporary.own(generator.createGaloisKeysSerializableWithSteps(steps)).saveToArray(none) as Uint8Array);
  }
  return made;
}
