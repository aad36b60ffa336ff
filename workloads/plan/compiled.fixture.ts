/**
 * For tests: what a scheme's compile returns, as far as planners look at it.
 *
 * @module
 */
import type { Compiled, Correctness } from '../../schemes/scheme.ts';

export interface CompiledFacts {
  readonly evaluate_ns?: number;
  /** Bytes that the client sends. */
  readonly input?: number;
  readonly passes?: number;
  readonly correctness?: Readonly<Record<string, Pick<Correctness, 'kind'>>>;
}

export function compiledWith({ evaluate_ns = 1, input = 1, passes = 1, correctness = {} }: CompiledFacts = {}): Compiled {
  const facts = { client: { ports: { x: { passes } } }, estimate: { evaluate_ns, bytes: { input }, correctness } };
  return { id: `${evaluate_ns}`, ...facts } as unknown as Compiled;
}
