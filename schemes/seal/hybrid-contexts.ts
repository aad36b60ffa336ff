/**
 * SEAL contexts for sets of several special primes.
 *
 * SEAL switches keys by the last prime of a chain alone, and encrypts modulo all the others. So keys of several special primes are
 * encryptions in a context whose last prime is one that nothing is encrypted with. Its tables take SEAL most of the time of making a
 * context, and grow with the square of the primes where every level has its own: ciphertexts have contexts of the levels of ports alone.
 *
 * @module
 */
import { createPrimes } from '../rlwe/numbers/primes.ts';
import type { RlweClientDetails, RlweParameters } from '../rlwe/program/program.ts';
import { dataPrimeCount, splitPrimes } from '../rlwe/program/special-primes.ts';
import { securityOf } from '../security.ts';
import { openContext, type Context } from './context.ts';
import type { EvaluatorLibrary } from './runtime.ts';
import type { Scope } from './scope.ts';

/** Bits of the prime that nothing is encrypted with: the fewest that suffice for N = 65536. */
const UNUSED_BITS = 20;
export const REQUIRED_SECURITY_BITS = 128;

/** A context, and where its primes stand in the chain of the whole set. */
export interface PartContext extends Context {
  readonly primesAt: readonly number[];
}

/**
 * For keys: encryptions in it are modulo all primes of the set. SEAL's own bound of 2018 counts the unused prime and knows no N = 65536;
 * the stricter one of `security.ts` is checked instead.
 * @throws EnigmarkError PARAMETERS_INSECURE, PARAMETERS_REFUSED
 */
export function createKeyContext(library: EvaluatorLibrary, scope: Scope, parameters: RlweParameters): PartContext {
  const primes = createPrimes(parameters.degree, parameters.modulus_bits);
  const modulus_log2 = primes.reduce((sum, prime) => sum + Math.log2(Number(prime)), 0);
  const { degree: dimension, id } = parameters;
  securityOf(
    [{ key: 'secret', problem: 'rlwe', dimension, modulus_log2, error_log2: null, secret: 'ternary' }],
    REQUIRED_SECURITY_BITS,
    id,
  );
  const [unused] = createPrimes(parameters.degree, [UNUSED_BITS]);
  const context = openContext(library, scope, 'ckks', parameters, [...primes, unused!], null, { everyLevel: false, isBounded: false });
  return { ...context, primesAt: primes.map((_, at) => at) };
}

/** For the key under an ephemeral secret: encryptions in it are modulo the first prime of either kind. @throws EnigmarkError PARAMETERS_REFUSED */
export function createEncapsulationContext(
  library: EvaluatorLibrary,
  scope: Scope,
  parameters: RlweParameters,
): Context & { readonly primes: readonly bigint[] } {
  const { data, special } = splitPrimes(parameters, createPrimes(parameters.degree, parameters.modulus_bits));
  const [unused] = createPrimes(parameters.degree, [UNUSED_BITS]);
  const primes = [data[0]!, special[0]!, unused!];
  const context = openContext(library, scope, 'ckks', parameters, primes, null, { everyLevel: false, isBounded: false });
  return { ...context, primes };
}

/** For ciphertexts of each number of data primes that ports stand at. @throws EnigmarkError PARAMETERS_REFUSED */
export function createLevelContexts(
  library: EvaluatorLibrary,
  scope: Scope,
  parameters: RlweParameters,
  { ports }: RlweClientDetails,
): readonly PartContext[] {
  const primes = createPrimes(parameters.degree, parameters.modulus_bits);
  const special = dataPrimeCount(parameters);
  const levels = new Set(Object.values(ports).map(({ limbs }) => limbs));
  return [...levels].map((limbs) => {
    const primesAt = [...primes.slice(0, limbs).keys(), special];
    const own = primesAt.map((at) => primes[at]!);
    return { ...openContext(library, scope, 'ckks', parameters, own, null, { everyLevel: false, isBounded: false }), primesAt };
  });
}
