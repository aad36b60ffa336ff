/**
 * `run.json`: the machine, the software and the request behind a folder of records. Written when a run begins and again
 * when it ends; `finishedAt` stays null where a run was cut off. Names no host and no path.
 *
 * @module
 */
import { z } from 'zod';
import { EnigmarkError } from '../../schemes/errors.ts';
import { SCHEMA_VERSION } from './schema-version.ts';

const name = z.string().min(1);
const count = z.int().min(0);
/** Of work that no machine does in no time. */
const time_ns = z.int().min(1);
const loadAverage = z.tuple([z.number().min(0), z.number().min(0), z.number().min(0)]).describe('Over 1, 5 and 15 minutes.');

const runInformationSchema = z.strictObject({
  schemaVersion: z.literal(SCHEMA_VERSION),
  enigmark: z.strictObject({
    version: name,
    commit: name.nullable().describe('null outside a git checkout.'),
    dirty: z.boolean().nullable().describe('Whether tracked files differ from the commit.'),
    lockfile_sha256: name.nullable().describe('null where there is no lockfile, as in an installed package.'),
  }),
  versions: z.strictObject({ node: name, v8: name, libraries: z.record(name, name.nullable()).describe('null: not installed.') }),
  platform: z.strictObject({ system: name, architecture: name }),
  processor: z.strictObject({
    model: name.nullable(),
    cores: z.int().min(1).describe('Logical cores this process may use.'),
    features: z
      .array(name)
      .nullable()
      .describe('Vector instructions that wasm engines make use of; null where the system does not list them.'),
  }),
  memory_bytes: count,
  load: z.strictObject({ before: loadAverage, after: loadAverage.nullable() }),
  calibration: z
    .strictObject({ before_ns: z.array(time_ns).min(1), after_ns: z.array(time_ns).min(1).nullable() })
    .describe('Times of one fixed loop of float arithmetic; a change means that the machine changed its speed.'),
  arguments: z.array(z.string()).describe('The command line, folders without their parents.'),
  seed: z.int(),
  profile: name,
  sampling: z
    .strictObject({
      launches: z.int().min(1).describe('Of every case, each with fresh keys.'),
      warmup: z.int().min(1).describe('Least batches before the samples.'),
      budget_ns: count.describe('Longest time for the samples of one launch, warm-up apart.'),
      precision: z.number().positive().max(1).describe('Samples end when the interval of their median lies within this share of it.'),
      mostSamples: z.int().min(1).describe('Samples that a launch never passes.'),
    })
    .nullable()
    .describe('What the profile and the command line come to; null: an earlier version of Enigmark did not write it down.'),
  contents: z
    .record(name, z.string().regex(/^[0-9a-f]{64}$/))
    .optional()
    .describe("SHA-256 of networks, adapters, data and Enigmark's own code; absent: an earlier version did not write it down."),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().nullable(),
  cases: z.strictObject({ planned: count, leftOut: z.array(z.strictObject({ id: name, reason: name })) }),
});

export type RunInformation = z.infer<typeof runInformationSchema>;

/** @throws EnigmarkError RUN_INFORMATION_INVALID naming the first field that breaks the schema. */
export function parseRunInformation(value: unknown): RunInformation {
  const result = runInformationSchema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new EnigmarkError('RUN_INFORMATION_INVALID', {
    expected: `a run.json of schema version ${SCHEMA_VERSION}`,
    got: `at ${issue?.path.join('.') || 'the top'}: ${issue?.message ?? 'no reason'}`,
    remedy: 'restore run.json or repeat the run',
  });
}
