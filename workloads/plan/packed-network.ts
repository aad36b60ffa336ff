/**
 * The packed layout for whole networks: one sample over the slots (LoLa, ICML 2019). Routes through the network are searched, planned
 * and compiled; the scheme's estimates decide.
 *
 * @module
 */
import type { SlotShape } from '../../schemes/circuit.ts';
import { isRefusal, type Refusal } from '../../schemes/scheme.ts';
import type { TaskRequest } from '../workload.ts';
import type { ChosenPlan } from './choose.ts';
import { routePlan } from './packed/circuit.ts';
import { cheapestRoutes, type Route } from './packed/route.ts';
import type { PlannedNetwork } from './planned-network.ts';
import { CIRCUIT } from './round-trip.ts';

/** Costs of a product in transforms, of slow and fast kernels: each finds other routes cheapest. */
const PRODUCT_COSTS = [0.8, 0.1];
/** Routes that are compiled, for each of them. */
const COMPILED_ROUTES = 2;
/** What the client takes to encode and encrypt, by the byte it sends: 4 ciphertexts of 192 KB in 11 ms (node-seal 7.0.0, N = 8192). */
const CLIENT_NS_PER_BYTE = 14;

function refused(code: string, reason: string): Refusal {
  return { code, reason, circuit: CIRCUIT, node: null };
}

function routesOf(network: PlannedNetwork, shape: SlotShape): readonly Route[] {
  const matrices = network.layers.flatMap((layer) => (layer.kind === 'linear' ? [layer.matrix] : []));
  const routes = PRODUCT_COSTS.flatMap((cost) => cheapestRoutes(matrices, shape, cost).slice(0, COMPILED_ROUTES));
  const seen = new Set<string>();
  return routes.filter(({ gathered, steps }) => {
    const key = JSON.stringify([gathered, steps]);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/**
 * The plan with the least predicted time for client and evaluator, on the smallest shape that carries one.
 *
 * @throws EnigmarkError RANGE_TOO_LARGE
 */
export function planPackedNetwork(
  network: PlannedNetwork,
  { scheme, compile }: Pick<TaskRequest, 'scheme' | 'compile'>,
): ChosenPlan | Refusal {
  if (network.layers.some(({ kind }) => kind === 'table')) return refused('TABLES_NEED_SINGLE_VALUES', 'the packed layout has no tables');
  let refusal = refused('NO_SHAPE', 'the scheme offers no slots');
  for (const shape of scheme.shapes) {
    let best: ChosenPlan | null = null;
    let least = Infinity;
    const routes = routesOf(network, shape);
    if (routes.length === 0)
      refusal = refused('TOO_MANY_PRODUCTS', `no layout over ${shape.rows} x ${shape.columns} slots is small enough`);
    for (const route of routes) {
      const plan = routePlan(network, route, shape);
      const compiled = compile(plan.circuits);
      if (isRefusal(compiled)) {
        refusal = compiled;
        continue;
      }
      const { evaluate_ns, bytes } = compiled.estimate;
      const predicted_ns = (evaluate_ns ?? 0) + bytes.input * CLIENT_NS_PER_BYTE;
      if (predicted_ns < least) [best, least] = [{ plan, compiled }, predicted_ns];
    }
    if (best !== null) return best;
  }
  return refusal;
}
