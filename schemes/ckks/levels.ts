/**
 * Where CKKS divides, and at which scales.
 *
 * A value is divided by the last prime as soon as what remains keeps the waterline, the scale that the client encrypts at
 * (Dathathri et al., "EVA", PLDI 2020, waterline rescaling), but only when it is about to be used again. With an input
 * scale D, a plaintext scale W and primes near D * W^2, a linear layer and its square share one division.
 *
 * @module
 */
import type { Node } from '../circuit.ts';
import type { Levels } from '../rlwe/program/lower.ts';

export interface Scales {
  /** Data primes that the client encrypts at. */
  readonly limbs: number;
  /** log2 of the waterline, and of the scale of inputs that have no offset. */
  readonly input_log2: number;
  /** log2 of the scale of plaintext multipliers. */
  readonly plain_log2: number;
}

/** What may be done otherwise. */
export interface Freedoms {
  /** log2 by which the plaintext multipliers of a node are scaled beyond `Scales.plain_log2`, or an input beyond `Scales.input_log2`. */
  readonly offsets_log2: ReadonlyMap<Node, number>;
  /** Values go into a matrix as they are and are divided behind it, where there may be fewer of them, or where rotations err less. */
  readonly dividesBehindMatrices: boolean;
  /** As in `Levels`. */
  readonly relinearizesForMatrices: boolean;
}

const NO_FREEDOMS: Freedoms = { offsets_log2: new Map(), dividesBehindMatrices: false, relinearizesForMatrices: false };

/** How values are renewed. */
export interface Renewal {
  /** Data primes that a bootstrap needs. */
  readonly least: number;
  readonly bootstrap: NonNullable<Levels['bootstrap']>;
}

/** Primes lie a little below a power of two; the waterline may be missed by as little. */
const WATERLINE_SLACK = 0.75;

/** The largest absolute value of a node. */
export function magnitude({ type: { min, max } }: Node): number {
  return Math.max(Math.abs(min), Math.abs(max));
}

/**
 * log2 of the modulus that holds a node's values: coefficients are at most scale * the greatest slot; beside them the error needs a bit of
 * room. SEAL wants the scale itself below the modulus too.
 */
export function neededModulus_log2(scale: number, node: Node): number {
  return Math.log2(scale * Math.max(magnitude(node), 1)) + 1.1;
}

/**
 * @param primes the data primes, first to last
 * @param renewal null where the chain has no primes for bootstrapping
 */
export function realLevels(
  primes: readonly number[],
  { limbs, input_log2, plain_log2 }: Scales,
  { offsets_log2, dividesBehindMatrices, relinearizesForMatrices } = NO_FREEDOMS,
  renewal: Renewal | null = null,
): Levels {
  const waterline = WATERLINE_SLACK * 2 ** input_log2;
  const divisor = (from: number, count: number): number => primes.slice(from - count, from).reduce((product, prime) => product * prime, 1);
  return {
    input: (node) => ({ limbs, scale: 2 ** (input_log2 + (offsets_log2.get(node) ?? 0)) }),
    plainScale: (node) => 2 ** (plain_log2 + (offsets_log2.get(node) ?? 0)),
    divisions({ limbs: left, scale }, _products, reader) {
      if (dividesBehindMatrices && (reader === 'affine' || reader === 'transform')) return 0;
      const least = reader === 'bootstrap' && renewal !== null ? renewal.least : 1;
      let count = 0;
      while (count + least < left && (scale ?? 0) / divisor(left, count + 1) >= waterline) count++;
      return count;
    },
    relinearizesForMatrices,
    ...(renewal === null ? {} : { bootstrap: renewal.bootstrap }),
    outputDivisions: () => 0,
    sentLimbs({ limbs: left, scale }, node) {
      let sent = 1;
      while (sent < left && neededModulus_log2(scale ?? 1, node) > Math.log2(divisor(sent, sent))) sent++;
      return sent;
    },
    divisor,
  };
}
