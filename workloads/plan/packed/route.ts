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
import { periodicLayout, type SlotLayout } from './slot-layout.ts';

/** A product by diagonals, `babies` of which are reached by rotating its input; giant steps of as many reach the others. */
export interface RouteLeg extends LinearLeg {
  readonly babies: number;
}

/** How the first layer's input arrives, and a leg for every linear layer that is left. */
export interface Route {
  readonly gathered: boolean;
  readonly input: SlotLayout;
  readonly legs: readonly RouteLeg[];
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

/** The cheapest routes for the linear layers of a network. */
export function cheapestRoutes(matrices: readonly SparseMatrix[], shape: SlotShape, costs: KernelCosts): readonly Route[] {
  const [first, ...others] = matrices;
  // About a prime is left behind with every linear layer.
  const limbsAt = (layer: number): number => matrices.length - layer;
  const starts: Route[] = [];

  const sent = gatheredCiphertexts(first!, shape);
  if (sent <= MOST_PRODUCTS) {
    const { output, folds } = gatherInput(first!, shape);
    const limbs = limbsAt(0);
    const cost = sent * (SENT + costs.product * limbs) + folds.length * output.ciphertexts * keySwitch(limbs);
    starts.push({ gathered: true, input: output, legs: [], cost, ciphertexts: sent, products: sent });
  }
  const input = periodicLayout(first!.columns, shape);
  const natural: Route = {
    gathered: false,
    input,
    legs: [],
    cost: input.ciphertexts * SENT,
    ciphertexts: input.ciphertexts,
    products: 0,
  };
  starts.push(...extended(natural, first!, shape, limbsAt(0), costs));

  let routes = cheapest(starts);
  for (const [index, matrix] of others.entries()) {
    routes = cheapest(routes.flatMap((route) => extended(route, matrix, shape, limbsAt(index + 1), costs)));
  }
  return routes;
}

function extended(route: Route, matrix: SparseMatrix, shape: SlotShape, limbs: number, costs: KernelCosts): Route[] {
  const layout = route.legs.at(-1)?.output ?? route.input;
  return linearLegs(layout, matrix.rows, shape).map((leg) => {
    const counts = countDiagonals(matrix, leg);
    const { output, folds, foldRows } = leg;
    const { babies, rotations } = babySteps(counts, leg.diagonals, costs);
    const folding = (folds.length + Number(foldRows)) * output.ciphertexts;
    return {
      ...route,
      legs: [...route.legs, { ...leg, babies }],
      cost: route.cost + (rotations + folding) * keySwitch(limbs) + counts.products * limbs * costs.product,
      products: route.products + counts.products,
    };
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
