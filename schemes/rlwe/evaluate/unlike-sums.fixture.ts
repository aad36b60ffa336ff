/**
 * Random circuits on whole numbers, in which values of unlike history are summed.
 *
 * @module
 */
import fc from 'fast-check';
import type { Circuit, SlotShape } from '../../circuit.ts';
import { CircuitBuilder } from '../../conformance/circuits/circuit-builder.ts';
import { uniforms } from '../../conformance/circuits/random-values.ts';
import type { Requirement } from '../../scheme.ts';

/** What fast-check draws; numbers are taken modulo what there is to choose from. */
export interface Draft {
  readonly input_bits: number;
  readonly width: number;
  readonly steps: readonly { readonly op: number; readonly left: number; readonly right: number; readonly seed: number }[];
  readonly other: number;
  readonly perProduct: number;
  readonly output: number;
  readonly encryption: Requirement['encryption'];
  readonly seed: number;
}

export const drafts: fc.Arbitrary<Draft> = fc.record({
  input_bits: fc.integer({ min: 4, max: 44 }),
  width: fc.integer({ min: 1, max: 2 }),
  steps: fc.array(fc.record({ op: fc.nat(), left: fc.nat(), right: fc.nat(), seed: fc.nat() }), { minLength: 2, maxLength: 7 }),
  other: fc.nat(),
  perProduct: fc.nat(),
  output: fc.nat(),
  encryption: fc.constantFrom('symmetric', 'public'),
  seed: fc.nat(),
});

/** Sums and products are drawn more often than the rest. */
const STEPS = [
  ...['add', 'subtract', 'add', 'subtract', 'multiply', 'multiply', 'multiply'],
  ...['affine', 'addPlain', 'transform', 'rotate', 'fold', 'swapRows', 'pick', 'dot', 'rotateSum'],
] as const;
const MOST_DEPTH = 3;
const WIDEST_BITS = 300;
const MOST_WEIGHT = 9;

/** The circuit of a draft; null where nothing of unlike history is summed. */
export function circuitOf(draft: Draft, shape: SlotShape): Circuit | null {
  const builder = new CircuitBuilder('random', shape, 1);
  const most = 2 ** draft.input_bits - 1;
  builder.input('x', draft.width, { min: -most, max: most }, 1);
  let unlike = false;
  let last = 0;
  for (const step of draft.steps) {
    const left = step.left % builder.size;
    const partner = partnerOf(builder, left, step.right);
    const made = addStep(builder, STEPS[step.op % STEPS.length]!, left, partner, step.seed, shape);
    if (made === null) continue;
    last = made.node;
    unlike ||= made.sums && builder.depthOf(left) !== builder.depthOf(partner);
  }
  return unlike ? builder.build({ y: last, z: draft.other % builder.size }) : null;
}

/** A node of equal width, of another depth where there is one. */
function partnerOf(builder: CircuitBuilder, left: number, drawn: number): number {
  const equal = [...Array(builder.size).keys()].filter((node) => builder.typeOf(node).width === builder.typeOf(left).width);
  const unlike = equal.filter((node) => builder.depthOf(node) !== builder.depthOf(left));
  const from = unlike.length > 0 ? unlike : equal;
  return from[drawn % from.length]!;
}

function addStep(
  builder: CircuitBuilder,
  op: (typeof STEPS)[number],
  left: number,
  partner: number,
  seed: number,
  { rows, columns }: SlotShape,
): { readonly node: number; readonly sums: boolean } | null {
  const uniform = uniforms(seed);
  const weight = (): number => Math.floor((2 * MOST_WEIGHT + 1) * uniform()) - MOST_WEIGHT;
  const slots = (): Float64Array => Float64Array.from({ length: rows * columns }, weight);
  const turn = (): number => Math.floor(uniform() * columns);
  const { width } = builder.typeOf(left);
  const magnitude_bits = (node: number): number => Math.log2(Math.max(1, -builder.typeOf(node).min, builder.typeOf(node).max));
  const plain = (node: number): { readonly node: number; readonly sums: boolean } => ({ node, sums: false });
  if (magnitude_bits(left) > WIDEST_BITS) return null;
  switch (op) {
    case 'add':
    case 'subtract':
      return { node: builder[op](left, partner), sums: true };
    case 'multiply': {
      // As often a square as a product with something of another history.
      const other = seed % 2 === 0 ? left : partner;
      const deep = Math.max(builder.depthOf(left), builder.depthOf(other)) >= MOST_DEPTH;
      return deep || magnitude_bits(left) + magnitude_bits(other) > WIDEST_BITS ? null : plain(builder.multiply(left, other));
    }
    case 'dot': {
      const deep = Math.max(builder.depthOf(left), builder.depthOf(partner)) >= MOST_DEPTH;
      if (deep || 2 + magnitude_bits(left) + magnitude_bits(partner) > WIDEST_BITS) return null;
      const term = () => [Math.floor(uniform() * width), Math.floor(uniform() * width)] as const;
      return plain(builder.dot(left, partner, [Array.from({ length: 1 + (seed % 3) }, term)]));
    }
    case 'rotateSum': {
      const term = () => ({ from: Math.floor(uniform() * width), by: uniform() < 0.25 ? 0 : turn() });
      return plain(builder.rotateSum(left, [Array.from({ length: 1 + (seed % 3) }, term)]));
    }
    case 'affine': {
      const matrix = Array.from({ length: 1 + (seed % 2) }, () => Array.from({ length: width }, weight));
      return plain(builder.affine(left, matrix, Float64Array.from(matrix, weight)));
    }
    case 'addPlain':
      return plain(builder.addPlain(left, Array.from({ length: width }, slots)));
    case 'transform': {
      const term = () => ({ from: Math.floor(uniform() * width), baby: turn(), giant: uniform() < 0.5 ? 0 : turn(), plain: slots() });
      return plain(builder.transform(left, [Array.from({ length: 1 + (seed % 3) }, term)]));
    }
    case 'rotate':
      return plain(builder.rotate(left, turn()));
    case 'fold':
      return plain(builder.fold(left, [turn(), turn()]));
    case 'swapRows':
      return plain(builder.swapRows(left));
    case 'pick':
      return plain(builder.pick([[left, seed % width] as const, [partner, seed % width] as const].slice(0, 1 + (seed % 2))));
  }
}
