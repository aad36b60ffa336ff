/**
 * The search for layouts: a network's linear layers each have several ways to be computed, and each way leaves another layout for the
 * next. A beam search keeps the cheapest beginnings by a rough count of transforms; what remains is compiled and compared by the
 * scheme's own estimates.
 *
 * @module
 */
import type { SlotShape, SparseMatrix } from '../../../schemes/circuit.ts';
import { countDiagonals, type DiagonalCounts } from './diagonals.ts';
import { gatherInput, gatheredCiphertexts } from './gathered-input.ts';
import { type LinearLeg, linearLegs } from './linear-leg.ts';
import { commonLayout, meet, periodicLayout, type SlotLayout } from './slot-layout.ts';

/** A product by diagonals, `babies` of which are reached by rotating its input; giant steps of as many reach the others. */
export interface RouteLeg extends LinearLeg {
  readonly babies: number;
}

/** A linear layer as the search sees it. */
export interface RoutedLayer {
  /** A matrix for each operand, and the linear layer whose layout that operand has; null: it is the input. */
  readonly operands: readonly { readonly source: number | null; readonly matrix: SparseMatrix }[];
  readonly rows: number;
}

/** A layer in a route: how each operand is multiplied, and the layout of the sum. */
export interface RoutedSum {
  /** Empty for a first layer whose input is gathered. */
  readonly legs: readonly RouteLeg[];
  readonly output: SlotLayout;
}

/** How the first layer's input arrives, and how every layer is computed. */
export interface Route {
  readonly gathered: boolean;
  readonly input: SlotLayout;
  readonly layers: readonly RoutedSum[];
  /** In transforms of one limb, roughly. */
  readonly cost: number;
  /** Ciphertexts sent. */
  readonly ciphertexts: number;
  /** Plaintext operands. */
  readonly products: number;
}

/** Beginnings kept after every layer. */
const BEAM = 16;
/** Plaintext operands beyond which a model would not fit into memory encoded: 4,096 of three limbs at N = 8192 take 800 MB. */
const MOST_PRODUCTS = 4096;
/** Encoding and encrypting one ciphertext, about 3.1 ms where a transform takes 0.18 ms (node-seal 7.0.0, N = 8192). */
const SENT = 17;

/** A key switch of k limbs takes k^2 + 3k + 2 transforms. */
function keySwitch(limbs: number): number {
  return limbs * limbs + 3 * limbs + 2;
}

/** Costs that differ between the library's kernels and ours. */
export interface KernelCosts {
  /** A product with a plaintext, per limb, in transforms. */
  readonly product: number;
  /** A further rotation of one ciphertext, in rotations: kernels that keep its digits (hoisting) only pay for the inner product. */
  readonly hoisted: number;
}

/**
 * The cheapest routes for the linear layers of a network, the first of which reads the input alone.
 *
 * @param canGather whether numbers of the input that the first layer does not read may be left out
 */
export function cheapestRoutes(layers: readonly RoutedLayer[], shape: SlotShape, costs: KernelCosts, canGather = true): readonly Route[] {
  const [first, ...others] = layers as [RoutedLayer, ...RoutedLayer[]];
  const [{ matrix }] = first.operands as [RoutedLayer['operands'][number]];
  // About a prime is left behind with every linear layer.
  const limbsAt = (layer: number): number => layers.length - layer;
  const starts: Route[] = [];

  const sent = gatheredCiphertexts(matrix, shape);
  // What is laid out for one layer is of no use to another.
  const isReadOnce = canGather && others.every(({ operands }) => operands.every(({ source }) => source !== null));
  if (isReadOnce && sent <= MOST_PRODUCTS) {
    const { output, folds } = gatherInput(matrix, shape);
    const limbs = limbsAt(0);
    const cost = sent * (SENT + costs.product * limbs) + folds.length * output.ciphertexts * keySwitch(limbs);
    starts.push({ gathered: true, input: output, layers: [{ legs: [], output }], cost, ciphertexts: sent, products: sent });
  }
  const input = periodicLayout(matrix.columns, shape);
  const natural: Route = {
    gathered: false,
    input,
    layers: [],
    cost: input.ciphertexts * SENT,
    ciphertexts: input.ciphertexts,
    products: 0,
  };
  starts.push(...extended(natural, first, shape, limbsAt(0), costs));

  let routes = cheapest(starts);
  for (const [index, layer] of others.entries()) {
    routes = cheapest(routes.flatMap((route) => extended(route, layer, shape, limbsAt(index + 1), costs)));
  }
  return routes;
}

/** A way to multiply one operand, with its share of a route. */
interface CostedLeg {
  readonly leg: RouteLeg;
  readonly cost: number;
  readonly products: number;
}

function extended(route: Route, { operands, rows }: RoutedLayer, shape: SlotShape, limbs: number, costs: KernelCosts): Route[] {
  const ways = operands.map(({ source, matrix }) => {
    const layout = source === null ? route.input : route.layers[source]!.output;
    return linearLegs(layout, rows, shape).map((leg) => costed(leg, matrix, limbs, costs));
  });
  return meetings(ways).map((legs) => ({
    ...route,
    layers: [...route.layers, { legs: legs.map(({ leg }) => leg), output: commonLayout(legs.map(({ leg }) => leg.output)) }],
    cost: legs.reduce((sum, { cost }) => sum + cost, route.cost),
    products: legs.reduce((sum, { products }) => sum + products, route.products),
  }));
}

function costed(leg: LinearLeg, matrix: SparseMatrix, limbs: number, costs: KernelCosts): CostedLeg {
  const counts = countDiagonals(matrix, leg);
  const { output, folds, foldRows } = leg;
  const { babies, rotations } = babySteps(counts, leg.diagonals, costs);
  const folding = (folds.length + Number(foldRows)) * output.ciphertexts;
  const { products } = counts;
  return { leg: { ...leg, babies }, products, cost: (rotations + folding) * keySwitch(limbs) + products * limbs * costs.product };
}

/** For every way of the first operand the cheapest of each other one that leaves values in the same slots; none where one has none. */
function meetings([first, ...others]: readonly (readonly CostedLeg[])[]): (readonly CostedLeg[])[] {
  return first!.flatMap((way) => {
    const met = others.map((ways) =>
      ways.filter(({ leg }) => meet(leg.output, way.leg.output)).sort((left, right) => left.cost - right.cost),
    );
    return met.some((ways) => ways.length === 0) ? [] : [[way, ...met.map((ways) => ways[0]!)]];
  });
}

/** The number of baby steps that is cheapest, a power of two, and what rotations then cost, in rotations. */
function babySteps(counts: DiagonalCounts, diagonals: number, { hoisted }: KernelCosts): { babies: number; rotations: number } {
  const choices = Array.from({ length: Math.log2(diagonals) + 1 }, (_, bits) => {
    const { ofInputs, ofSums } = counts.rotations(2 ** bits);
    return { babies: 2 ** bits, rotations: ofInputs * hoisted + ofSums };
  });
  // Of equals the one with more baby steps: those may share digits.
  return choices.reduceRight((best, choice) => (choice.rotations < best.rotations ? choice : best));
}

function cheapest(routes: readonly Route[]): Route[] {
  return routes
    .filter(({ products }) => products <= MOST_PRODUCTS)
    .sort((left, right) => left.cost - right.cost)
    .slice(0, BEAM);
}
