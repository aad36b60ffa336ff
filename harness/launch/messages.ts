/**
 * What a run and its launch processes say to each other. All of it is JSON.
 *
 * @module
 */
import type { OperationCounts, ParameterSet } from '../../schemes/scheme.ts';
import type { LaunchRecord, Stage } from '../record/record.ts';
import type { StoppingRule } from './stopping.ts';

/** What every record of a launch begins with, known before the launch begins. */
export type CaseFacts = Omit<Extract<LaunchRecord, { state: 'failed' }>, 'state' | 'parameters' | 'error'>;

export interface LaunchRequest {
  readonly facts: CaseFacts;
  /** Path or package of an adapter that is not built in; null: the registry's. */
  readonly adapter: string | null;
  /** Paths of the user's own networks. */
  readonly networks: readonly string[];
  /** The set that must be used; null: the smallest that fits. */
  readonly parameters: string | null;
  readonly seed: number;
  readonly dataFolder: string | null;
  /** Folder in which keys are kept; null: every launch makes its own. */
  readonly keyCache: string | null;
  /** Folder in which plans are kept; null: every launch plans anew. */
  readonly planCache: string | null;
  readonly budget_ns: number;
  readonly stopping: StoppingRule;
  readonly warmup: number;
  readonly longestCase_ns: number;
  /** Stop before any key is made. */
  readonly planOnly: boolean;
}

/** Predictions for one case. */
export interface Forecast {
  readonly id: string;
  readonly parameters: ParameterSet;
  readonly batch: number;
  readonly depth: number;
  readonly operations: OperationCounts;
  /** Of one batch; null where the scheme models none. */
  readonly failureProbability_log2: number | null;
  readonly evaluate_ns: number | null;
  readonly peak_bytes: number;
  readonly bytes: { readonly keys: Readonly<Record<string, number>>; readonly input: number; readonly output: number };
}

/** What a launch ends with. */
export type LaunchResult =
  | { readonly kind: 'record'; readonly record: unknown }
  /** Not measured, on purpose. */
  | { readonly kind: 'leftOut'; readonly reason: string }
  | { readonly kind: 'forecast'; readonly forecast: Forecast };

export type LaunchMessage =
  | LaunchResult
  /** The plan stands: a record of what goes wrong from here on can name the parameters. */
  | { readonly kind: 'planned'; readonly parameters: ParameterSet }
  /** One line for the user, said once a run. */
  | { readonly kind: 'notice'; readonly text: string }
  | {
      readonly kind: 'progress';
      readonly stage: Stage | 'plan' | 'check' | 'sample';
      readonly done: number;
      readonly total: number | null;
      /** Of a long evaluation, the layer that is done. */
      readonly layer?: string;
    };
