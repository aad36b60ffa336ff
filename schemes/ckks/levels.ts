/**
 * Where CKKS divides, and at which scales.
 *
 * A value is divided by the last prime as soon as what remains keeps the waterline, the scale that the client encrypts at
 * (Dathathri et al., "EVA", PLDI 2020, waterline rescaling), but only when it is about to be used again. With an input
 * scale D, a plaintext scale W and primes near D * W^2, a linear layer and its square share one division.
 *
 * @module
 */
import { passedOn } from '../analysis.ts';
import { operands, type Circuit, type Node } from '../circuit.ts';
import type { Levels } from '../rlwe/lower.ts';

export interface Scales {
  /** Data primes that the client encrypts at. */
  readonly limbs: number;
  /** log2 of the scale of inputs. */
  readonly input_log2: number;
  /** log2 of the scale of plaintext multipliers. */
  readonly plain_log2: number;
}

/** Multipliers with a scale of their own. */
export interface LastMultipliers {
  readonly nodes: ReadonlySet<Node>;
  readonly log2: number;
}

/** Primes lie a little below a power of two; the waterline may be missed by as little. */
const WATERLINE_SLACK = 0.75;

/**
 * The nodes with plaintext multipliers whose results are not multiplied again, here or in circuits that start from them: what follows
 * only adds, so that they may take whatever room is left in the modulus.
 */
export function lastMultipliers(circuits: readonly Circuit[]): ReadonlySet<Node> {
  const passed = passedOn(circuits);
  const last = new Set<Node>();
  for (const { id, nodes, outputs } of circuits) {
    const multiplied = new Set(Object.entries(outputs).flatMap(([name, of]) => (passed.has(`${id}.${name}`) ? [of] : [])));
    for (const [index, node] of [...nodes.entries()].reverse()) {
      const multiplies = node.op === 'multiply' || node.op === 'affine' || node.op === 'transform';
      if (multiplies && node.op !== 'multiply' && !multiplied.has(index)) last.add(node);
      if (multiplies || multiplied.has(index)) for (const of of operands(node)) multiplied.add(of);
    }
  }
  return last;
}

/** `primes`: the data primes, first to last. */
export function realLevels(primes: readonly number[], { limbs, input_log2, plain_log2 }: Scales, last?: LastMultipliers): Levels {
  const waterline = WATERLINE_SLACK * 2 ** input_log2;
  const divisor = (from: number, count: number): number => primes.slice(from - count, from).reduce((product, prime) => product * prime, 1);
  return {
    input: { limbs, scale: 2 ** input_log2 },
    plainScale: (node) => 2 ** (last?.nodes.has(node) === true ? last.log2 : plain_log2),
    divisions({ limbs: left, scale }) {
      let count = 0;
      while (count + 1 < left && (scale ?? 0) / divisor(left, count + 1) >= waterline) count++;
      return count;
    },
    outputDivisions: () => 0,
    divisor,
  };
}
