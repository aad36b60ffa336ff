/**
 * Checks the manifest of an outsider's adapter: without the check, a missing field would fail later and look like a bug of the harness.
 *
 * @module
 */
import { z } from 'zod';
import { EnigmarkError } from '../../../schemes/errors.ts';
import type { HEScheme } from '../../../schemes/scheme.ts';
import { schemeFacts } from './scheme-facts.ts';

const name = z.string().min(1);
const method = z.custom<unknown>((value) => typeof value === 'function', 'expected a function');
const { id, scheme, family, library } = schemeFacts.shape;

const adapterShape = z.object({
  ...{ id, scheme, family, library: z.object(library.shape) },
  arithmetic: z.enum(['real', 'integer']),
  operations: z.set(z.string()),
  shapes: z.array(z.object({ rows: z.literal([1, 2]), columns: z.int().min(1) })).min(1),
  parameterSets: z.record(name, z.object({ id: name })),
  compile: method,
  createClient: method,
  createEvaluator: method,
});

/** @throws EnigmarkError ADAPTER_INVALID naming the first field that is wrong. */
export function expectAdapter(adapter: HEScheme, specifier: string): HEScheme {
  const issue = adapterShape.safeParse(adapter).error?.issues[0];
  if (issue === undefined) return adapter;
  throw new EnigmarkError('ADAPTER_INVALID', {
    expected: `an adapter '${specifier}' as schemes/scheme.ts describes it`,
    got: `at ${issue.path.join('.') || 'the top'}: ${issue.message}`,
    remedy: 'correct that field',
  });
}
