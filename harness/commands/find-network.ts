/**
 * The one network that a command is about.
 *
 * @module
 */
import { findWorkloads } from '../../workloads/registry.ts';
import type { Workload } from '../../workloads/workload.ts';
import { usageError } from './usage.ts';

/** A workload of circuits. @throws EnigmarkError USAGE, UNKNOWN_WORKLOAD */
export function findNetwork(name: string | undefined): Workload {
  const remedy = 'the command list names them all';
  if (name === undefined) throw usageError('a network', 'none', remedy);
  const [workload, ...others] = findWorkloads(name);
  if (workload === undefined || others.length > 0 || workload.layouts === null) throw usageError('one network', `'${name}'`, remedy);
  return workload;
}
