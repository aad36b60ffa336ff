/**
 * The plaintext modulus of the integer schemes: the smallest prime that batches and holds the circuits' range.
 *
 * @module
 */
import type { Circuit, Node } from '../circuit.ts';
import type { Refusal } from '../scheme.ts';
import { isPrime } from './primes.ts';

export interface PlainModulus {
  readonly prime: bigint;
}

/** SEAL's limit for a modulus that users set. */
const MOST_BITS = 60;

/**
 * Results are right modulo t, so that what enters and what leaves must lie in (-t/2, t/2); values in between may wrap.
 * @returns a refusal that names the range where no prime of 60 bits holds it, or where a value is no counted integer
 */
export function plainModulusFor(circuits: readonly Circuit[], degree: number): PlainModulus | Refusal {
  let widest = 0;
  for (const circuit of circuits) {
    const outputs = new Set(Object.values(circuit.outputs));
    for (const [index, node] of circuit.nodes.entries()) {
      if (node.type.step === null)
        return refusal('INTEGERS_REQUIRED', 'the scheme computes on integers; the circuit has real values', circuit, index);
      if (node.op !== 'input' && !outputs.has(index)) continue;
      const magnitude = magnitudeOf(node);
      if (magnitude >= 2 ** (MOST_BITS - 1)) {
        const reason = `values up to ${magnitude.toExponential(2)} need a plaintext modulus of more than ${MOST_BITS} bits`;
        return refusal('RANGE_EXCEEDED', reason, circuit, index);
      }
      widest = Math.max(widest, magnitude);
    }
  }
  const factor = BigInt(2 * degree);
  let prime = ((2n * BigInt(Math.ceil(widest)) + 1n) / factor) * factor + 1n;
  while (prime <= 2n * BigInt(Math.ceil(widest)) || !isPrime(prime)) prime += factor;
  return { prime };
}

function magnitudeOf({ type: { min, max } }: Node): number {
  return Math.max(Math.abs(min), Math.abs(max));
}

function refusal(code: string, reason: string, circuit: Circuit, node: number): Refusal {
  return { code, reason, circuit: circuit.id, node };
}
