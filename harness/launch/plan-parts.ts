/**
 * A plan's steps, cut where the client has to answer.
 *
 * @module
 */
import type { Step } from '../../workloads/plan.ts';

/** Times that the client waits for the evaluator in one batch: downloads without an upload between are one wait. */
export function roundsOf(steps: readonly Step[]): number {
  let rounds = 0;
  let waited = false;
  for (const step of steps) {
    if ((step.do === 'download' || step.do === 'client') && !waited) rounds++;
    if (step.do === 'download') waited = true;
    if (step.do === 'upload' || step.do === 'client') waited = false;
  }
  return rounds;
}

export type ClientStep = Extract<Step, { do: 'client' }>;
export type EvaluatorStep = Exclude<Step, ClientStep>;

/** Steps that no client round interrupts, and the round that ends them. */
export interface Part {
  readonly steps: readonly EvaluatorStep[];
  readonly round: ClientStep | null;
}

/** In order; the last part has no round. */
export function partsOf(steps: readonly Step[]): Part[] {
  const parts: Part[] = [];
  let since: EvaluatorStep[] = [];
  for (const step of steps) {
    if (step.do !== 'client') {
      since.push(step);
      continue;
    }
    parts.push({ steps: since, round: step });
    since = [];
  }
  return [...parts, { steps: since, round: null }];
}
