/**
 * For tests: what the lists of broken adapters are made of.
 *
 * @module
 */
import { planDigest } from '../../envelope.ts';
import type { Compiled, HEScheme } from '../../scheme.ts';
import { cleartext, type Breakage, type ClearPrimitives } from '../toy.fixture.ts';

export interface BrokenAdapter {
  readonly way: string;
  /** Title of the claim that has to notice. */
  readonly caughtBy: string;
  readonly scheme: HEScheme;
}

/** A broken adapter whose primitives differ from the sound ones. */
export function withPrimitives(
  change: (sound: ClearPrimitives) => Partial<ClearPrimitives>,
  arithmetic: 'real' | 'integer' = 'real',
): HEScheme {
  return cleartext(arithmetic, { primitives: (sound) => ({ ...sound, ...change(sound) }) });
}

/** A broken adapter whose compile says something else. */
export function withCompiled(compile: NonNullable<Breakage['compile']>): HEScheme {
  return cleartext('real', { compile });
}

export function withEstimate(change: (estimate: Compiled['estimate']) => Partial<Compiled['estimate']>): HEScheme {
  return withCompiled((compiled) => ({ ...compiled, estimate: { ...compiled.estimate, ...change(compiled.estimate) } }));
}

/** Details added to the client plan, its digest made anew. */
export function withDetails(compiled: Compiled, details: unknown): Compiled {
  const { encryption, keys, parameters, ports, scheme } = compiled.client;
  const content = { encryption, keys, parameters, ports, scheme, details };
  const id = planDigest(content);
  return { ...compiled, id, client: { id, ...content } };
}
