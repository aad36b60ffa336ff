/**
 * A client's keys. The secret never leaves the scope of the client.
 *
 * @module
 */
import type { PublicKey, SecretKey } from 'node-seal/allows';
import type { RlweClientDetails } from '../rlwe/program.ts';
import type { Context } from './context.ts';
import type { ClientLibrary } from './runtime.ts';
import type { Scope } from './scope.ts';

export interface ClientKeys {
  readonly secret: SecretKey;
  readonly public: PublicKey;
  /** What the evaluator needs, in SEAL's seeded form: half the bytes. */
  readonly evaluation: readonly { readonly kind: 'relinearization' | 'galois'; readonly payload: Uint8Array }[];
}

export function generateKeys(library: ClientLibrary, scope: Scope, { context }: Context, details: RlweClientDetails): ClientKeys {
  using temporary = new DisposableStack();
  const drop = <T extends { delete(): void }>(object: T): T => temporary.adopt(object, (owned) => owned.delete());
  const generator = drop(new library.KeyGenerator(context));
  const evaluation: { kind: 'relinearization' | 'galois'; payload: Uint8Array }[] = [];
  const { none } = library.ComprModeType;
  if (details.relinearization) {
    evaluation.push({ kind: 'relinearization', payload: drop(generator.createRelinKeysSerializable()).saveToArray(none) as Uint8Array });
  }
  if (details.rotations.length > 0) {
    const keys = drop(generator.createGaloisKeysSerializableWithSteps(Int32Array.from(details.rotations)));
    evaluation.push({ kind: 'galois', payload: keys.saveToArray(none) as Uint8Array });
  }
  return { secret: scope.own(generator.secretKey()), public: scope.own(generator.createPublicKey()), evaluation };
}
