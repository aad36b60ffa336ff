/**
 * One row of the primitives table.
 *
 * @module
 */
import type { Primitive } from '../../scheme.ts';

export interface TimedOperation {
  readonly name: string;
  readonly bytes?: number;
  readonly run: () => void | Promise<void>;
  /** Whether what `run` left behind is right. */
  readonly right: () => boolean;
}

/** An operation without a level. */
export function primitive({ name, bytes, run, right }: TimedOperation): Primitive {
  return {
    name,
    level: null,
    bytes: bytes ?? null,
    run,
    async verify() {
      await run();
      return right();
    },
  };
}
