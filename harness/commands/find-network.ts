/**
 * The one network that a command is about, and its plan.
 *
 * @module
 */
import { EnigmarkError } from '../../schemes/errors.ts';
import { isRefusal, type HEScheme, type Kernels } from '../../schemes/scheme.ts';
import { findWorkloads } from '../../workloads/registry.ts';
import { isNetworkWorkload, type Layout, type Task, type Workload } from '../../workloads/workload.ts';
import { requirementOf } from '../record/requirement.ts';
import { usageError } from './usage.ts';

/** A workload of circuits. @throws EnigmarkError USAGE, UNKNOWN_WORKLOAD */
export function findNetwork(name: string | undefined): Workload {
  const remedy = 'the command list names them all';
  if (name === undefined) throw usageError('a network', 'none', remedy);
  const [workload, ...others] = findWorkloads(name);
  if (workload === undefined || others.length > 0 || !isNetworkWorkload(workload)) throw usageError('one network', `'${name}'`, remedy);
  return workload;
}

/** How a network is planned: by whose code, and in which layout. */
export interface NetworkPlanning {
  readonly scheme: HEScheme;
  readonly layout: Layout;
  readonly kernels: Kernels;
  readonly threads: number;
  readonly seed: number;
  readonly dataFolder?: string | null;
}

/** Planned and compiled, with the smallest parameters that fit. @throws EnigmarkError with the code of the refusal where scheme or planner refuse */
export async function prepareNetwork(
  network: Workload,
  { scheme, layout, kernels, threads, seed, dataFolder = null }: NetworkPlanning,
): Promise<Task> {
  const { arithmetic, operations, shapes, trunk } = scheme;
  const need = requirementOf({ parameters: null, kernels, threads });
  const task = await network.prepare({
    scheme: { arithmetic, operations, shapes, ...(trunk === undefined ? {} : { trunk }) },
    layout,
    seed,
    dataFolder,
    planCache: null,
    compile: (circuits) => scheme.compile(circuits, need),
  });
  if (isRefusal(task)) {
    throw new EnigmarkError(task.code, {
      expected: `a plan of ${network.id}, ${layout}, under ${scheme.id} on ${kernels === 'own' ? 'our' : "the library's"} kernels`,
      got: `a refusal: ${task.reason}`,
      remedy: 'choose another network, layout, scheme or kernels',
    });
  }
  return task;
}
