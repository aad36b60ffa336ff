/**
 * Every claimed operation compiles alone and computes what the cleartext adapter computes.
 *
 * @module
 */
import fc from 'fast-check';
import type { Claim } from '../claim.ts';
import { expectRight } from '../oracle.ts';
import { operationCircuit } from '../circuits/operation-circuits.ts';
import { openParties } from '../parties.ts';
import { randomInputs, uniforms } from '../circuits/random-values.ts';

const RUNS = 3;

export const claimedOperations: Claim = {
  title: 'claimed operations',
  add(subject, test) {
    for (const op of subject.scheme.operations) {
      test(op, async () => {
        const circuits = [operationCircuit(subject, op)];
        await using parties = await openParties(subject, circuits);
        const seeds = fc.asyncProperty(fc.nat(), async (seed) => {
          await expectRight(subject, parties, randomInputs(circuits, subject.slots, uniforms(seed)));
        });
        await fc.assert(seeds, { numRuns: RUNS, seed: subject.seed, endOnFailure: true });
      });
    }
  },
};
