/**
 * Names on the command line to schemes and workloads.
 *
 * @module
 */
import { EnigmarkError } from '../../schemes/errors.ts';
import { findSchemes, headlineSchemeIds, loadScheme, schemeIds } from '../../schemes/registry.ts';
import { findWorkloads, headlineWorkloads, loadWorkloads, workloads } from '../../workloads/registry.ts';
import type { PlanningOptions } from '../../workloads/own/planning-options.ts';
import type { PrimitivesWorkload, RegisteredWorkload } from '../../workloads/workload.ts';
import { describeAdapter, type DescribeOptions } from '../run/foreign-adapter.ts';
import type { LeftOut, SelectedScheme } from '../run/matrix.ts';
import type { Profile } from '../run/profile.ts';
import { factsOf } from '../launch/describe/scheme-facts.ts';
import { usageError } from './usage.ts';

export interface SchemeRequest extends DescribeOptions {
  /** null: all. */
  readonly selectors: readonly string[] | null;
  /** Paths and package names. */
  readonly adapters: readonly string[];
  /** Whether an adapter may stand in the place of a built-in scheme. */
  readonly replace: boolean;
  /** null: no single operations are asked for. */
  readonly primitives: PrimitivesWorkload | null;
  /** What is meant where neither schemes nor adapters are given. */
  readonly unnamed: Profile['schemes'];
}

export interface SchemeSelection {
  readonly schemes: readonly SelectedScheme[];
  /** Built-in schemes that were asked for and do not load here. */
  readonly unusable: readonly LeftOut[];
}

/**
 * Schemes named by id or by scheme, and every adapter given; where only adapters are given, those alone. A built-in scheme whose
 * library does not load is set aside with the reason, as long as another is left.
 *
 * @throws EnigmarkError UNKNOWN_SCHEME, ADAPTER_UNUSABLE, ADAPTER_INVALID, ADAPTER_ID_TAKEN, USAGE, INTERRUPTED.
 */
export async function selectSchemes(request: SchemeRequest): Promise<SchemeSelection> {
  const { selectors } = request;
  const own = await Promise.all(request.adapters.map((adapter) => selectAdapter(adapter, request)));
  // A built-in id that an adapter gives as its scheme means both.
  const isOwn = (selector: string): boolean =>
    own.some(({ scheme }) => scheme.id === selector || (scheme.scheme === selector && !schemeIds.includes(selector)));
  const isUnnamed = selectors === null && own.length === 0;
  const unnamed = request.unnamed === 'all' ? schemeIds : headlineSchemeIds;
  const named = selectors?.flatMap((selector) => (isOwn(selector) ? [] : findSchemes(selector))) ?? (isUnnamed ? unnamed : []);
  const builtIn = [...new Set(named)].filter((id) => !own.some(({ scheme }) => scheme.id === id));
  const loaded = await Promise.all(builtIn.map((id) => selectBuiltIn(id, request.primitives)));
  const schemes = [...loaded.filter(isSelected), ...own];
  const unusable = loaded.filter(isUnusable);
  const [first] = unusable;
  if (schemes.length === 0 && first !== undefined) throw first.error;
  const ids = own.map(({ scheme }) => scheme.id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw usageError('adapters with ids of their own', `'${twice}' twice`, "change one adapter's id");
  return { schemes, unusable: unusable.map(({ id, error }) => ({ id, reason: `${error.got} [${error.code}]` })) };
}

interface Unusable {
  readonly id: string;
  readonly error: EnigmarkError;
}

function isSelected(one: SelectedScheme | Unusable): one is SelectedScheme {
  return 'scheme' in one;
}

function isUnusable(one: SelectedScheme | Unusable): one is Unusable {
  return 'error' in one;
}

async function selectBuiltIn(id: string, primitives: PrimitivesWorkload | null): Promise<SelectedScheme | Unusable> {
  try {
    return { scheme: factsOf(await loadScheme(id), primitives), adapter: null, replaces: false };
  } catch (error) {
    if (error instanceof EnigmarkError && error.code === 'ADAPTER_UNUSABLE') return { id, error };
    throw error;
  }
}

async function selectAdapter(adapter: string, { replace, primitives, ...options }: SchemeRequest): Promise<SelectedScheme> {
  const scheme = await describeAdapter({ adapter, primitives: primitives !== null }, options);
  const replaces = schemeIds.includes(scheme.id);
  if (!replaces || replace) return { scheme, adapter, replaces };
  throw new EnigmarkError('ADAPTER_ID_TAKEN', {
    expected: `an id for '${adapter}' that no built-in scheme has`,
    got: `'${scheme.id}'`,
    remedy: 'change its id, or add --replace to measure it in the place of the built-in scheme; its rows will say so',
  });
}

export interface WorkloadRequest {
  /** null: none are named. */
  readonly selectors: readonly string[] | null;
  /** Paths. */
  readonly networks: readonly string[];
  /** How these are planned. */
  readonly planning: PlanningOptions;
  /** Paths. */
  readonly trainings: readonly string[];
  /** What is meant where neither is given. */
  readonly unnamed: Profile['workloads'];
}

export interface WorkloadSelection {
  readonly workloads: readonly RegisteredWorkload[];
  /** Built-in workloads that wait to be asked for. */
  readonly unasked: readonly RegisteredWorkload[];
}

/**
 * Workloads named by id or by group, and every network and training given; where only these are given, those alone.
 *
 * @throws EnigmarkError UNKNOWN_WORKLOAD, and as `loadWorkloads` does
 */
export function selectWorkloads({ selectors, networks, planning, trainings, unnamed }: WorkloadRequest): WorkloadSelection {
  const all = loadWorkloads(networks, planning, trainings);
  const own = all.slice(workloads.length);
  if (selectors === null && own.length === 0) {
    if (unnamed === 'all') return { workloads, unasked: [] };
    return { workloads: headlineWorkloads, unasked: workloads.filter((workload) => !headlineWorkloads.includes(workload)) };
  }
  const named = selectors?.flatMap((selector) => findWorkloads(selector, all)) ?? [];
  return { workloads: [...new Set([...named, ...own])], unasked: [] };
}
