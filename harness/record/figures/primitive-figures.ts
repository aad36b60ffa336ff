/**
 * What the launch of single operations measures.
 *
 * @module
 */
import { z } from 'zod';
import { parameters, path, security, stopped } from './launch-figures.ts';

const name = z.string().min(1);
const count = z.int().min(0);
const bytes = z.int().min(0);
const level = z.int().min(1).nullable().describe('Limbs it runs at; null where it has no level of its own.');

/** Where a network's launch has the figures of that network, this has those of every operation. */
export const primitiveMeasurements = {
  parameters,
  path,
  security,
  primitives: z
    .array(
      z
        .strictObject({
          name: name.describe('Operation of the scheme, or circuit.'),
          level,
          bytes: bytes.nullable().describe('Size of what it makes; null where that is a number, or nothing of the scheme.'),
          operations: z.record(name, count).nullable().describe('Counts of what a circuit is made of; null: a single operation.'),
          callsPerSample: z.int().min(1).describe('Calls timed together, where one is short beside the clock.'),
          stopped,
          samples_ns: z.array(count).min(1).describe('Of one call: the time of a sample over its calls. In the order taken.'),
          warmup_ns: z.array(count).describe('Of one call, taken before the samples, in order; not part of any figure.'),
        })
        .meta({ id: 'Primitive' }),
    )
    .describe('Times of one operation at one level.'),
  untimed: z
    .array(
      z.strictObject({
        name: name.describe('Operation of the scheme, or circuit.'),
        level,
        state: z.enum(['incorrect', 'unsupported']).describe('What became of it.'),
        reason: name.describe('In plain words.'),
      }),
    )
    .describe('Operations whose result was wrong, and circuits that the parameters refuse.'),
};
