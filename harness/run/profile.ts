/**
 * How much effort a run takes: the one table of what the profiles mean.
 *
 * @module
 */
import type { StoppingRule } from '../launch/stopping.ts';
import type { LibraryKernels } from './yardsticks.ts';

const SECOND_NS = 1e9;
const MINUTE_NS = 60 * SECOND_NS;

export interface Profile {
  /** What is measured where no workload is named. */
  readonly workloads: 'headline' | 'all';
  /** Which schemes where none is named. */
  readonly schemes: 'headline' | 'all';
  /** What is measured on a library's kernels, where none are named and the scheme has own ones. */
  readonly libraryKernels: LibraryKernels;
  /** Child processes per case, each with fresh keys. */
  readonly launches: number;
  /** Longest time for the samples of one launch, warm-up apart. At least one sample is taken, however long it lasts. */
  readonly budget_ns: number;
  /** What is enough of them before that. */
  readonly stopping: StoppingRule;
  /** Batches run before the samples; short ones go on for a while (`sampling.ts`). */
  readonly warmup: number;
  /** A case whose evaluations before the end of its first sample are predicted to last longer is left out. */
  readonly longestCase_ns: number;
  /** A launch that takes longer to its plan is killed. */
  readonly longestPlanning_ns: number;
  /** A launch that lasts longer from its plan on is killed. */
  readonly timeout_ns: number;
}

export const PROFILES = {
  /** Shows that everything runs; its times are a glimpse. */
  smoke: {
    ...{ workloads: 'all', schemes: 'all', libraryKernels: 'all', launches: 1 },
    ...{ budget_ns: SECOND_NS / 2, stopping: { precision: 0.02, mostSamples: 5 }, warmup: 1 },
    ...{ longestCase_ns: 5 * SECOND_NS, longestPlanning_ns: 10 * MINUTE_NS, timeout_ns: 2 * MINUTE_NS },
  },
  quick: {
    ...{ workloads: 'headline', schemes: 'headline', libraryKernels: 'yardsticks', launches: 1 },
    ...{ budget_ns: 1.5 * SECOND_NS, stopping: { precision: 0.02, mostSamples: 1000 }, warmup: 1 },
    ...{ longestCase_ns: 10 * SECOND_NS, longestPlanning_ns: 30 * MINUTE_NS, timeout_ns: 10 * MINUTE_NS },
  },
  full: {
    ...{ workloads: 'all', schemes: 'all', libraryKernels: 'all', launches: 3 },
    ...{ budget_ns: 60 * SECOND_NS, stopping: { precision: 0.01, mostSamples: 1000 }, warmup: 2 },
    ...{ longestCase_ns: 30 * MINUTE_NS, longestPlanning_ns: 120 * MINUTE_NS, timeout_ns: 120 * MINUTE_NS },
  },
} as const satisfies Record<string, Profile>;

export type ProfileName = keyof typeof PROFILES;

export const PROFILE_NAMES = Object.keys(PROFILES) as readonly ProfileName[];
