/**
 * The first shape of a scheme that carries a plan.
 *
 * @module
 */
import type { SlotShape } from '../../schemes/circuit.ts';
import { type Compiled, isRefusal, type Refusal } from '../../schemes/scheme.ts';
import type { Plan } from '../plan.ts';
import type { TaskRequest } from '../workload.ts';

export interface ChosenPlan {
  readonly plan: Plan;
  readonly compiled: Compiled;
}

/**
 * Plans and compiles for one shape after another, smallest first, until one compiles.
 * Otherwise the scheme's refusal of the largest shape it was asked for: it had most room. A planner's own refusal, that a shape
 * is too small, tells less and is given only where the scheme was never asked.
 */
export function choosePlan(
  { scheme, compile }: Pick<TaskRequest, 'scheme' | 'compile'>,
  planFor: (shape: SlotShape) => Plan | Refusal,
): ChosenPlan | Refusal {
  let refusal: Refusal = { code: 'NO_SHAPE', reason: 'the scheme offers no slots', circuit: '', node: null };
  let asked = false;
  for (const shape of scheme.shapes) {
    const plan = planFor(shape);
    if (isRefusal(plan)) {
      if (!asked) refusal = plan;
      continue;
    }
    const compiled = compile(plan.circuits);
    if (!isRefusal(compiled)) return { plan, compiled };
    refusal = compiled;
    asked = true;
  }
  return refusal;
}
