/**
 * Facts about a planned task that a record needs.
 *
 * @module
 */
import type { ClientPlan, Correctness } from '../../schemes/scheme.ts';
import type { Plan } from '../../workloads/plan.ts';
import type { Task } from '../../workloads/workload.ts';

/** The output, named as ports are, that the compared result is downloaded from. */
export function outputPort({ plan: { actions }, output }: Task): string {
  const download = actions.findLastIndex((action) => action.do === 'download' && action.result === output.result);
  const action = actions[download];
  const held = action?.do === 'download' ? action.held : null;
  for (const before of actions.slice(0, Math.max(0, download)).reverse()) {
    if (before.do !== 'run') continue;
    const name = Object.keys(before.outputs).find((name) => before.outputs[name] === held);
    if (name !== undefined) return `${before.circuit}.${name}`;
  }
  throw new Error(`the plan downloads no circuit's output as '${output.result}'`);
}

export function lastLayer({ plan }: Task): string {
  return plan.circuits.at(-1)?.nodes.at(-1)?.layer ?? 'output';
}

export function boundOf({ circuits }: Plan): 'proven' | 'calibrated' {
  return circuits.some(({ nodes }) => nodes.some(({ type }) => type.bound === 'calibrated')) ? 'calibrated' : 'proven';
}

/** Plaintext primes that whole numbers are computed for; null where values are real. */
export function passesOf({ circuits }: Plan, { ports }: ClientPlan): number | null {
  if (circuits.some(({ nodes }) => nodes.some(({ type }) => type.step === null))) return null;
  return Math.max(...Object.values(ports).map(({ passes }) => passes));
}

/** Null where results cannot fail, or are approximate and never bootstrapped. */
export function failureOf(correctness: Correctness | undefined): number | null {
  return correctness?.failure_log2 ?? null;
}
