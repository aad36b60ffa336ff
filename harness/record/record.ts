/**
 * The record: everything measured in one launch of one case, one JSON line.
 *
 * Times are whole nanoseconds, sizes whole bytes, shares lie in 0..1. A value that is not known is `null`, never 0, and
 * `notes` says why under its dotted path (`'accuracy.encrypted': 'the workload has no classes'`).
 *
 * @module
 */
import { z } from 'zod';
import { EnigmarkError } from '../../schemes/errors.ts';
import { parameters, path, security, stopped } from './figures/launch-figures.ts';
import { accuracy, baseline, clientRound, memory, traffic } from './figures/network-figures.ts';
import { noisyFigures } from './figures/noisy-figures.ts';
import { primitiveMeasurements } from './figures/primitive-figures.ts';
import { SCHEMA_VERSION } from './schema-version.ts';
import { askedUpdates, trainingEpoch, trainingFigures } from './figures/training-figures.ts';

const name = z.string().min(1);
const count = z.int().min(0);
const bytes = z.int().min(0);

/** In the order in which a launch passes through them. */
export const STAGES = ['setup', 'keygen', 'encodeModel', 'offline', 'encrypt', 'load', 'evaluate', 'store', 'decrypt'] as const;
export type Stage = (typeof STAGES)[number];

const stageSamples = z
  .strictObject({
    samples_ns: z.array(count).min(1).describe('Measured, in the order taken.'),
    warmup_ns: z.array(count).describe('Taken before the samples, in order; not part of any figure.'),
  })
  .meta({ id: 'StageSamples' });

const stages = z
  .strictObject({
    setup: stageSamples.nullable().describe('Loading the library, making the client. Once a launch.'),
    keygen: stageSamples.nullable().describe('All keys. Once a launch.'),
    encodeModel: stageSamples.nullable().describe('Making the evaluator from the keys, encoding the weights. Once a launch.'),
    offline: stageSamples
      .nullable()
      .optional()
      .describe('One batch: what the client can make before it has data, such as masks. null or absent: it makes nothing ahead.'),
    encrypt: stageSamples.nullable().describe('One batch: arranging and encrypting every upload, without what was made ahead.'),
    load: stageSamples.nullable().describe('One batch: bytes to ciphertexts at the evaluator.'),
    evaluate: stageSamples.describe('One batch: all circuits, modulo every plaintext prime.'),
    store: stageSamples.nullable().describe('One batch: ciphertexts to bytes at the evaluator.'),
    decrypt: stageSamples.nullable().describe('One batch: decrypting and reading every download.'),
  } satisfies Record<Stage, z.ZodType>)
  .describe('Times of each stage. null: not timed.')
  .meta({ id: 'Stages' });

const HOW_VALUES_LIE = 'How values lie in the slots. null: single operations have none. diagonals: a training.';
const layout = z.enum(['batched', 'packed', 'interleaved']).describe(HOW_VALUES_LIE);
const trainingLayout = z.literal('diagonals').describe(HOW_VALUES_LIE);

/** Known before a launch begins, so every record has them. */
const caseFacts = {
  schemaVersion: z.literal(SCHEMA_VERSION).describe('Raised when a figure changes its meaning.'),
  id: name.describe('Stable id of the case: scheme/workload/parameters asked for or auto/layout or -/kernels/tN.'),
  launch: z.int().min(1).describe('Launch of this case, from 1.'),
  order: count.describe('Position of the launch in the run, from 0.'),
  attempt: z
    .int()
    .min(2)
    .optional()
    .describe('Absent: the first. A later one repeats a launch without a result, whose record stays beside it.'),
  scheme: name.describe("The adapter's id."),
  replaced: z.literal(true).optional().describe("Present where a user's adapter stood in the place of the built-in scheme of that id."),
  schemeName: name.describe("The scheme the adapter implements: 'ckks' also where the id is 'ckks-openfhe'."),
  family: z
    .enum(['none', 'partial', 'leveled', 'full'])
    .describe('What ciphertexts bear. none: nothing is encrypted; partial: sums; leveled: so many products; full: any number of steps.'),
  arithmetic: z
    .enum(['real', 'integer'])
    .optional()
    .describe('Numbers that the scheme computes on. Absent: an earlier version did not say.'),
  library: z
    .strictObject({ name: name.describe('Package that the scheme runs on.'), version: name.describe('Its version.') })
    .describe('What the adapter stands on.'),
  workload: name.describe('Network, layer, training or set of single operations that ran.'),
  group: name.describe('Group of workloads that it belongs to.'),
  layout: z
    .union([layout, trainingLayout])
    .nullable()
    .describe('How values lie in the slots. null: single operations have none. diagonals: a training.'),
  kernels: z.enum(['library', 'own']).describe('Whose code evaluates.'),
  threads: z.int().min(1).describe('Threads of the evaluator.'),
  help: z
    .enum(['activation', 'refresh'])
    .optional()
    .describe(
      'What the client was asked to do between upload and download: every activation; or renewing ciphertexts where levels run out. Absent: nothing.',
    ),
  updates: askedUpdates.optional(),
  encryption: z.enum(['symmetric', 'public']).describe('How the client encrypts.'),
  environment: name.describe('File beside the records that describes the machine and the run.'),
  startedAt: z.iso.datetime().describe('When the launch began, in UTC.'),
};

const measurements = {
  parameters,
  path,
  batch: z.int().min(1).describe('Samples in one batch.'),
  distinctSamples: z.int().min(1).describe('Different samples in the data of the task.'),
  security,
  failureProbability_log2: z
    .number()
    .max(0)
    .nullable()
    .describe(
      'Modelled, of one evaluation; at least -256. null: exact results that cannot fail, or approximate ones, which have a precision.',
    ),
  plannedPrecision: z
    .strictObject({
      required_bits: z.number().describe('Asked of the plan: errors of at most 2^-required_bits of the range of the outputs.'),
      modelled_bits: z.number().nullable().describe('What its error model promises; null where the scheme has none.'),
    })
    .nullable()
    .optional()
    .describe('Of approximate results; null or absent where results are exact or noisy.'),
  bound: z.enum(['proven', 'calibrated']).describe('How the ranges of the plan were found.'),
  stages,
  stopped,
  baseline: baseline.nullable().describe('The float network in plain float64 loops, one thread of the same process. null: not timed.'),
  layers: z
    .array(
      z.strictObject({
        name: name.describe('Of the layer of the network.'),
        samples_ns: z.array(count).min(1).describe('As the samples of evaluate, batch by batch.'),
      }),
    )
    .describe('Parts of evaluate, in order.'),
  operations: z.record(name, count).describe('Counts of one batch.'),
  floor_ns: z.number().positive().optional().describe('What these take by themselves on the machine of the cost table. Absent: not said.'),
  keyCache: z
    .enum(['made', 'reused'])
    .nullable()
    .optional()
    .describe('Whether the keys were kept in --key-cache or came from it; null or absent: fresh keys, not kept.'),
  plaintextPrimes: z
    .int()
    .min(1)
    .nullable()
    .optional()
    .describe('Runs of every circuit for one batch, one for each plaintext prime; null or absent where values are real numbers.'),
  depth: count.describe('Longest chain of encrypted multiplications or tables.'),
  bytes: traffic,
  memory,
  noise: z
    .array(
      z.strictObject({
        layer: name.describe('Behind which the margin was measured.'),
        margin_bits: z.number().describe('Doublings of the noise that still decrypt rightly.'),
      }),
    )
    .describe(
      'Bits left before decryption goes wrong: after layers in the first ciphertexts of each, after the last in all that is downloaded; least of all plaintext primes.',
    ),
  accuracy: accuracy.nullable(),
  noisy: noisyFigures.nullable().optional().describe('null or absent: outputs are no draws, but exact or within a precision.'),
  interactive: z.boolean().describe('Whether the client takes part between upload and download.'),
  clientRounds: z
    .array(clientRound)
    .optional()
    .describe('Of interactive plans, in order. Bytes and times are part of `bytes` and of the stages encrypt and decrypt.'),
  data: name.describe('In plain words: which data, which split.'),
  notes: z.record(name, name).describe('Why a value is null, by dotted path.'),
};

/** What the launch of a training measures. */
const trainingMeasurements = {
  ...{ parameters, path, security, plannedPrecision: measurements.plannedPrecision, keyCache: measurements.keyCache },
  setup_ns: count.describe('Loading the library, making the client and the evaluator. Once.'),
  keygen_ns: count.nullable().describe('All keys. Once; null: from --key-cache.'),
  encodeModel_ns: count.describe('Encoding the plaintext operands. Once.'),
  keys_bytes: z.record(name, bytes).describe('By kind, sent once.'),
  training: trainingFigures,
  operations: z.record(name, count).describe('Counts of one update.'),
  ...{ depth: measurements.depth, memory, interactive: measurements.interactive, data: measurements.data, notes: measurements.notes },
};

const error = z
  .strictObject({ code: name.describe('Stable name of the reason.'), message: name.describe('The reason in plain words.') })
  .describe('Why there is no result, or none that is right.')
  .meta({ id: 'Error' });
const ended = <S extends string>(as: S) =>
  z.literal(as).describe('How the launch ended: completed, incorrect, failed, timeout or unsupported.');
const epochs = z.array(trainingEpoch).optional().describe('Epochs of a training that were done when the launch ended; --resume goes on.');
const withoutResult = { ...caseFacts, parameters: parameters.nullable(), error, epochs };
const ofNetwork = { ...caseFacts, layout, ...measurements };
const ofPrimitives = { ...caseFacts, layout: z.null(), ...primitiveMeasurements };
const ofTraining = { ...caseFacts, layout: trainingLayout, ...trainingMeasurements };

const completed = z.discriminatedUnion('layout', [
  z.strictObject({ ...ofNetwork, state: ended('completed') }),
  z.strictObject({ ...ofPrimitives, state: ended('completed') }),
  z.strictObject({ ...ofTraining, state: ended('completed') }),
]);
const incorrect = z.discriminatedUnion('layout', [
  z.strictObject({ ...ofNetwork, state: ended('incorrect'), error }),
  z.strictObject({ ...ofPrimitives, state: ended('incorrect'), error }),
  z.strictObject({ ...ofTraining, state: ended('incorrect'), error }),
]);
const failed = z.strictObject({ ...withoutResult, state: ended('failed') });
const timeout = z.strictObject({ ...withoutResult, state: ended('timeout') });
const unsupported = z.strictObject({ ...withoutResult, state: ended('unsupported') });

export const recordSchema = z
  .discriminatedUnion('state', [completed, incorrect, failed, timeout, unsupported])
  .superRefine((record, context) => {
    for (const path of unexplainedNulls(record)) {
      context.addIssue({ code: 'custom', message: `null without a reason in notes['${path}']`, path: path.split('.') });
    }
  });

export type LaunchRecord = z.infer<typeof recordSchema>;
/** The launch of a network ran to its end: it has figures, right or wrong. */
export type MeasuredRecord = Extract<LaunchRecord, { stages: unknown }>;
/** The launch of single operations ran to its end. */
export type PrimitivesRecord = Extract<LaunchRecord, { primitives: unknown }>;
/** The launch of a training ran to its end. */
export type TrainingRecord = Extract<LaunchRecord, { training: unknown }>;
export type StageSamples = z.infer<typeof stageSamples>;
export type State = LaunchRecord['state'];

/** Whether the launch of a network ran to its end. */
export function isMeasured(record: LaunchRecord): record is MeasuredRecord {
  return 'stages' in record;
}

/** Whether the launch of single operations ran to its end. */
export function isOfPrimitives(record: LaunchRecord): record is PrimitivesRecord {
  return 'primitives' in record;
}

/** Whether the launch of a training ran to its end. */
export function isOfTraining(record: LaunchRecord): record is TrainingRecord {
  return 'training' in record;
}

/** Asked for, not chosen: `parameters` is the id given by the user, or null where the plan may choose. */
export interface CaseKey {
  readonly scheme: string;
  readonly workload: string;
  readonly parameters: string | null;
  /** null: single operations have none. */
  readonly layout: z.infer<typeof layout> | z.infer<typeof trainingLayout> | null;
  readonly kernels: 'library' | 'own';
  readonly threads: number;
  /** Absent: the client does nothing between upload and download. */
  readonly help?: 'activation' | 'refresh' | undefined;
  readonly updates?: z.infer<typeof askedUpdates> | undefined;
}

/** `ckks/dense-784x10/auto/packed/library/t1`, `ckks/primitives/default/-/library/t1`, `bfv/cnn-relu/auto/packed/own/t1+activation` */
export function caseId({ scheme, workload, parameters, layout, kernels, threads, help, updates }: CaseKey): string {
  const last = [`t${threads}`, ...(help === undefined ? [] : [help]), ...(updates === undefined ? [] : [`updates-${updates}`])].join('+');
  return [scheme, workload, parameters ?? 'auto', layout ?? '-', kernels, last].join('/');
}

/**
 * A record that came from a file or another process.
 *
 * @throws EnigmarkError RECORD_INVALID naming the first field that breaks the schema.
 */
export function parseRecord(value: unknown): LaunchRecord {
  const result = recordSchema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new EnigmarkError('RECORD_INVALID', {
    expected: `a record of schema version ${SCHEMA_VERSION}`,
    got: `at ${issue?.path.join('.') || 'the top'}: ${issue?.message ?? 'no reason'}`,
    remedy: 'repeat the case with this version of Enigmark',
  });
}

/** Dotted paths of the nulls that mean "not known" and that `notes` does not explain. */
function unexplainedNulls(record: LaunchRecord): string[] {
  if (!isMeasured(record)) return [];
  const { accuracy, memory } = record;
  const nulls = [
    ...nullFields('stages', record.stages),
    ...nullFields('memory', memory),
    ...nullFields('memory.client', memory.client),
    ...nullFields('memory.evaluator', memory.evaluator),
    ...nullFields('bytes', record.bytes),
    ...(record.baseline === null ? ['baseline'] : []),
    ...(accuracy === null
      ? ['accuracy']
      : [...nullFields('accuracy', accuracy), ...nullFields('accuracy.heldOut', accuracy.heldOut ?? {})]),
  ];
  return nulls.filter((path) => !(path in record.notes) && !(path === 'accuracy.precision_bits' && accuracy?.maxAbsError === 0));
}

function nullFields(parent: string, fields: object): string[] {
  return Object.entries(fields)
    .filter(([, value]) => value === null)
    .map(([field]) => `${parent}.${field}`);
}
