/**
 * Names on the command line to schemes and workloads.
 *
 * @module
 */
import { findSchemes, loadAdapter, loadScheme, schemeIds } from '../../schemes/registry.ts';
import { findWorkloads, loadWorkloads, workloads } from '../../workloads/registry.ts';
import type { RegisteredWorkload } from '../../workloads/workload.ts';
import { expectAdapter } from '../run/adapter-facts.ts';
import type { SelectedScheme } from '../run/matrix.ts';
import { usageError } from './usage.ts';

/**
 * Schemes named by id or by scheme, and every adapter given; where only adapters are given, those alone.
 *
 * @throws EnigmarkError UNKNOWN_SCHEME, ADAPTER_UNUSABLE, ADAPTER_INVALID, USAGE.
 */
export async function selectSchemes(selectors: readonly string[] | null, adapters: readonly string[]): Promise<readonly SelectedScheme[]> {
  const own = await Promise.all(adapters.map(selectAdapter));
  // A built-in id that an adapter gives as its scheme means both.
  const isOwn = (selector: string): boolean =>
    own.some(({ scheme }) => scheme.id === selector || (scheme.scheme === selector && !schemeIds.includes(selector)));
  const builtIn = selectors?.flatMap((selector) => (isOwn(selector) ? [] : findSchemes(selector))) ?? (own.length > 0 ? [] : schemeIds);
  const selected = [...(await Promise.all([...new Set(builtIn)].map(selectBuiltIn))), ...own];
  const ids = selected.map(({ scheme }) => scheme.id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw usageError('adapters with ids of their own', `'${twice}' twice`, "change one adapter's id");
  return selected;
}

async function selectBuiltIn(id: string): Promise<SelectedScheme> {
  return { scheme: await loadScheme(id), adapter: null };
}

async function selectAdapter(adapter: string): Promise<SelectedScheme> {
  return { scheme: expectAdapter(await loadAdapter(adapter), adapter), adapter };
}

/**
 * Workloads named by id or by group, and every network given; where only networks are given, those alone.
 *
 * @throws EnigmarkError UNKNOWN_WORKLOAD, and as `loadWorkloads` does
 */
export function selectWorkloads(selectors: readonly string[] | null, networks: readonly string[]): readonly RegisteredWorkload[] {
  const all = loadWorkloads(networks);
  const own = all.slice(workloads.length);
  const named = selectors?.flatMap((selector) => findWorkloads(selector, all)) ?? (own.length > 0 ? [] : workloads);
  return [...new Set([...named, ...own])];
}
