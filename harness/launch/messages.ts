/**
 * The messages between a run and its launch processes, as JSON.
 *
 * @module
 */
import { z } from 'zod';
import type { PlanningOptions } from '../../workloads/own/planning-options.ts';
import type { Connection } from '../../workloads/training/training.ts';
import { STAGES, type LaunchRecord } from '../record/record.ts';
import type { StoppingRule } from './stopping.ts';

/** What every record of a launch begins with, known before the launch begins. */
export type CaseFacts = Omit<Extract<LaunchRecord, { state: 'failed' }>, 'state' | 'parameters' | 'error' | 'epochs'>;

export interface LaunchRequest {
  readonly facts: CaseFacts;
  /** Path or package of an adapter that is not built in; null: the registry's. */
  readonly adapter: string | null;
  /** Paths of the user's own networks. */
  readonly networks: readonly string[];
  /** How these are planned. */
  readonly planning: PlanningOptions;
  /** Whether networks that are too deep may be bootstrapped. */
  readonly bootstrap: boolean;
  /** Paths of the user's own data to train on. */
  readonly trainings: readonly string[];
  /** That trainings are planned for. */
  readonly connection: Connection;
  /** The set that must be used; null: the smallest that fits. */
  readonly parameters: string | null;
  readonly seed: number;
  readonly dataFolder: string | null;
  /** See `TaskRequest.cut`. */
  readonly cut?: string;
  /** Folder in which keys are kept; null: every launch makes its own. */
  readonly keyCache: string | null;
  /** Folder in which plans are kept; null: every launch plans anew. */
  readonly planCache: string | null;
  /** Folder in which finished epochs of trainings are kept, and what they learned; null: nothing is. */
  readonly trainingFolder: string | null;
  readonly budget_ns: number;
  readonly stopping: StoppingRule;
  readonly warmup: number;
  readonly longestCase_ns: number;
  /** Stop before any key is made. */
  readonly planOnly: boolean;
}

const size = z.number().min(0);
const parameters = z.looseObject({ id: z.string() });

const forecast = z.object({
  id: z.string(),
  parameters,
  batch: z.int(),
  depth: size,
  operations: z.record(z.string(), size),
  /** Of one batch; null where the scheme models none. */
  failureProbability_log2: z.number().nullable(),
  evaluate_ns: size.nullable(),
  peak_bytes: size,
  bytes: z.object({ keys: z.record(z.string(), size), input: size, output: size }),
  /** Of networks: what planning leaves of them. Absent of trainings. */
  network: z
    .object({
      /** In plain words, as in a record. */
      data: z.string(),
      rounds: z.int(),
      isInteractive: z.boolean(),
      isExact: z.boolean(),
      /** null: nothing is hidden. */
      security_bits: z.number().nullable(),
      /** What the keys rest on beside these bits; absent: nothing. */
      security_assumption: z.string().optional(),
      /** Shares of right classes; null: there are no classes. */
      heldOut: z.object({ samples: z.int(), float: size, planned: size }).nullable(),
      /** Planned against float outputs; null: they are no numbers. */
      planning: z.object({ samples: z.int(), largest: size, rms: size, r2: z.number().nullable() }).nullable(),
      /** That planning leaves little of it, and what would keep it; absent: it is kept. */
      lost: z.string().optional(),
    })
    .optional(),
});

/** Predictions for one case. */
export type Forecast = z.infer<typeof forecast>;

const record = z.object({ kind: z.literal('record'), record: z.unknown() });

const result = z.discriminatedUnion('kind', [
  record,
  /** Not measured, on purpose. */
  z.object({ kind: z.literal('leftOut'), reason: z.string() }),
  z.object({ kind: z.literal('forecast'), forecast }),
]);

/** The result of a launch. */
export type LaunchResult = z.infer<typeof result>;

const remark = z.discriminatedUnion('kind', [
  /** The plan stands: a record of what goes wrong from here on can name the parameters. */
  z.object({ kind: z.literal('planned'), parameters }),
  /** One line for the user, shown once in a run. */
  z.object({ kind: z.literal('notice'), text: z.string() }),
  z.object({
    kind: z.literal('progress'),
    stage: z.enum([...STAGES, 'plan', 'check', 'sample']),
    done: z.number(),
    total: z.number().nullable(),
    /** Of a long evaluation, the layer that is done. */
    layer: z.string().optional(),
    /** Of a training, the epoch that is under way and those planned. */
    epoch: z.int().optional(),
    epochs: z.int().optional(),
  }),
]);

export type LaunchMessage = LaunchResult | z.infer<typeof remark>;

const KINDS_OF_RESULT: ReadonlySet<unknown> = new Set(['record', 'leftOut', 'forecast']);

/**
 * What a launch said; null where it is no message of a launch: an adapter may use the channel for words of its own. A result that
 * is not whole, as where a prediction is no number, comes as a record, which is then found invalid.
 */
export function parseLaunchMessage(value: unknown): LaunchMessage | null {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return null;
  const parsed = z.union([result, remark]).safeParse(value);
  if (parsed.success) return parsed.data;
  return KINDS_OF_RESULT.has(value.kind) ? { kind: 'record', record: value } : null;
}
