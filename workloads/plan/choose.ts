/**
 * The first shape of a scheme that carries a plan, and the quickest plan on it.
 *
 * @module
 */
import type { Circuit, SlotShape } from '../../schemes/circuit.ts';
import { refuse } from '../../schemes/refuse.ts';
import { type Compiled, isRefusal, type Refusal } from '../../schemes/scheme.ts';
import type { Plan } from '../plan.ts';
import type { TaskRequest } from '../workload.ts';

/** A scheme that plans are chosen for. */
export interface Choosing extends Pick<TaskRequest, 'scheme'> {
  readonly compile: (circuits: readonly Circuit[]) => Compiled | Refusal;
  /** Products in a row are many: where the largest shape has no levels for them, smaller ones are not asked. */
  readonly isDeep?: boolean;
}

export interface ChosenPlan {
  readonly plan: Plan;
  readonly compiled: Compiled;
}

/** Time of the client to encode and encrypt, per byte that it sends: 4 ciphertexts of 192 KB in 11 ms (node-seal 7.0.0, N = 8192). */
const CLIENT_NS_PER_BYTE = 14;

/** Refusals after which no other layout is tried on a shape, where levels are lacking or all comparing has been spent. */
const ENOUGH_REFUSALS = 2;
/** Codes of refusals for lack of levels: with none left, summands cannot meet either. */
const TOO_DEEP: ReadonlySet<string> = new Set(['OUT_OF_LEVELS', 'SCALE_MISMATCH']);
/**
 * What comparing plans may take on a shape: a scheme searches scales for seconds where circuits are long and deep. Plans come with the most
 * promising first, so that the best so far is seldom beaten. Counted, not timed: every launch chooses alike.
 */
const MOST_COMPARED = 150;

/** Predicted time of one batch for evaluator and client; one-time costs are not counted. */
export function predicted_ns({ estimate: { evaluate_ns, bytes } }: Compiled): number {
  return (evaluate_ns ?? 0) + bytes.input * CLIENT_NS_PER_BYTE;
}

function passesOf({ client }: Compiled): number {
  return Math.max(1, ...Object.values(client.ports).map(({ passes }) => passes));
}

/**
 * Plans and compiles for one shape after another, smallest first, until one carries a plan; of several plans on it, the one that the
 * scheme's estimate promises to be quickest. A shape that needs several plaintext primes is compared with larger shapes, which need fewer.
 * Where no shape carries a plan, the result is the scheme's refusal of the largest shape that it was asked for and has. A planner's own
 * refusal, that a shape is too small, says less and is given only where the scheme was never asked.
 */
export function choosePlan(
  { scheme, compile, isDeep = false }: Choosing,
  plansFor: (shape: SlotShape) => readonly (() => Plan | Refusal)[] | Refusal,
): ChosenPlan | Refusal {
  let refusal: Refusal = refuse('NO_SHAPE', 'the scheme offers no slots');
  let asked = false;
  let found: ChosenPlan | null = null;
  const largest = scheme.shapes.at(-1);
  const plansOfLargest = isDeep && largest !== undefined ? plansFor(largest) : null;
  const firstOfLargest = plansOfLargest === null ? null : firstPlan(plansOfLargest, compile);
  if (firstOfLargest !== null && isRefusal(firstOfLargest.compiled) && TOO_DEEP.has(firstOfLargest.compiled.code))
    return firstOfLargest.compiled;
  for (const shape of scheme.shapes) {
    let best: ChosenPlan | null = null;
    let [deep, refused, compared] = [0, 0, 0];
    const plans = shape === largest && plansOfLargest !== null ? plansOfLargest : plansFor(shape);
    for (const [at, made] of (isRefusal(plans) ? [() => plans] : plans).entries()) {
      // Plans of one network are as deep in every layout: where some find no levels, neither do the others.
      if (best === null && deep === ENOUGH_REFUSALS) break;
      if (compared > MOST_COMPARED && (best !== null || refused >= ENOUGH_REFUSALS)) break;
      const known = shape === largest && at === 0 ? firstOfLargest : null;
      const plan = known?.plan ?? made();
      if (isRefusal(plan)) {
        if (!asked) refusal = plan;
        continue;
      }
      const compiled = known?.compiled ?? compile(plan.circuits);
      compared += lengthOf(plan);
      if (isRefusal(compiled)) {
        if (!asked || saysMore(compiled)) refusal = compiled;
        asked = true;
        refused++;
        if (TOO_DEEP.has(compiled.code)) deep++;
      } else if (best === null || predicted_ns(compiled) < predicted_ns(best.compiled)) {
        best = { plan, compiled };
      }
    }
    if (best === null) continue;
    if (found === null || predicted_ns(best.compiled) < predicted_ns(found.compiled)) found = best;
    if (passesOf(best.compiled) === 1) break;
  }
  return found ?? refusal;
}

/** null: there is none. */
function firstPlan(
  plans: readonly (() => Plan | Refusal)[] | Refusal,
  compile: Choosing['compile'],
): { readonly plan: Plan; readonly compiled: Compiled | Refusal } | null {
  const plan = isRefusal(plans) ? plans : plans[0]?.();
  return plan === undefined || isRefusal(plan) ? null : { plan, compiled: compile(plan.circuits) };
}

/** Nodes times products: about how long a search for scales takes. */
function lengthOf({ circuits }: Plan): number {
  const products = ({ nodes }: Circuit): number => nodes.filter(({ op }) => op === 'multiply' || op === 'dot').length;
  return circuits.reduce((sum, circuit) => sum + circuit.nodes.length * products(circuit), 0);
}

/** Than that a set which was asked for has other shapes: of those that it has, the scheme tells what is in the way. */
export function saysMore({ code }: Refusal): boolean {
  return code !== 'SHAPE_UNSUPPORTED';
}
