/**
 * All that a run needs to know about a scheme to choose its cases. It is plain data, so that an outsider's adapter can be asked for it in a
 * process of its own.
 *
 * @module
 */
import { z } from 'zod';
import type { HEScheme } from '../../../schemes/scheme.ts';
import type { PrimitivesWorkload } from '../../../workloads/workload.ts';
import { ringDimensionOf } from '../../record/ring-dimension.ts';
import { isSecureSet, primitiveSets } from '../primitives/primitive-sets.ts';

const name = z.string().min(1);
const kernels = z.enum(['library', 'own']);

export const schemeFacts = z.strictObject({
  // A case id is made of it.
  id: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'expected lower-case letters, digits and hyphens'),
  scheme: name,
  library: z.strictObject({ name, version: name, kernels: z.array(kernels).min(1) }),
  family: z.enum(['none', 'partial', 'leveled', 'full']),
  arithmetic: z.enum(['real', 'integer']),
  /** Ids. */
  parameterSets: z.array(name),
  /** Ring dimensions of secure sets, by id; of those that have one. */
  ringDimensions: z.record(name, z.int().min(1)),
  /** By kernels, the sets that single operations are timed with; null: the scheme offers none, or they were not asked for. */
  primitiveSets: z.partialRecord(kernels, z.array(name)).nullable(),
});

export type SchemeFacts = Readonly<z.infer<typeof schemeFacts>>;

/** `primitives` is null where no single operations are to be measured: finding their sets takes planning. */
export function factsOf(scheme: HEScheme, primitives: PrimitivesWorkload | null): SchemeFacts {
  const { id, library, family, arithmetic, parameterSets } = scheme;
  return {
    id,
    scheme: scheme.scheme,
    library: { name: library.name, version: library.version, kernels: [...library.kernels] },
    family,
    arithmetic,
    parameterSets: Object.keys(parameterSets),
    ringDimensions: Object.fromEntries(
      Object.values(parameterSets).flatMap((set) => {
        const dimension = isSecureSet(set.id) ? ringDimensionOf(set) : null;
        return dimension === null ? [] : [[set.id, dimension]];
      }),
    ),
    primitiveSets:
      primitives === null || scheme.primitives === undefined
        ? null
        : Object.fromEntries(library.kernels.map((which) => [which, [...primitiveSets(primitives, scheme, which)]])),
  };
}
