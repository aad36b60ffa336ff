/**
 * The plaintext moduli of the integer schemes: primes that allow batching, whose product holds the circuits' range. The circuits are
 * computed modulo each prime in a pass of its own, and the client puts every result together from its residues (Chinese remainder theorem;
 * CryptoNets, ICML 2016, section 5).
 *
 * @module
 */
import type { Circuit, Node } from '../../circuit.ts';
import { refuse } from '../../refuse.ts';
import type { Refusal } from '../../scheme.ts';
import { product } from './modular-integers.ts';
import { isPrime } from './primes.ts';

/** What our kernels can transform; a wider prime would leave no room for noise anyway. */
export const MOST_PLAIN_BITS = 50;

/**
 * The largest magnitude that enters or leaves, rounded up to a whole number. Values in between may wrap: results are right modulo the
 * product all the same.
 * @returns a refusal where a value is no counted integer, or its range is not finite
 */
export function widestRange(circuits: readonly Circuit[]): bigint | Refusal {
  let widest = 0;
  for (const circuit of circuits) {
    const outputs = new Set(Object.values(circuit.outputs));
    for (const [index, node] of circuit.nodes.entries()) {
      if (node.type.step === null) {
        const reason = 'the scheme computes on integers; the circuit has real values';
        return refuse('INTEGERS_REQUIRED', reason, { circuit: circuit.id, node: index });
      }
      if (node.op !== 'input' && !outputs.has(index)) continue;
      const magnitude = magnitudeOf(node);
      if (!Number.isFinite(magnitude)) {
        const reason = `values from ${node.type.min} to ${node.type.max} fit no plaintext primes`;
        return refuse('RANGE_EXCEEDED', reason, { circuit: circuit.id, node: index });
      }
      widest = Math.max(widest, magnitude);
    }
  }
  return BigInt(Math.ceil(widest));
}

function magnitudeOf({ type: { min, max } }: Node): number {
  return Math.max(Math.abs(min), Math.abs(max));
}

/**
 * `count` primes = 1 mod 2 * degree, ascending, whose product is more than twice `widest`: those with the least largest prime, because
 * that one decides how fast noise grows. Null where it would have more than 50 bits.
 *
 * No plaintext prime is a prime of the ciphertexts (`chain`). BGV's errors are multiples of the plaintext prime and would vanish modulo an
 * equal prime, and a division by that prime has no inverse modulo the plaintext prime.
 */
export function plainModuli(widest: bigint, degree: number, count: number, chain: readonly bigint[]): readonly bigint[] | null {
  const isUsable = (candidate: bigint): boolean => isPrime(candidate) && !chain.includes(candidate);
  const step = BigInt(2 * degree);
  const least = rootBelow(2n * widest, count);
  const window: bigint[] = [];
  // The primes just below the root begin the first window whose product can be large enough.
  for (let candidate = (least / step) * step + 1n; candidate > 1n && window.length < count - 1; candidate -= step) {
    if (candidate <= least && isUsable(candidate)) window.unshift(candidate);
  }
  for (let candidate = (least / step) * step + 1n; ; candidate += step) {
    if (candidate >= 2n ** BigInt(MOST_PLAIN_BITS)) return null;
    if (candidate <= least || !isUsable(candidate)) continue;
    window.push(candidate);
    if (window.length > count) window.shift();
    if (window.length === count && product(window) > 2n * widest) return window;
  }
}

/** The largest number whose power is at most `value`. */
function rootBelow(value: bigint, power: number): bigint {
  let low = 0n;
  let high = 1n << BigInt(Math.ceil(value.toString(2).length / power));
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if (middle ** BigInt(power) <= value) low = middle;
    else high = middle;
  }
  return low;
}
