/**
 * One bundle of a round at the client: decrypted numbers, changed and laid out for the next encryption.
 *
 * @module
 */
import type { Values } from '../../schemes/circuit.ts';
import type { Port } from '../../schemes/scheme.ts';
import type { Arrangement, ClientFunction } from '../../workloads/plan.ts';
import { applyAtClient } from '../../workloads/plan/client/client-function.ts';
import { arrange, collect } from './arrange.ts';

/** One side of the exchange: a port, and its rule where the plan gives one. */
export interface Side {
  readonly port: Port;
  readonly arrangement: Arrangement | undefined;
}

/**
 * Slots of the port that the value goes into. Where both sides have an arrangement the numbers are read by one rule and laid out by the
 * other; otherwise slots stay where they are, and nothing can be pooled.
 */
export function answer(apply: ClientFunction, decrypted: readonly Values[], from: Side, into: Side, samples: number): readonly Values[] {
  const ofNumbers = (numbers: Values): Values => applyAtClient(apply, numbers, from.port.type.step, into.port.type);
  if (from.arrangement === undefined || into.arrangement === undefined) return decrypted.map(ofNumbers);
  return arrange(into.arrangement, into.port.shape, ofNumbers(collect(from.arrangement, samples, decrypted)));
}
