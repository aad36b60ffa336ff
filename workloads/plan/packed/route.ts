/**
 * The search for layouts: a network's linear layers each have several ways to be computed, and each way leaves another layout for the
 * next. A beam search keeps the cheapest beginnings by a rough count of transforms; what remains is compiled and compared by the
 * scheme's own estimates.
 *
 * @module
 */
import type { SlotShape, SparseMatrix } from '../../../schemes/circuit.ts';
import { countDiagonals } from './diagonals.ts';
import { gatherInput, gatheredCiphertexts } from './gathered-input.ts';
import { type LinearStep, linearSteps } from './linear-step.ts';
import { periodicLayout, type SlotLayout } from './slot-layout.ts';

/** How the first layer's input arrives, and a step for every layer that is left. */
export interface Route {
  readonly gathered: boolean;
  readonly input: SlotLayout;
  readonly steps: readonly LinearStep[];
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

/** Baby steps of a transform of that many diagonals: as many as giant steps, or twice as many, because baby steps are hoisted. */
export function babySteps(diagonals: number): number {
  return 2 ** Math.ceil(Math.log2(diagonals) / 2);
}

/**
 * The cheapest routes for the linear layers of a network.
 * @param product Cost of a product with a plaintext, per limb, in transforms: 0.8 where products are slow, 0.1 where they are fast.
 */
export function cheapestRoutes(matrices: readonly SparseMatrix[], shape: SlotShape, product: number): readonly Route[] {
  const [first, ...others] = matrices;
  // About a prime is left behind with every linear layer.
  const limbsAt = (layer: number): number => matrices.length - layer;
  const starts: Route[] = [];

  const sent = gatheredCiphertexts(first!, shape);
  if (sent <= MOST_PRODUCTS) {
    const { output, folds } = gatherInput(first!, shape);
    const limbs = limbsAt(0);
    const cost = sent * (SENT + product * limbs) + folds.length * output.ciphertexts * keySwitch(limbs);
    starts.push({ gathered: true, input: output, steps: [], cost, ciphertexts: sent, products: sent });
  }
  const input = periodicLayout(first!.columns, shape);
  const natural: Route = {
    gathered: false,
    input,
    steps: [],
    cost: input.ciphertexts * SENT,
    ciphertexts: input.ciphertexts,
    products: 0,
  };
  starts.push(...extended(natural, first!, shape, limbsAt(0), product));

  let routes = cheapest(starts);
  for (const [index, matrix] of others.entries()) {
    routes = cheapest(routes.flatMap((route) => extended(route, matrix, shape, limbsAt(index + 1), product)));
  }
  return routes;
}

function extended(route: Route, matrix: SparseMatrix, shape: SlotShape, limbs: number, product: number): Route[] {
  const layout = route.steps.at(-1)?.output ?? route.input;
  return linearSteps(layout, matrix.rows, shape).map((step) => {
    const counts = countDiagonals(matrix, step);
    const { output, folds, foldRows, diagonals } = step;
    const rotations = counts.rotations(babySteps(diagonals)) + (folds.length + Number(foldRows)) * output.ciphertexts;
    return {
      ...route,
      steps: [...route.steps, step],
      cost: route.cost + rotations * keySwitch(limbs) + counts.products * limbs * product,
      products: route.products + counts.products,
    };
  });
}

function cheapest(routes: readonly Route[]): Route[] {
  return routes
    .filter(({ products }) => products <= MOST_PRODUCTS)
    .sort((left, right) => left.cost - right.cost)
    .slice(0, BEAM);
}
