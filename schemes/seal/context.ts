/**
 * Parameters to a SEAL context, checked against what `compile` assumed.
 *
 * @module
 */
import type { ParmsIdType, SEALContext } from 'node-seal/allows';
import { EnigmarkError } from '../errors.ts';
import { createPrimes } from '../rlwe/numbers/primes.ts';
import type { RlweParameters } from '../rlwe/program/program.ts';
import { guarded, type EvaluatorLibrary } from './runtime.ts';
import type { Scope } from './scope.ts';
import type { Ring } from './serialization.ts';

export type SealScheme = 'ckks' | 'bfv' | 'bgv';

export interface Context {
  readonly context: SEALContext;
  readonly ring: Ring;
  /** Data primes of the whole chain. */
  readonly limbs: number;
  /** SEAL's name of the whole chain, as bytes. */
  keyId(): Uint8Array;
  /** SEAL's name of the level with that many data primes. */
  parmsId(limbs: number): ParmsIdType;
}

/**
 * The objects live in `scope`. SEAL checks its own security bound of 2018 as well; sets named `insecure-` go without.
 * @throws EnigmarkError PARAMETERS_REFUSED where SEAL refuses the parameters or picks other primes than `createPrimes`.
 */
export function createContext(
  library: EvaluatorLibrary,
  scope: Scope,
  scheme: SealScheme,
  parameters: RlweParameters,
  plainModulus: string | null,
): Context {
  using temporary = new DisposableStack();
  const drop = <T extends { delete(): void }>(object: T): T => temporary.adopt(object, (owned) => owned.delete());
  const { degree, modulus_bits } = parameters;
  const chain = drop(
    guarded('PARAMETERS_REFUSED', 'a ring and primes that SEAL knows', () =>
      library.CoeffModulus.Create(degree, Int32Array.from(modulus_bits)),
    ),
  );
  const expected = createPrimes(degree, modulus_bits);
  const chosen = modulus_bits.map((_, at) => drop(chain.get(at)!).value());
  if (chosen.some((prime, at) => prime !== expected[at])) throw refused(parameters, `the primes ${chosen.join(', ')}`);
  return openContext(library, scope, scheme, parameters, chosen, plainModulus, {
    everyLevel: true,
    isBounded: !parameters.id.startsWith('insecure-'),
  });
}

interface ContextOptions {
  /** Whether it has all levels, or the first one alone. */
  readonly everyLevel: boolean;
  /** Whether SEAL checks its security bound. */
  readonly isBounded: boolean;
}

/** A context on the ring of `parameters` with these primes. @throws EnigmarkError PARAMETERS_REFUSED */
export function openContext(
  library: EvaluatorLibrary,
  scope: Scope,
  scheme: SealScheme,
  parameters: RlweParameters,
  primes: readonly bigint[],
  plainModulus: string | null,
  { everyLevel, isBounded }: ContextOptions,
): Context {
  using temporary = new DisposableStack();
  const drop = <T extends { delete(): void }>(object: T): T => temporary.adopt(object, (owned) => owned.delete());
  const { degree } = parameters;
  const encryption = drop(new library.EncryptionParameters(library.SchemeType[scheme]));
  const chain = drop(new library.VectorModulus());
  for (const prime of primes) chain.push_back(drop(new library.Modulus(prime)));
  encryption.setPolyModulusDegree(degree);
  encryption.setCoeffModulus(chain);
  if (plainModulus !== null) encryption.setPlainModulus(drop(new library.Modulus(BigInt(plainModulus))));
  const level = isBounded ? library.SecLevelType.tc128 : library.SecLevelType.none;
  const context = scope.own(new library.SEALContext(encryption, everyLevel, level));
  if (!context.parametersSet()) throw refused(parameters, 'a context without parameters');

  const ids = new Map<number, ParmsIdType>();
  let data = scope.own(context.firstContextData());
  // SEAL ends the chain early where a level would be smaller than the plaintext modulus, so that the index of a level does not tell its
  // number of primes.
  const top = context.usingKeyswitching() ? primes.length - 1 : primes.length;
  // At the end of the chain nextContextData() does not return null.
  for (let limbs = top; ; limbs--) {
    ids.set(limbs, scope.own(data.parmsId()));
    if (data.chainIndex() === 0) break;
    data = scope.own(data.nextContextData());
  }
  return {
    context,
    ring: { degree, primes: primes.length },
    limbs: top,
    keyId: () => bytesOf(context.keyParmsId()),
    parmsId(limbs) {
      const id = ids.get(limbs);
      if (id === undefined) throw refused(parameters, `a level of ${limbs} primes`);
      return id;
    },
  };
}

/** A name of parameters as it stands on the wire; the object is freed. */
function bytesOf(id: ParmsIdType): Uint8Array {
  using temporary = new DisposableStack();
  return idBytes(temporary.adopt(id, (owned) => owned.delete()));
}

/** A name of parameters as it stands on the wire. */
export function idBytes(id: ParmsIdType): Uint8Array {
  return new Uint8Array(BigUint64Array.from(id.values() as BigUint64Array).buffer);
}

function refused(parameters: RlweParameters, got: string): EnigmarkError {
  return new EnigmarkError('PARAMETERS_REFUSED', {
    expected: `a SEAL context for N = ${parameters.degree} and primes of ${parameters.modulus_bits.join(', ')} bits`,
    got,
    remedy: 'take a set that SEAL accepts',
  });
}
