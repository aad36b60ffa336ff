/**
 * Small circuits drawn at random from the operations that an adapter claims.
 *
 * @module
 */
import fc from 'fast-check';
import type { Circuit, Operation } from '../../circuit.ts';
import type { CircuitBuilder } from './circuit-builder.ts';
import { builderFor, plainSlots, plainType, usualInput } from './operation-circuits.ts';
import { numberOf, uniforms } from './random-values.ts';
import type { Subject } from '../subject.ts';

/** What fast-check draws; every number is taken modulo what there is to choose from. */
export interface Draft {
  readonly widths: readonly number[];
  readonly steps: readonly {
    readonly op: number;
    readonly left: number;
    readonly right: number;
    /** Sums only of values that went through equally many products: what every scheme can take. */
    readonly matched: boolean;
    readonly seed: number;
  }[];
}

/** What needs inputs of its own, or takes as long as everything else together. */
const LEFT_OUT: ReadonlySet<Operation['op']> = new Set(['input', 'table', 'convolve', 'bootstrap']);
const MOST_PRODUCTS = 3;
const MOST_DEPTH = 2;
const WIDEST = { real: 2 ** 10, integer: 2 ** 24 };

export const drafts: fc.Arbitrary<Draft> = fc.record({
  widths: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 2 }),
  steps: fc.array(
    fc.record({
      op: fc.nat(),
      left: fc.nat(),
      right: fc.nat(),
      matched: fc.integer({ min: 0, max: 4 }).map((die) => die > 0),
      seed: fc.nat(),
    }),
    { minLength: 1, maxLength: 6 },
  ),
});

/** The circuit of a draft: steps that do not apply, or that would pass the limits above, are left out. */
export function circuitOf(subject: Subject, draft: Draft): Circuit {
  const ops = [...subject.scheme.operations].filter((op) => !LEFT_OUT.has(op));
  const builder = builderFor(subject, 'random');
  /** Products with ciphertexts and plains that led to each node. */
  const products: number[] = [];
  for (const [at, width] of draft.widths.entries()) {
    usualInput(builder, subject, `x${at}`, width);
    products.push(0);
  }
  let last = 0;
  for (const step of draft.steps) {
    const op = ops[step.op % Math.max(1, ops.length)];
    const left = step.left % builder.size;
    const made = op === undefined ? null : addStep(subject, builder, op, left, products, step);
    if (made !== null) last = made;
  }
  return builder.build({ y: last, z: draft.steps[0]!.right % builder.size });
}

function addStep(
  subject: Subject,
  builder: CircuitBuilder,
  op: Operation['op'],
  left: number,
  products: number[],
  { right, matched, seed }: Draft['steps'][number],
): number | null {
  const uniform = uniforms(seed);
  const { width } = builder.typeOf(left);
  const many = products[left]!;
  const partners = products.flatMap((count, node) => {
    const fits = builder.typeOf(node).width === width && (op === 'multiply' || op === 'dot' || !matched || count === many);
    return fits ? [node] : [];
  });
  const partner = partners[right % partners.length]!;
  const plain = (): number => numberOf(plainType(subject), uniform);
  const turn = (): number => Math.floor(uniform() * 2 * subject.shape.columns) - subject.shape.columns;
  const keep = (node: number, count: number): number => {
    products.push(count);
    return node;
  };
  if (!fits(subject, builder, op, left, partner, products)) return null;
  switch (op) {
    case 'add':
    case 'subtract':
      return keep(builder[op](left, partner), Math.max(many, products[partner]!));
    case 'multiply':
      return keep(builder.multiply(left, partner), many + products[partner]! + 1);
    case 'dot': {
      const other = builder.typeOf(partner).width;
      const term = () => [Math.floor(uniform() * width), Math.floor(uniform() * other)] as const;
      const outputs = Array.from({ length: 1 + (seed % 2) }, () => Array.from({ length: 1 + Math.floor(uniform() * 3) }, term));
      return keep(builder.dot(left, partner, outputs), many + products[partner]! + 1);
    }
    case 'affine': {
      const rows = Array.from({ length: 1 + (seed % 3) }, () => Array.from({ length: width }, () => (uniform() < 0.25 ? 0 : plain())));
      return keep(builder.affine(left, rows, Float64Array.from(rows, plain)), many + 1);
    }
    case 'addPlain':
      return keep(
        builder.addPlain(
          left,
          Array.from({ length: width }, () => plainSlots(subject, uniform)),
        ),
        many,
      );
    case 'transform': {
      const term = () => ({
        from: Math.floor(uniform() * width),
        baby: turn(),
        giant: uniform() < 0.5 ? 0 : turn(),
        plain: plainSlots(subject, uniform),
      });
      const outputs = Array.from({ length: 1 + (seed % 2) }, () => Array.from({ length: 1 + Math.floor(uniform() * 3) }, term));
      return keep(builder.transform(left, outputs), many + 1);
    }
    case 'fold':
      return keep(builder.fold(left, Array.from({ length: 1 + (seed % 3) }, turn)), many);
    case 'rotate':
      return keep(builder.rotate(left, turn()), many);
    case 'rotateSum': {
      const term = () => ({ from: Math.floor(uniform() * width), by: uniform() < 0.25 ? 0 : turn() });
      const outputs = Array.from({ length: 1 + (seed % 3) }, () => Array.from({ length: 1 + Math.floor(uniform() * 3) }, term));
      return keep(builder.rotateSum(left, outputs), many);
    }
    case 'swapRows':
      return keep(builder.swapRows(left), many);
    case 'pick': {
      const from = Array.from({ length: 1 + (seed % 3) }, () => {
        const node = partners[Math.floor(uniform() * partners.length)]!;
        return [node, Math.floor(uniform() * width)] as const;
      });
      return keep(builder.pick(from), Math.max(...from.map(([node]) => products[node]!)));
    }
    // Inputs of a convolution have zeros behind their first slots; no other operation leaves such.
    case 'input':
    case 'table':
    case 'convolve':
    case 'bootstrap':
      return null;
  }
}

/** Whether a step stays within what small parameters hold. */
function fits(
  subject: Subject,
  builder: CircuitBuilder,
  op: Operation['op'],
  left: number,
  partner: number,
  products: readonly number[],
): boolean {
  const magnitude = (node: number): number => Math.max(Math.abs(builder.typeOf(node).min), Math.abs(builder.typeOf(node).max));
  const widest = WIDEST[subject.scheme.arithmetic];
  switch (op) {
    case 'multiply':
    case 'dot': {
      const depth = Math.max(builder.depthOf(left), builder.depthOf(partner)) + 1;
      const count = products[left]! + products[partner]! + 1;
      return depth <= MOST_DEPTH && count <= MOST_PRODUCTS && (op === 'dot' ? 4 : 1) * magnitude(left) * magnitude(partner) <= widest;
    }
    case 'affine':
    case 'transform':
      return products[left]! < MOST_PRODUCTS && 32 * magnitude(left) <= widest;
    default:
      return 8 * magnitude(left) <= widest;
  }
}
