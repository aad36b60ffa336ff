/**
 * A plan's actions, cut where the client has to answer.
 *
 * @module
 */
import type { Action } from '../../workloads/plan.ts';

/** Times that the client waits for the evaluator in one batch: downloads without an upload between are one wait. */
export function roundsOf(actions: readonly Action[]): number {
  let rounds = 0;
  let waited = false;
  for (const action of actions) {
    if ((action.do === 'download' || action.do === 'client') && !waited) rounds++;
    if (action.do === 'download') waited = true;
    if (action.do === 'upload' || action.do === 'client') waited = false;
  }
  return rounds;
}

export type ClientAction = Extract<Action, { do: 'client' }>;
export type EvaluatorAction = Exclude<Action, ClientAction>;

/** Actions that no client round interrupts, and the round that ends them. */
export interface Part {
  readonly actions: readonly EvaluatorAction[];
  readonly round: ClientAction | null;
}

/** In order; the last part has no round. */
export function partsOf(actions: readonly Action[]): Part[] {
  const parts: Part[] = [];
  let since: EvaluatorAction[] = [];
  for (const action of actions) {
    if (action.do !== 'client') {
      since.push(action);
      continue;
    }
    parts.push({ actions: since, round: action });
    since = [];
  }
  return [...parts, { actions: since, round: null }];
}
