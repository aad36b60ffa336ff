/**
 * Which parameter sets single operations are timed with, where the user names none.
 *
 * @module
 */
import { isRefusal, type HEScheme, type Kernels } from '../../../schemes/scheme.ts';
import type { PrimitivesWorkload } from '../../../workloads/workload.ts';
import { requirementOf } from '../../record/requirement.ts';

/**
 * Every secure set, without those that plans choose for the scheme's other kernels only: these were made for them, and would
 * show the same operations again.
 */
export function primitiveSets(workload: PrimitivesWorkload, scheme: HEScheme, kernels: Kernels): readonly string[] {
  const secure = Object.keys(scheme.parameterSets).filter(isSecureSet);
  const others = scheme.library.kernels.filter((other) => other !== kernels);
  if (others.length === 0) return secure;
  const chosen = chosenSets(workload, scheme, kernels);
  const chosenElsewhere = new Set(others.flatMap((other) => [...chosenSets(workload, scheme, other)]));
  return secure.filter((id) => chosen.has(id) || !chosenElsewhere.has(id));
}

/** Sets that the scheme takes for the small circuits, over all of its shapes. */
function chosenSets(workload: PrimitivesWorkload, scheme: HEScheme, kernels: Kernels): ReadonlySet<string> {
  const need = requirementOf({ parameters: null, kernels, threads: 1 });
  const ids = scheme.shapes.flatMap((shape) =>
    workload.circuits(scheme.arithmetic, shape, 1).flatMap(({ circuit }) => {
      const compiled = scheme.compile([circuit], need);
      return isRefusal(compiled) ? [] : [compiled.client.parameters.id];
    }),
  );
  return new Set(ids);
}

/** Sets for tests say in their ids that they are not secure. */
export function isSecureSet(id: string): boolean {
  return !id.startsWith('insecure-');
}
