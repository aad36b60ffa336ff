/**
 * A record's figures of a noisy plan.
 *
 * @module
 */
import { z } from 'zod';

const share = z.number().min(0).max(1);

/** A noisy plan beside its prediction; shares are null where the workload has no classes. */
export const noisyFigures = z
  .strictObject({
    predicted: z
      .strictObject({
        draws: z
          .int()
          .min(1)
          .describe('Samples of the task, each with noise drawn in the clear; all of them, and over again where these are few.'),
        agreement: share.nullable().describe("Share of draws with the planned network's class."),
        rmsError: z.number().min(0).describe('Root mean square error of outputs, in real units.'),
        sampleRmsError: z
          .strictObject({
            low: z.number().min(0).describe('The 5th of a hundred samples.'),
            median: z.number().min(0).describe('The 50th.'),
            high: z.number().min(0).describe('The 95th.'),
          })
          .describe('The same sample by sample.'),
      })
      .describe('By simulation, before the run.'),
    measured: z
      .strictObject({
        samples: z.int().min(1).describe('Decrypted, each distinct batch once.'),
        agreement: share.nullable().describe("Share of samples with the planned network's class."),
        rmsError: z.number().min(0).nullable().describe('null: a decrypted value is not a number.'),
      })
      .describe('Of the decrypted results.'),
    chance: z
      .strictObject({
        agreement: share.nullable().describe('Of agreement.'),
        error: share.describe('Of the root mean square error.'),
      })
      .describe('Of a right launch that departs from the prediction at least so far: incorrect where one is under 1/20,000.'),
  })
  .meta({ id: 'Noisy' });

export type NoisyFigures = z.infer<typeof noisyFigures>;
