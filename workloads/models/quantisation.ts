/**
 * In how many bits the integer schemes count each committed network: found by `npm run quantise`, recorded in `quantisation.json`.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { z } from 'zod';

export const QUANTISATION_FILE = new URL('quantisation.json', import.meta.url);

/** Networks that the search is made for. */
export const quantisedNetworks = ['cnn-tenseal', 'cnn-cryptonets', 'cnn-lola-small', 'cnn-relu', 'mlp-orion', 'mlp-cryptolab'] as const;

const tried = z.strictObject({
  pixelBits: z.int().min(1),
  /** Of each linear layer in turn, sign included. */
  weightBits: z.array(z.int().min(2)).min(1),
  /** Images that the planned network classifies rightly. */
  right: z.int().min(0),
  /** log2 of the largest magnitude that an output may have. */
  range_log2: z.number(),
});

const recorded = z.strictObject({
  /** Training images that every count is over; held-out images took no part. */
  images: z.int().min(1),
  /** Images that the float network classifies rightly. */
  float: z.int().min(0),
  /** Steps of the search: each has a bit less somewhere than the one before, and the last is the choice. */
  steps: z.array(tried).min(1),
});

export type TriedBits = z.infer<typeof tried>;
export type RecordedQuantisation = z.infer<typeof recorded>;

export function readQuantisations(): Readonly<Record<string, RecordedQuantisation>> {
  return z.record(z.string(), recorded).parse(JSON.parse(readFileSync(QUANTISATION_FILE, 'utf8')));
}

export function chosenBits({ steps }: RecordedQuantisation): TriedBits {
  return steps.at(-1)!;
}
