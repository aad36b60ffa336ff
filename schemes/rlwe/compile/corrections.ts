/**
 * BGV's correction factors, before anything runs: dividing by a prime q multiplies the message by 1/q mod t, products multiply what their
 * factors carry, and summands of unlike factors have to be multiplied to meet, which their noise pays for.
 *
 * @module
 */
import { sourceOutputs } from '../../analysis.ts';
import type { Circuit } from '../../circuit.ts';
import type { Kernels } from '../../scheme.ts';
import { balancedFactors, inverse, positive } from '../numbers/modular-integers.ts';
import type { CircuitProgram } from '../program/program.ts';

/** What a ciphertext carries modulo t; null: it depends on what it met. */
export type Correction = bigint | null;

/** Of outputs, by `circuit.output`: other circuits may start from them. */
export type HeldCorrections = Map<string, Correction>;

/** The correction of every register. `held` has the outputs of the circuits before, and gets this one's. */
export function correctionsOf(
  { instructions, outputs }: CircuitProgram,
  circuit: Circuit,
  primes: readonly bigint[],
  t: bigint,
  held: HeldCorrections,
): readonly Correction[] {
  const corrections: Correction[] = [];
  const of = (register: number): Correction => corrections[register] ?? null;
  for (const instruction of instructions) {
    switch (instruction.op) {
      case 'input': {
        const node = circuit.nodes[instruction.node]!;
        const fresh = node.op === 'input' && node.sources.includes('client') ? [1n] : [];
        corrections.push(common([...fresh, ...sourceOutputs(node, held)]));
        break;
      }
      case 'add':
      case 'subtract':
        corrections.push(common([of(instruction.left), of(instruction.right)]));
        break;
      case 'multiply':
      case 'dot': {
        const [left, right] = [of(instruction.left), of(instruction.right)];
        corrections.push(left === null || right === null ? null : (left * right) % t);
        break;
      }
      case 'divide': {
        const divided = primes.slice(instruction.limbs, instruction.limbs + instruction.primes);
        const before = of(instruction.of);
        corrections.push(before === null ? null : divided.reduce((correction, prime) => (correction * inverse(prime, t)) % t, before));
        break;
      }
      case 'pick':
        corrections.push(common(instruction.from.map(([register]) => of(register))));
        break;
      case 'combine':
        throw new Error('sums of multiples are of real numbers');
      default:
        corrections.push(of(instruction.of));
    }
  }
  for (const [name, register] of Object.entries(outputs)) held.set(`${circuit.id}.${name}`, of(register));
  return corrections;
}

/** Null where they differ, or one is not known: then they will have to be made to meet. */
function common(corrections: readonly Correction[]): Correction {
  const [first = null] = corrections;
  return corrections.every((correction) => correction === first) ? first : null;
}

/**
 * log2 of what each summand is multiplied by, so that both carry the same. Where their factors are known so are the multipliers. Else
 * their bound: of Euclid's remainders r and cofactors s, r_i |s_(i+1)| <= t, so at the step where they cross |r| + |s| <= 2 sqrt(t).
 *
 * SEAL finds the same multipliers, but multiplies by t - m in place of -m: then noise grows by nearly t.
 */
export function balancing_log2(
  left: Correction,
  right: Correction,
  t: bigint,
  runs: Kernels,
): readonly [left_log2: number, right_log2: number] {
  if (left === null || right === null) {
    const bound_log2 = runs === 'own' ? 1 + Math.log2(Number(t)) / 2 : Math.log2(Number(t));
    return [bound_log2, bound_log2];
  }
  if (left === right) return [0, 0];
  const size_log2 = (factor: bigint): number => Math.log2(Math.abs(Number(runs === 'own' ? factor : positive(factor, t))));
  const [leftFactor, rightFactor] = balancedFactors(left, right, t);
  return [size_log2(leftFactor), size_log2(rightFactor)];
}
