/**
 * The computation as data: no scheme, no level, no scale. The planner writes circuits; a scheme compiles them.
 *
 * Counting rule. Where `type.step` is a number, everything that belongs to that value counts steps of it: the values
 * themselves, `min` and `max`, biases, plains and table outputs are whole numbers, and the real value is number * step.
 * A matrix or plain with a step of its own makes the product of both steps. Add and subtract need equal steps; multiply
 * multiplies them. Where `type.step` is null, numbers are real values.
 *
 * `min` and `max` are rounded outward and hold for every slot, also for those that no output reads.
 * Port names are global to one compile; an output is named `circuit.output`. Circuits and everything compiled from them
 * are structured-cloneable.
 *
 * @module
 */

/** One number per slot; bigint where |x| may pass 2^53 (several plaintext primes, Paillier). */
export type Values = Float64Array | readonly bigint[];

export interface ValueType {
  /** Ciphertexts in the bundle. */
  readonly width: number;
  readonly min: number;
  readonly max: number;
  /** Worst case, or seen on calibration data with a stated margin. */
  readonly bound: 'proven' | 'calibrated';
  /** Root mean square over values, where calibration data tells it: sums of many products err by this, not by the largest value. */
  readonly rms?: number;
  /** What one counted unit is worth; null: an approximate real. */
  readonly step: number | null;
  /**
   * Slots of each ciphertext, from the first on, that may hold other numbers than zero; without it all may. A convolution by w weights
   * needs `filled + w - 1` slots.
   */
  readonly filled?: number;
}

/**
 * Slots as rotations see them: CKKS 1 x N/2, BFV and BGV 2 x N/2, TFHE 1 x 1. Paillier puts as many numbers side by side into a plaintext
 * as fit: its slots are not rotated.
 */
export interface SlotShape {
  readonly rows: 1 | 2;
  readonly columns: number;
}

/**
 * Of a scheme that computes the beginning of a network otherwise: what a circuit before the others may be made of, and over which slots, in
 * real numbers. It ends with sums over all slots of a ciphertext, of which the next circuit's input gets one value each.
 */
export interface TrunkFacts {
  readonly operations: ReadonlySet<Operation['op']>;
  readonly shapes: readonly SlotShape[];
}

/** Compressed sparse rows: row r holds entries offsets[r] to offsets[r + 1] - 1. */
export interface SparseMatrix {
  readonly rows: number;
  readonly columns: number;
  readonly step: number | null;
  readonly offsets: Uint32Array;
  readonly indices: Uint32Array;
  readonly values: Float64Array;
}

/**
 * Terms of one giant step are summed, then rotated by it; a term is rotate(input[from], baby) * plain.
 * One node for the whole sum, so that hoisting and fusing are the adapter's. `plain` has one number per slot, row-major.
 */
export interface TransformTerm {
  readonly from: number;
  readonly baby: number;
  readonly giant: number;
  readonly plain: Float64Array;
}

/** rotate(input[from], by): slot s is slot s + by, cyclic within each row. */
export interface RotationTerm {
  readonly from: number;
  readonly by: number;
}

/** One product of a sum: ciphertext `left` of one bundle times ciphertext `right` of the other. */
export type ProductTerm = readonly [left: number, right: number];

/**
 * A ciphertext's slots are the coefficients of a polynomial, and so are the weights: the term is their product. `weights` has as many
 * numbers as are needed, weight a for the power a. Nothing reaches past the last slot: see `ValueType.filled`.
 */
export interface ConvolutionTerm {
  readonly from: number;
  readonly weights: Float64Array;
}

/**
 * Entry i holds for inputs nearest to min + i * step, all counted in steps of the input; `step` above 1 rounds.
 * `negacyclic`: f(x + half torus) = -f(x) and outputs.length * step is half a torus (sign: no padding bit).
 */
export interface LookupTable {
  readonly min: number;
  readonly step: number;
  readonly outputs: Values;
  readonly negacyclic: boolean;
}

/** Where the value of an input port may come from. */
export type Source = 'client' | { readonly circuit: string; readonly output: string };

/** A value refers to the index of the node that defines it. */
export type Operation =
  /** All sources meet at one level and scale. */
  | { readonly op: 'input'; readonly port: string; readonly sources: readonly Source[] }
  /** Element-wise over bundles of equal width; both sides are encrypted. */
  | { readonly op: 'add' | 'subtract' | 'multiply'; readonly left: number; readonly right: number }
  /**
   * Output r = sum over its terms, one or more, of left[i] * right[j], both encrypted: one node for a sum, which needs one relinearisation.
   * Widths may differ.
   */
  | { readonly op: 'dot'; readonly left: number; readonly right: number; readonly outputs: readonly (readonly ProductTerm[])[] }
  /** Batched layout: output r = sum over the row's entries of value * input[index], plus bias[r]. */
  | { readonly op: 'affine'; readonly of: number; readonly matrix: SparseMatrix; readonly bias: Values }
  /** One plain per ciphertext of the bundle. */
  | { readonly op: 'addPlain'; readonly of: number; readonly plains: readonly Values[] }
  /** Packed layout: one list of terms per output ciphertext. */
  | { readonly op: 'transform'; readonly of: number; readonly step: number | null; readonly outputs: readonly (readonly TransformTerm[])[] }
  /** Packed layout without rotations: output o is the sum of its terms, slot t of a term the sum of weights[a] * input[from][t - a]. */
  | {
      readonly op: 'convolve';
      readonly of: number;
      readonly step: number | null;
      readonly outputs: readonly (readonly ConvolutionTerm[])[];
    }
  /** x += rotate(x, r) for each r in order: doublings. */
  | { readonly op: 'fold'; readonly of: number; readonly rotations: readonly number[] }
  /** Slot s of the result is slot s + by of the input, cyclic within each row. */
  | { readonly op: 'rotate'; readonly of: number; readonly by: number }
  /**
   * Output r = sum over its terms, one or more, of rotate(input[from], by). Rotations of one ciphertext share their decomposition, and those of one sum
   * their division: `[[{ from: 0, by: 0 }], [{ from: 0, by: 1 }]]` is an input and its rotation, `[[{ from: 0, by: 0 }, { from: 1, by: 8 }]]`
   * a sum of two ciphertexts, of which the second is rotated.
   */
  | { readonly op: 'rotateSum'; readonly of: number; readonly outputs: readonly (readonly RotationTerm[])[] }
  | { readonly op: 'swapRows'; readonly of: number }
  /** A bundle made of single ciphertexts of earlier bundles. */
  | { readonly op: 'pick'; readonly from: readonly (readonly [node: number, index: number])[] }
  /** Programmable bootstrapping: the table applied to every value. */
  | { readonly op: 'table'; readonly of: number; readonly table: LookupTable }
  /**
   * The same values in ciphertexts with levels for more products. The evaluator renews them alone, without the client. The plan vouches
   * for two things. Every slot lies within `min` and `max` of the node that is read: a scheme fits its arithmetic to this range, and a
   * value far outside comes back as another one, without any sign. And slots repeat after `slots` of them, a power of two that divides
   * a row: the fewer there are, the less it costs.
   */
  | { readonly op: 'bootstrap'; readonly of: number; readonly slots: number };

/** nodes[i] defines value i; `layer` groups nodes for per-layer times. */
export type Node = Operation & { readonly type: ValueType; readonly layer: string };

export interface Circuit {
  readonly id: string;
  readonly shape: SlotShape;
  readonly nodes: readonly Node[];
  /** Output name to node. */
  readonly outputs: Readonly<Record<string, number>>;
  /** Outputs whose slots the client adds up, by name, and that are not exact: their errors are judged as those of the sums. Absent: slot by slot. */
  readonly summed?: Readonly<Record<string, SummedOutput>>;
}

/** What the client makes of an output of which no slot matters alone. */
export interface SummedOutput {
  /** Slots that are added to one number. */
  readonly slots: number;
  /** What errors of such numbers are held against: their size, as `max` is for slots. */
  readonly size: number;
  /** Slots of the ciphertext, where they are all added and nothing else is read: the modulus need hold no more than their mean. */
  readonly among?: number;
}

/**
 * The nodes that a node reads, in order. A node that is read twice is named twice.
 *
 * @param node one node of a circuit
 * @returns indices into the circuit's `nodes`
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { operands } from 'enigmark';
 *
 * assert.deepEqual(operands({ op: 'add', left: 0, right: 3 }), [0, 3]);
 * assert.deepEqual(operands({ op: 'rotate', of: 2, by: 1 }), [2]);
 * ```
 */
export function operands(node: Operation): readonly number[] {
  switch (node.op) {
    case 'input':
      return [];
    case 'add':
    case 'subtract':
    case 'multiply':
    case 'dot':
      return [node.left, node.right];
    case 'pick':
      return node.from.map(([from]) => from);
    default:
      return [node.of];
  }
}
