/**
 * A polynomial applied to every slot, as nodes of a circuit and as a plan of its own.
 *
 * Coefficients are multiplied in by `affine`: one number for all slots is cheaper than a vector of equal numbers, and in BFV and BGV
 * it multiplies noise by that number, not by the plaintext modulus.
 *
 * @module
 */
import type { Node, Operation, SlotShape, ValueType } from '../../../schemes/circuit.ts';
import { sparseFromRows } from '../../network/sparse.ts';
import type { Arrangement, Plan } from '../../plan.ts';
import { degreeOf, fixedPoint, type Polynomial } from './polynomial.ts';
import { type PolynomialOperation, polynomialOperations } from './polynomial-circuit.ts';
import { polynomialRange } from './polynomial-range.ts';
import { type Interval, assertRange, wholeInterval } from '../range.ts';
import { INPUT, roundTrip } from '../round-trip.ts';

/** Name of the circuit and its layer. */
export const ACTIVATION = 'activation';

/**
 * Appends the nodes of polynomial(x) for the bundle of node `of` and returns the node of the result. Where that node counts steps, the
 * polynomial is made fixed-point by `fixedPoint`. Ranges follow from the range of `of`, and hold where that one holds.
 * The degree is at least 1.
 *
 * @throws EnigmarkError RANGE_TOO_LARGE where fixed-point values pass 2^400
 */
export function appendPolynomial(nodes: Node[], of: number, polynomial: Polynomial, layer: string, slots: number): number {
  const input = nodes[of]!.type;
  const { integers, exponent } =
    input.step === null ? { integers: polynomial, exponent: degreeOf(polynomial) } : fixedPoint(polynomial, input.step);
  const first = nodes.length;
  const nodeOf = (value: number): number => (value === 0 ? of : first + value - 1);
  for (const operation of polynomialOperations(integers, exponent)) {
    nodes.push({ ...operationOf(operation, input, nodeOf, slots), type: typeOf(operation, input), layer });
  }
  return nodes.length === first ? of : nodes.length - 1;
}

function operationOf(
  operation: PolynomialOperation,
  { width, step: unit }: ValueType,
  nodeOf: (value: number) => number,
  slots: number,
): Operation {
  switch (operation.op) {
    case 'add':
    case 'multiply':
      return { op: operation.op, left: nodeOf(operation.left), right: nodeOf(operation.right) };
    case 'scale': {
      const rows = new Float64Array(width * width);
      for (let at = 0; at < width; at++) rows[at * width + at] = operation.factor;
      const matrix = sparseFromRows(width, width, rows, unit === null ? null : unit ** operation.factorExponent);
      return { op: 'affine', of: nodeOf(operation.of), matrix, bias: new Float64Array(width).fill(operation.constant) };
    }
    case 'addConstant': {
      const plain = new Float64Array(slots).fill(operation.constant);
      return { op: 'addPlain', of: nodeOf(operation.of), plains: Array.from({ length: width }, () => plain) };
    }
  }
}

function typeOf({ polynomial, exponent }: PolynomialOperation, { rms, ...input }: ValueType): ValueType {
  const { min, max } = polynomialRange(polynomial, input);
  const mean = rms === undefined ? {} : { rms: Math.min(rootMeanSquareBound(polynomial, input, rms), Math.max(-min, max)) };
  if (input.step === null) return { ...input, ...mean, min, max };
  assertRange(Math.max(-min, max));
  return { ...input, ...mean, step: input.step ** exponent, ...wholeInterval({ min, max }) };
}

/** Of a power x^i, i > 0, the root mean square is at most that of x times the greatest |x|^(i - 1). */
function rootMeanSquareBound(polynomial: Polynomial, { min, max }: Interval, rms: number): number {
  const largest = Math.max(-min, max);
  return polynomial.reduce(
    (bound, coefficient, power) => bound + Math.abs(coefficient) * (power === 0 ? 1 : rms * largest ** (power - 1)),
    0,
  );
}

/**
 * A plan that applies the polynomial to as many numbers at once as the shape has slots.
 *
 * @throws EnigmarkError RANGE_TOO_LARGE
 */
export function planActivation(polynomial: Polynomial, input: Counted, shape: SlotShape): Plan {
  const nodes = [inputNode(input, 1)];
  appendPolynomial(nodes, 0, polynomial, ACTIVATION, shape.rows * shape.columns);
  return vectorPlan(nodes, shape);
}

/** Range of an input, and what one counted unit is worth; null: an approximate real. */
export interface Counted {
  readonly min: number;
  readonly max: number;
  readonly step: number | null;
}

/** The vector as it arrives, a bundle of `width` ciphertexts. */
export function inputNode({ min, max, step }: Counted, width: number): Node {
  return { op: 'input', port: INPUT, sources: ['client'], type: { width, min, max, step, bound: 'proven' }, layer: INPUT };
}

/** Carries out nodes that begin with `inputNode` and end with the result, on a number for every slot of the bundle. */
export function vectorPlan(nodes: readonly Node[], shape: SlotShape): Plan {
  const slots = shape.rows * shape.columns;
  const { width } = nodes[0]!.type;
  const numbersOf = (ciphertext: number): Int32Array => Int32Array.from({ length: slots }, (_, slot) => ciphertext * slots + slot);
  const numberPerSlot: Arrangement = { values: 1, index: Array.from({ length: width }, (_, ciphertext) => numbersOf(ciphertext)) };
  return roundTrip({ shape, nodes, input: numberPerSlot, output: numberPerSlot, batch: width * slots, circuit: ACTIVATION });
}
