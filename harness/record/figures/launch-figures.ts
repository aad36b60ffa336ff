/**
 * Figures that launches of every kind have.
 *
 * @module
 */
import { z } from 'zod';

const name = z.string().min(1);

export const parameters = z
  .looseObject({ id: name.describe('Of the set.') })
  .describe("The set that was used; the adapter's own fields follow the id.")
  .meta({ id: 'ParameterSet' });

export const security = z
  .strictObject({
    bits: z.int().min(0).nullable().describe('Of the weakest key; null where nothing is encrypted.'),
    source: name.describe('The table or estimator, or why there are no bits.'),
    assumption: name
      .optional()
      .describe("What the keys rest on beside these bits, such as 'a sparse ephemeral key outside them'. Absent: nothing else."),
  })
  .describe('How hard the keys are to break.');

export const stopped = z
  .enum(['precise', 'budget', 'most'])
  .nullable()
  .describe(
    'Why no more samples were taken: the median was known, the time was spent, or as many as the profile allows were taken. null: an earlier version did not say.',
  );

export const path = name.nullable().describe("Which kernel path ran, such as 'fused'; null where there is only one.");
