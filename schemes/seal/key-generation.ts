/**
 * A client's keys. The secret never leaves the scope of the client.
 *
 * @module
 */
import type { KeyGenerator, PublicKey, SecretKey } from 'node-seal/allows';
import type { RlweClientDetails } from '../rlwe/program/program.ts';
import type { Context } from './context.ts';
import type { ClientLibrary } from './runtime.ts';
import { Scope } from './scope.ts';
import { renamedSecret } from './serialization.ts';

export interface ClientKeys {
  readonly secret: SecretKey;
  readonly public: PublicKey;
  /** What the evaluator needs, in SEAL's seeded form: half the bytes. */
  readonly evaluation: readonly EvaluationKey[];
}

export interface EvaluationKey {
  readonly kind: 'relinearization' | 'galois';
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
): readonly ClientKeys[] {
  using temporary = new Scope();
  const first = temporary.own(new library.KeyGenerator(contexts[0]!.context));
  const original = scope.own(first.secretKey());
  return contexts.map((context, pass) => {
    const secret = pass === 0 ? original : scope.own(secretIn(library, context, original));
    const generator = pass === 0 ? first : temporary.own(new library.KeyGenerator(context.context, secret));
    const evaluation = pass === 0 || details.keysPerPass ? evaluationKeys(library, generator, details) : [];
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

function evaluationKeys(library: ClientLibrary, generator: KeyGenerator, details: RlweClientDetails): readonly EvaluationKey[] {
  using temporary = new Scope();
  const { none } = library.ComprModeType;
  const keys: EvaluationKey[] = [];
  if (details.relinearization) {
    const payload = temporary.own(generator.createRelinKeysSerializable()).saveToArray(none) as Uint8Array;
    keys.push({ kind: 'relinearization', payload });
  }
  if (details.rotations.length > 0) {
    const galois = temporary.own(generator.createGaloisKeysSerializableWithSteps(Int32Array.from(details.rotations)));
    keys.push({ kind: 'galois', payload: galois.saveToArray(none) as Uint8Array });
  }
  return keys;
}
