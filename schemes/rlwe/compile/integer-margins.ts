/**
 * What the noise of an integer plan leaves: the budget of its poorest output, and the chance that decryption is wrong all the same.
 *
 * Every plaintext prime is a run of its own, with noise of its own: BGV's summands are multiplied by factors that depend on the prime,
 * so that the largest prime need not be the poorest. Everything here is over all of them.
 *
 * @module
 */
import type { Circuit } from '../../circuit.ts';
import { addProbabilities_log2, LEAST_FAILURE_LOG2, tail_log2 } from '../../probability.ts';
import { nothingHeld, outputNoises, type NoiseModel, type OutputNoise } from './noise.ts';
import { DEVIATIONS, total_log2 } from './noise-parts.ts';
import type { CircuitProgram } from '../program/program.ts';

export interface Margins {
  /** By plaintext prime, of its poorest output. */
  readonly budgets_bits: readonly number[];
  /** Of the poorest output of any prime. */
  readonly budget_bits: number;
  /** log2 of the chance that one run of all circuits decrypts to anything wrong; at least -256. */
  readonly failure_log2: number;
}

/**
 * The margins of programs, by the noise model of each plaintext prime.
 *
 * The chance: noise passes its limit only where one of its p parts passes a p-th of it, 2^b times the part's bound. That is a product of d
 * random polynomials within 6 standard deviations each, so one of them must pass 6 * 2^(b / d) of its own; for a normal variable the
 * chance of that is erfc(6 * 2^(b / d) / sqrt(2)) (as Gentry, Halevi and Smart, ePrint 2012/099, judge one factor). The chances of all
 * coefficients of all factors, ciphertexts, outputs and primes are summed (union bound). Bounds hold for any inputs, so the chance is over
 * keys and encryptions, at worst over inputs.
 *
 * @param models One for each plaintext prime.
 */
export function marginsOf(programs: readonly CircuitProgram[], circuits: readonly Circuit[], models: readonly NoiseModel[]): Margins {
  const budgets_bits: number[] = [];
  let failure_log2 = LEAST_FAILURE_LOG2;
  for (const model of models) {
    const held = nothingHeld();
    let poorest_bits = Infinity;
    for (const [at, program] of programs.entries()) {
      for (const [name, output] of Object.entries(outputNoises(program, circuits[at]!, model, held))) {
        const { width } = program.instructions[program.outputs[name]!]!;
        failure_log2 = addProbabilities_log2(failure_log2, passing_log2(output, model.degree) + Math.log2(width));
        poorest_bits = Math.min(poorest_bits, output.limit_log2 - total_log2(output.noise));
      }
    }
    budgets_bits.push(poorest_bits);
  }
  return { budgets_bits, budget_bits: Math.min(...budgets_bits), failure_log2: Math.min(0, failure_log2) };
}

/** log2 of the chance that the noise of one ciphertext passes its limit. */
function passing_log2({ noise, limit_log2 }: OutputNoise, degree: number): number {
  const share_log2 = limit_log2 - Math.log2(noise.length);
  const chances = noise.map(({ factors, bound_log2 }) => {
    const deviations = DEVIATIONS * 2 ** ((share_log2 - bound_log2) / factors);
    return tail_log2(deviations) + Math.log2(factors * degree);
  });
  return chances.reduce(addProbabilities_log2);
}
