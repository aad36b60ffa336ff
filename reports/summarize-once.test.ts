/** @module */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { summarizeLaunches } from '../harness/record/statistics.ts';
import { summarizeOnce } from './summarize-once.ts';

it('is the summary of these samples, first and again, wherever launches begin', () => {
  const launches = fc.array(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 16 }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(launches, (samples) => {
      for (const asked of [samples, structuredClone(samples), [samples.flat()], samples.toReversed()])
        expect(summarizeOnce(asked)).toEqual(summarizeLaunches(asked));
    }),
    { numRuns: 20 },
  );
});
