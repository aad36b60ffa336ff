/**
 * Where a plan crosses from CKKS to TFHE: a trunk of many slots, whose output a head of one slot reads.
 *
 * The trunk ends with sums over all slots: products with one row of weights each, `fold` by every power of two, perhaps a constant. Such a
 * sum over n slots is, but for the factor n, the constant coefficient of the polynomial, so that the evaluator needs no rotation for it: it
 * computes the products, and switches that coefficient alone.
 *
 * @module
 */
import type { Circuit, Node } from '../../circuit.ts';
import { refuse } from '../../refuse.ts';
import { isRefusal, type Refusal } from '../../scheme.ts';

export interface Crossing {
  readonly trunk: Circuit;
  readonly head: Circuit;
  /** The trunk's output. */
  readonly output: string;
  /** The head's input. */
  readonly port: string;
}

/** What the evaluator computes of a trunk: all but the sums over slots. */
export interface TrunkProducts {
  /** Ends with the products. */
  readonly circuit: Circuit;
  /** Added to the sums, in real units. */
  readonly biases: Float64Array;
  /** Of the sums, without what is added to them. */
  readonly largest: number;
  /** Most weights in a sum; the other slots count nothing. */
  readonly terms: number;
}

/** Whether circuits of many slots and of one are to be compiled together. */
export function hasTrunk(circuits: readonly Circuit[]): boolean {
  return circuits.some((circuit) => isOfOneSlot(circuit)) && circuits.some((circuit) => !isOfOneSlot(circuit));
}

function isOfOneSlot({ shape }: Circuit): boolean {
  return shape.rows * shape.columns === 1;
}

/** Refused with TRUNK_UNSUPPORTED. */
export function findCrossing(circuits: readonly Circuit[]): (Crossing & { readonly products: TrunkProducts }) | Refusal {
  const [trunk, head, ...others] = circuits;
  if (trunk === undefined || head === undefined || others.length > 0 || isOfOneSlot(trunk) || !isOfOneSlot(head))
    return refuse('TRUNK_UNSUPPORTED', 'there is one circuit of many slots, then one of a single slot', { circuit: trunk?.id });
  const [output, ...more] = Object.keys(trunk.outputs);
  const inputs = head.nodes.filter((node) => node.op === 'input');
  const [input] = inputs;
  const [source] = input?.sources ?? [];
  const isPassed = source !== undefined && source !== 'client' && source.circuit === trunk.id && source.output === output;
  if (output === undefined || more.length > 0 || inputs.length !== 1 || input!.sources.length !== 1 || !isPassed)
    return refuse('TRUNK_UNSUPPORTED', 'the only input of the second circuit is the only output of the first', { circuit: head.id });
  const products = productsOf(trunk, output);
  return isRefusal(products) ? products : { trunk, head, output, port: input!.port, products };
}

/** Refused with TRUNK_UNSUPPORTED. */
function productsOf(trunk: Circuit, output: string): TrunkProducts | Refusal {
  const { nodes, shape } = trunk;
  const place = { circuit: trunk.id, node: trunk.outputs[output]! };
  let sums = nodes[trunk.outputs[output]!]!;
  let biases = new Float64Array(sums.type.width);
  if (sums.op === 'addPlain') {
    biases = Float64Array.from(sums.plains, (plain) => Number(plain[0] ?? 0));
    sums = nodes[sums.of]!;
  }
  if (sums.op !== 'fold' || !foldsAll(sums.rotations, shape.columns))
    return refuse('TRUNK_UNSUPPORTED', 'what goes on to tables is folded over all slots', place);
  const last = sums.of;
  const products = nodes[last]!;
  if (products.op !== 'transform' || products.outputs.flat().some(({ baby, giant }) => baby !== 0 || giant !== 0))
    return refuse('TRUNK_UNSUPPORTED', 'what is folded are products without rotations', place);
  const { min, max } = sums.type;
  const counts = products.outputs.map((row) => row.reduce((sum, { plain }) => sum + plain.filter((weight) => weight !== 0).length, 0));
  return {
    circuit: { ...trunk, nodes: nodes.slice(0, last + 1), outputs: { [output]: last } },
    ...{ biases, largest: Math.max(-min, max), terms: Math.max(1, ...counts) },
  };
}

function foldsAll(rotations: readonly number[], columns: number): boolean {
  const expected = Array.from({ length: Math.log2(columns) }, (_, bit) => 2 ** bit);
  return rotations.toSorted((a, b) => a - b).join() === expected.join();
}

/** The same products of weights times a factor. */
export function scaledProducts({ circuit }: TrunkProducts, factor: number): Circuit {
  const last = circuit.nodes.at(-1)!;
  if (last.op !== 'transform') throw new Error('a trunk ends with products');
  const scaled: Node = {
    ...last,
    outputs: last.outputs.map((terms) => terms.map((term) => ({ ...term, plain: term.plain.map((weight) => weight * factor) }))),
  };
  return { ...circuit, nodes: [...circuit.nodes.slice(0, -1), scaled] };
}
