/**
 * Evaluators of a suite that makes thousands of them.
 *
 * @module
 */
import type { Compiled, HEEvaluator, HEScheme, KeyPart } from '../scheme.ts';
import { collectGarbage } from './collect-garbage.ts';

/** An engine does not see how much memory of WebAssembly hangs on small objects that nobody needs any more; it has to be told to look. */
const COLLECT_EVERY = 32;
let made = 0;

/** As `HEScheme.createEvaluator`; the memory of former ones is given back now and then. */
export async function createEvaluator(scheme: HEScheme, compiled: Compiled, keys: readonly KeyPart[]): Promise<HEEvaluator> {
  if (++made % COLLECT_EVERY === 0) await collectGarbage();
  return scheme.createEvaluator(compiled, keys);
}
