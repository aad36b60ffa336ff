/**
 * The errors that CKKS operations add.
 *
 * @module
 */
import { digitCount } from '../rlwe/program/special-primes.ts';
import { even, type Deviation } from './deviation.ts';

const ERROR_DEVIATION = 3.2;

/** Errors as deviations in a slot, times the scale. */
export interface ErrorModel {
  readonly fresh: number;
  /** Rounding of an encoded vector; a constant only rounds its one coefficient. */
  readonly encoding: number;
  readonly constant: number;
  readonly division: Deviation;
  readonly keySwitch: (limbs: number) => Deviation;
  /** Of values, in real numbers; absent: the set does not bootstrap. */
  readonly bootstrap?: BootstrapError;
}

/** What a bootstrap is off, of values of which none is larger than `range` and which are read at `scale`. */
export type BootstrapError = (bootstrap: { readonly slots: number; readonly range: number }, scale: number) => Deviation;

/** What the model depends on beside the ring. */
export interface ErrorSources {
  /** Data primes, first to last. */
  readonly primes: readonly number[];
  /** The special primes: a digit of a key switch has as many data primes. */
  readonly specials: readonly number[];
  readonly encryption: 'symmetric' | 'public';
  /** Our kernels centre the digits of a key switch; SEAL takes them from 0 to q. */
  readonly centredDigits: boolean;
}

export function errorModel(degree: number, { primes, specials, encryption, centredDigits }: ErrorSources): ErrorModel {
  const slot = Math.sqrt(degree / 2);
  const rounding = Math.sqrt(1 / 12);
  // Real slots make coefficients antisymmetric: their rounding errors come in equal pairs.
  const encoding = rounding * Math.sqrt(degree);
  // An error times the secret is a product of two embeddings: the secret's is large in few slots, the same ones each time.
  const widest = Math.sqrt(Math.log(degree / 2));
  const divided = rounding * Math.sqrt((2 * degree) / 3) * slot;
  const division = { ...even(widest * divided), mean: divided };
  // SEAL encrypts with the public key at the special prime too, and divides it away.
  const fresh = encryption === 'symmetric' ? Math.hypot(ERROR_DEVIATION * slot, encoding) : Math.hypot(division.worst, encoding);
  const digitSizes = Array.from({ length: digitCount(primes.length, specials.length) }, (_, digit) =>
    product(primes.slice(digit * specials.length, (digit + 1) * specials.length)),
  );
  return {
    fresh,
    encoding,
    constant: rounding,
    division,
    keySwitch(limbs) {
      const digits = digitCount(limbs, specials.length);
      const share = Math.max(...digitSizes.slice(0, digits)) / product(specials);
      const random = share * Math.sqrt((digits * degree) / 12) * ERROR_DEVIATION * slot;
      // Digits from 0 to q have the mean q / 2: a polynomial of equal coefficients, large only in the slots next to 1 and -1.
      const mean = centredDigits ? 0 : share * Math.sqrt(digits) * (degree / Math.PI) * ERROR_DEVIATION * slot;
      return { ...even(Math.hypot(widest * random, mean, division.worst)), mean: Math.hypot(random, mean, division.mean) };
    },
  };
}

function product(numbers: readonly number[]): number {
  return numbers.reduce((all, number) => all * number, 1);
}
