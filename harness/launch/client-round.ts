/**
 * What the client does between decrypting a value and sending it back.
 *
 * @module
 */
import type { Values } from '../../schemes/circuit.ts';
import type { Port } from '../../schemes/scheme.ts';
import type { Arrangement, Action } from '../../workloads/plan.ts';
import { arrange, collect } from './arrange.ts';

type ClientAction = Extract<Action, { do: 'client' }>;

/** One side of the exchange: a port, and its rule where the plan gives one. */
export interface Side {
  readonly port: Port;
  readonly arrangement: Arrangement | undefined;
}

/**
 * Slots of the port that the value goes into. Where both sides have an arrangement the numbers are read by one rule and
 * laid out by the other; otherwise slots stay where they are. Counts are converted to the new port's step, rounded.
 */
export function answer(apply: ClientAction['apply'], decrypted: readonly Values[], from: Side, into: Side, samples: number): Values[] {
  const moved =
    from.arrangement === undefined || into.arrangement === undefined
      ? decrypted
      : arrange(into.arrangement, into.port.shape, collect(from.arrangement, samples, decrypted));
  return moved.map((values) => rescaled(apply, values, from.port.type.step, into.port.type.step));
}

function rescaled(apply: ClientAction['apply'], values: Values, fromStep: number | null, intoStep: number | null): Values {
  // Equal steps need no real numbers between, so that bigint counts stay exact.
  if (!(values instanceof Float64Array) && fromStep === intoStep && apply !== 'sign') {
    return values.map((count) => (apply === 'relu' && count < 0n ? 0n : count));
  }
  const numbers = values instanceof Float64Array ? values : Float64Array.from(values, Number);
  return numbers.map((number) => {
    const real = applied(apply, number * (fromStep ?? 1));
    return intoStep === null ? real : Math.round(real / intoStep);
  });
}

/** The sign of zero is +1, as in networks with binary activations. */
function applied(apply: ClientAction['apply'], value: number): number {
  switch (apply) {
    case 'identity':
      return value;
    case 'relu':
      return Math.max(0, value);
    case 'sign':
      return value < 0 ? -1 : 1;
  }
}
