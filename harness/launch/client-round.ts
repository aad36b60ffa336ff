/**
 * What the client sends in a round: decrypted numbers, changed and laid out for the next encryption.
 *
 * @module
 */
import type { Values } from '../../schemes/circuit.ts';
import type { Port } from '../../schemes/scheme.ts';
import type { Arrangement, ClientFunction } from '../../workloads/plan.ts';
import { applyAtClient } from '../../workloads/plan/client/client-function.ts';
import { joinValues } from '../../workloads/plan/planned-reference.ts';
import { arrange, collect } from './arrange.ts';

/** One side of the exchange: a port, and its rule where the plan gives one. */
export interface Side {
  readonly port: Port;
  readonly arrangement: Arrangement | undefined;
}

/** A decrypted bundle. */
export interface Bundle {
  readonly slots: readonly Values[];
  readonly side: Side;
}

/** A bundle, and what becomes of its numbers. */
interface Answered extends Bundle {
  readonly apply: ClientFunction;
}

/**
 * Slots of the port that the values go into, those of several bundles one behind the other in every sample. Where all sides have an
 * arrangement the numbers are read by one rule and laid out by the other; otherwise there is one bundle, whose slots stay where they are,
 * and nothing can be pooled.
 */
export function answer(of: readonly Answered[], into: Side, samples: number): readonly Values[] {
  const made = ({ apply, side }: Answered, numbers: Values): Values => applyAtClient(apply, numbers, side.port.type.step, into.port.type);
  const numbers = of.map((one) =>
    one.side.arrangement === undefined ? null : made(one, collect(one.side.arrangement, samples, one.slots)),
  );
  if (into.arrangement === undefined || numbers.includes(null)) return of[0]!.slots.map((slots) => made(of[0]!, slots));
  return arrange(into.arrangement, into.port.shape, joinSamples(numbers as readonly Values[], samples));
}

/** All values of the first sample, of one bundle after the other, then those of the second. */
function joinSamples(bundles: readonly Values[], samples: number): Values {
  if (bundles.length === 1) return bundles[0]!;
  const parts = Array.from({ length: samples }, (_, sample) =>
    bundles.map((numbers) => {
      const each = numbers.length / samples;
      return numbers.slice(sample * each, (sample + 1) * each);
    }),
  );
  return joinValues(parts.flat());
}
