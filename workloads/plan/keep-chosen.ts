/**
 * Chosen plans kept between launches.
 *
 * @module
 */
import { isRefusal, type Refusal } from '../../schemes/scheme.ts';
import type { ChosenPlan } from './choose.ts';
import { keepPlan, type PlanCache } from './plan-cache.ts';

/** Refusals are not kept, and a kept plan that needs more memory than there is now is made anew. */
export function keepChosen<Chosen extends ChosenPlan>(
  planCache: PlanCache | null,
  followsFrom: object,
  search: () => Chosen | Refusal,
): Chosen | Refusal {
  return keepPlan<Chosen | Refusal>(planCache, followsFrom, search, {
    isWorthKeeping: (made) => !isRefusal(made),
    isUsable: (kept) => !isRefusal(kept) && kept.compiled.estimate.peak_bytes <= (planCache?.memory_bytes ?? 0),
  });
}
