/**
 * The messages between a run and a process that describes an adapter, as JSON.
 *
 * @module
 */
import { z } from 'zod';
import { schemeFacts } from './scheme-facts.ts';

export interface DescribeRequest {
  /** Path or package name. */
  readonly adapter: string;
  /** Whether single operations are to be measured. */
  readonly primitives: boolean;
}

export const describeAnswer = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('facts'), facts: schemeFacts }),
  /** The parts of an EnigmarkError. */
  z.object({ kind: z.literal('refused'), code: z.string(), expected: z.string(), got: z.string(), remedy: z.string() }),
]);
export type DescribeAnswer = z.infer<typeof describeAnswer>;
