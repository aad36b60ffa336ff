/**
 * Published results, as data: what a paper or a repository says, where it says so, and how well that was checked. `published.json` is
 * held to this schema by a test.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { z } from 'zod';

const words = z.string().min(1);

export const publishedSchema = z.array(
  z.strictObject({
    id: z
      .string()
      .regex(/^[IT]\d{2}$/)
      .describe('I: inference, T: training.'),
    system: words,
    year: z
      .string()
      .regex(/^\d{4}/)
      .describe('Of the publication; a span where versions differ.'),
    task: words,
    dataset: words,
    network: words,
    scheme: words.describe('Scheme and library, as published.'),
    security: words.nullable().describe('Parameters or bits; null: not found.'),
    machine: words.nullable(),
    threads: z.int().min(1).nullable().describe('null: not found, or not one number.'),
    batch: words.nullable(),
    latency: words.describe('As published, with its own words.'),
    accuracy: words.nullable(),
    sizes: words.nullable(),
    interactive: z.boolean().describe('Whether the client or a second party takes part in the evaluation.'),
    verified: z.enum(['source', 'quoted']).describe('source: the figure was read where it was published; quoted: in a later work.'),
    evidence: words.describe('What was read.'),
    source: words,
    note: words.nullable(),
    figures: z
      .array(
        z.strictObject({
          workload: words.describe("Enigmark's workload with the same layers."),
          schemeName: words.nullable().describe('null: none that Enigmark measures.'),
          variant: words.nullable().describe('Which one, where the entry has several systems.'),
          latency_ns: z.int().min(1).describe('Of one evaluation.'),
          batch: z.int().min(1).nullable().describe('Samples in it; null: not found.'),
          accuracy: z.number().min(0).max(1).nullable(),
        }),
      )
      .describe('Of networks that Enigmark measures too.'),
  }),
);

export type Published = z.infer<typeof publishedSchema>[number];

/** Every entry, in the order of the file. */
export function readPublished(): readonly Published[] {
  return publishedSchema.parse(JSON.parse(readFileSync(new URL('./published.json', import.meta.url), 'utf8')));
}
