/**
 * The primes that SEAL chooses, without SEAL: so that `compile` needs no library.
 *
 * @module
 */

/** Witnesses that make Miller and Rabin's test certain below 3.3e24 (Sorenson and Webster, 2015). */
const WITNESSES = [2n, 3n, 5n, 7n, 11n, 13n, 17n, 19n, 23n, 29n, 31n, 37n, 41n];

/**
 * One prime = 1 mod 2 * degree for each bit count, as SEAL's `CoeffModulus::Create` picks them: of the largest primes below
 * 2^bits, in the order of the list, the smallest first.
 * @throws RangeError where there are too few such primes.
 */
export function createPrimes(degree: number, bits: readonly number[]): readonly bigint[] {
  const found = new Map<number, bigint[]>();
  for (const size of new Set(bits)) found.set(size, largestPrimes(BigInt(2 * degree), size, bits.filter((other) => other === size).length));
  return bits.map((size) => found.get(size)!.pop()!);
}

function largestPrimes(factor: bigint, bits: number, count: number): bigint[] {
  const primes: bigint[] = [];
  const least = 1n << BigInt(bits - 1);
  for (let candidate = (((1n << BigInt(bits)) - 1n) / factor) * factor + 1n; primes.length < count; candidate -= factor) {
    if (candidate <= least) throw new RangeError(`fewer than ${count} primes of ${bits} bits are 1 mod ${factor}`);
    if (isPrime(candidate)) primes.push(candidate);
  }
  return primes;
}

/** Certain for numbers below 2^64. */
export function isPrime(candidate: bigint): boolean {
  if (candidate < 2n) return false;
  for (const prime of WITNESSES) if (candidate % prime === 0n) return candidate === prime;
  let odd = candidate - 1n;
  let twos = 0;
  for (; odd % 2n === 0n; odd /= 2n) twos++;
  return WITNESSES.every((witness) => isStrongProbablePrime(candidate, witness, odd, twos));
}

function isStrongProbablePrime(candidate: bigint, witness: bigint, odd: bigint, twos: number): boolean {
  let power = powerModulo(witness, odd, candidate);
  if (power === 1n || power === candidate - 1n) return true;
  for (let step = 1; step < twos; step++) {
    power = (power * power) % candidate;
    if (power === candidate - 1n) return true;
  }
  return false;
}

/** base^exponent mod modulus, for exponent >= 0. */
export function powerModulo(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  let square = base % modulus;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}
