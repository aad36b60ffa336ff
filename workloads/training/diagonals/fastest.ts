/**
 * The choice between candidates of one plan, by their compiled cost.
 *
 * @module
 */
import type { Circuit } from '../../../schemes/circuit.ts';
import { isRefusal, type Compiled, type Refusal } from '../../../schemes/scheme.ts';

export interface Fastest<C> {
  readonly candidate: C;
  readonly circuits: readonly Circuit[];
  readonly compiled: Compiled;
}

/** The candidate whose circuits are predicted to take the least time; the last refusal where every one is refused. */
export function fastest<C>(
  candidates: readonly C[],
  circuitsOf: (candidate: C) => readonly Circuit[],
  compile: (circuits: readonly Circuit[]) => Compiled | Refusal,
): Fastest<C> | Refusal {
  let best: Fastest<C> | null = null;
  let refusal: Refusal = { code: 'NO_LAYOUT', reason: 'no layout fits', circuit: '', node: null };
  for (const candidate of candidates) {
    const circuits = circuitsOf(candidate);
    const compiled = compile(circuits);
    if (isRefusal(compiled)) refusal = compiled;
    else if (best === null || time_ns(compiled) < time_ns(best.compiled)) best = { candidate, circuits, compiled };
  }
  return best ?? refusal;
}

function time_ns({ estimate }: Compiled): number {
  return estimate.evaluate_ns ?? Infinity;
}
