/**
 * The cases that the options of a command select.
 *
 * @module
 */
import { casesOf, expectParameters, shardOf, type Case, type Launch, type LeftOut } from '../run/matrix.ts';
import { readTestImages, readTrainingImages } from '../../workloads/data/mnist-folder.ts';
import type { RegisteredWorkload } from '../../workloads/workload.ts';
import { PROFILES } from '../run/profile.ts';
import type { BenchOptions } from './bench-options.ts';
import { selectSchemes, selectWorkloads } from './selection.ts';
import { usageError } from './usage.ts';

export interface SelectedCases {
  readonly cases: readonly Case[];
  readonly leftOut: readonly LeftOut[];
  /** Schemes whose library does not load here: none of their cases is known. */
  readonly unusable: readonly LeftOut[];
  /** Workloads that the profile measures only where they are named. */
  readonly unasked: readonly RegisteredWorkload[];
}

/**
 * @throws EnigmarkError USAGE where no case is left, UNKNOWN_SCHEME, UNKNOWN_WORKLOAD, UNKNOWN_PARAMETERS, ADAPTER_UNUSABLE,
 * ADAPTER_INVALID, ADAPTER_ID_TAKEN, INTERRUPTED; and as `readTestImages` does.
 */
export async function selectedCases(options: BenchOptions, signal: AbortSignal): Promise<SelectedCases> {
  const { workloads, unasked } = selectWorkloads({
    selectors: options.workloads,
    networks: options.networks,
    planning: options.planning,
    trainings: options.trainings,
    unnamed: PROFILES[options.profile].workloads,
  });
  // Here, not in every launch: damaged data are one refusal.
  if (options.dataFolder !== null) {
    readTestImages(options.dataFolder);
    readTrainingImages(options.dataFolder);
  }
  const { libraryKernels, schemes: unnamed } = PROFILES[options.profile];
  const { schemes: selectors, adapters: given, replace, timeout_ns } = options;
  const primitives = workloads.find((workload) => workload.layouts === null) ?? null;
  const request = { selectors, adapters: given, replace, primitives, unnamed, timeout_ns, signal };
  const { schemes, unusable } = await selectSchemes(request);
  const adapters = schemes.map(({ scheme }) => scheme);
  if (options.parameters !== null) expectParameters(options.parameters, adapters);
  const { cases, leftOut } = casesOf({ ...options, schemes, workloads, libraryKernels });
  const shard = shardOf(cases, options.shard);
  if (shard.length > 0) return { cases: shard, leftOut, unusable, unasked };
  const { index, of } = options.shard;
  const reason = cases.length > 0 ? `no case for --shard ${index}/${of}` : `none: ${leftOut[0]?.reason ?? 'the selection is empty'}`;
  throw usageError('at least one case to run', reason, 'choose other names; the command list shows them');
}

/** For commands that launch every case once. */
export function firstLaunch(one: Case, order: number): Launch {
  return { case: one, number: 1, order };
}
