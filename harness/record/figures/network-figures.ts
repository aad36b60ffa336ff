/**
 * What the record of a network holds besides times: memory of both sides, how right the outputs are, what passes, and rounds of the client.
 *
 * @module
 */
import { z } from 'zod';

const name = z.string().min(1);
const count = z.int().min(0);
const bytes = z.int().min(0);
const share = z.number().min(0).max(1);

/** What one side held; see `Memory` in schemes/scheme.ts. */
const heldMemory = z
  .strictObject({
    reserved_bytes: bytes.nullable().describe('Taken from the system for wasm memories, which never shrink. 0: the side has none.'),
    live_bytes: bytes.nullable().describe('Of it, in use between stages.'),
    buffers_bytes: bytes.nullable().describe('JavaScript buffers kept between calls.'),
  })
  .describe('The most that was seen of each, right behind an evaluation.')
  .meta({ id: 'HeldMemory' });

const heldOut = z
  .strictObject({
    samples: z.int().min(1).describe('All samples of the data, encrypted or not.'),
    float: share.describe('Share of right classes, float network in the clear.'),
    planned: share.describe('The same of the planned network in the clear: polynomial, quantised, tables.'),
    onlyFloat: count.nullable().describe('Samples that the float network classifies rightly and the planned one wrongly.'),
    onlyPlanned: count.nullable().describe('The reverse.'),
    p: share.nullable().describe("Exact two-sided p-value of McNemar's test: of such a split where both networks are equally good."),
  })
  .describe('Float and planned network on all held-out samples. null: the workload has no classes.')
  .meta({ id: 'HeldOut' });

export const baseline = z
  .strictObject({
    inferencesPerSample: z
      .int()
      .min(1)
      .describe('Inferences of one sample of data each, timed together where one is short beside the clock.'),
    samples_ns: z.array(z.number().positive()).min(1).describe('Of one inference, not rounded, in the order taken.'),
    warmup_ns: z.array(z.number().positive()).describe('Of one inference, taken before the samples, in order; not part of any figure.'),
  })
  .meta({ id: 'Baseline' });

const outputError = {
  largest: z.number().min(0).describe('Largest difference, over all samples and outputs.'),
  rms: z.number().min(0).describe('Root mean square, over all samples and outputs.'),
  r2: z.number().max(1).nullable().describe('Share of the variance of the expected outputs that is met; null where these do not vary.'),
};

const planning = z
  .strictObject({ samples: z.int().min(1).describe('All samples of the data, encrypted or not.'), ...outputError })
  .meta({ id: 'PlanningError' });

const regression = z
  .strictObject({
    samples: z.int().min(1).describe('All samples of the data, encrypted or not.'),
    float: z.strictObject(outputError).describe('Float network against the right outputs.'),
    planned: z.strictObject(outputError).describe('The same of the planned network.'),
  })
  .meta({ id: 'Regression' });

const worstCase = z
  .strictObject({
    error: z.number().min(0).describe('Largest difference of planned from float outputs.'),
    tried: z.int().min(1).describe('Corners of the interval of inputs, random ones and such that gradients lead to.'),
    passing: count.describe('Those of them that leave a calibrated range.'),
  })
  .meta({ id: 'WorstCase' });

export const memory = z
  .strictObject({
    client: heldMemory,
    evaluator: heldMemory,
    peakRss_bytes: bytes.nullable().describe('Peak resident set of the process that holds both.'),
    estimate_bytes: bytes.nullable().describe('Peak of the evaluator as predicted by the plan.'),
  })
  .describe('What both sides held.')
  .meta({ id: 'Memory' });

export const accuracy = z
  .strictObject({
    heldOut: heldOut.nullable(),
    samples: z.int().min(1).describe('Distinct samples that were encrypted and compared, each counted once.'),
    encrypted: share.nullable().describe('Share of right classes among them, decrypted.'),
    agreement: share.nullable().describe('Share of samples where encrypted and planned predict the same class.'),
    maxAbsError: z.number().min(0).nullable().describe('Largest difference of encrypted from planned outputs.'),
    outputRange: z
      .number()
      .min(0)
      .describe('Largest absolute output of the float network, the same under every scheme and in every layout.'),
    outputRangeSource: name.describe('On which data, in plain words.'),
    planning: planning.optional().describe('Planned outputs against those of the float network, both in the clear. Absent: not compared.'),
    regression: regression.optional().describe('Of networks whose right outputs are known numbers. Absent: there are none.'),
    worstCase: worstCase.optional().describe('What a search over the interval of inputs found. Absent: none was made.'),
    passedRanges: z
      .array(z.strictObject({ layer: name.describe('Whose range is left.'), samples: z.int().min(1).describe('Samples that leave it.') }))
      .optional()
      .describe('Layers whose calibrated range samples leave, and how many do, known before the run. Absent: not recorded.'),
    precision_bits: z.number().nullable().describe('log2(outputRange / maxAbsError); null where the error is 0.'),
  })
  .describe('How right results are. null: nothing could be compared.')
  .meta({ id: 'Accuracy' });

export const traffic = z
  .strictObject({
    keys: z.record(name, bytes).describe('By kind, sent once.'),
    input: bytes.describe('Client to evaluator for one batch, all rounds.'),
    output: bytes.describe('Evaluator to client for one batch, all rounds.'),
    rounds: z.int().min(1).describe('Times that the client waits for the evaluator for one batch.'),
    packed: z
      .strictObject({
        keys: bytes.describe('All kinds together.'),
        input: bytes.describe('As of the bytes that are sent.'),
        output: bytes.describe('As of the bytes that are sent.'),
      })
      .nullable()
      .describe(
        'Computed, not sent: the same keys and ciphertexts without what is the format of the library. Residues in as many bits as their primes have, one seed, no headers.',
      ),
  })
  .describe('What passes between the sides.')
  .meta({ id: 'Bytes' });

export const clientRound = z
  .strictObject({
    name: name.describe('What the client does in it.'),
    learns: name.describe('Intermediate values that the client sees: they tell of the model.'),
    input_bytes: bytes.describe('Client to evaluator, for one batch.'),
    output_bytes: bytes.describe('Evaluator to client, for one batch.'),
    samples_ns: z.array(count).min(1).describe('Of the client: decrypting, applying functions, encrypting. As the stages, batch by batch.'),
  })
  .meta({ id: 'ClientRound' });
