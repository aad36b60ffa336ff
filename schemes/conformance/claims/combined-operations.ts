/**
 * Circuits of several operations: right, or refused before they run.
 *
 * @module
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Circuit } from '../../circuit.ts';
import { isRefusal } from '../../scheme.ts';
import type { Claim } from '../claim.ts';
import { combinations } from '../circuits/combinations.ts';
import { expectRight } from '../oracle.ts';
import { Parties } from '../parties.ts';
import { circuitOf, drafts } from '../circuits/random-circuits.ts';
import { randomInputs, uniforms } from '../circuits/random-values.ts';
import { describeCircuit } from '../circuits/describe-circuit.ts';
import { describe } from '../refused.ts';
import type { Subject } from '../subject.ts';

/** An adapter that refuses nearly everything would pass without having computed. */
const LEAST_ACCEPTED = 1 / 4;

export const combinedOperations: Claim = {
  title: 'combined operations',
  add(subject, test) {
    for (const { name, uses, refusable, circuits } of combinations) {
      if (!uses.every((op) => subject.scheme.operations.has(op))) continue;
      test(name, async () => {
        const ran = await rightOrRefused(subject, circuits(subject), 1);
        assert.ok(ran || refusable, 'compile refused it');
      });
    }
    if (subject.scheme.operations.size > 1) {
      test(`${subject.effort.circuits} random circuits`, async () => {
        let tried = 0;
        let accepted = 0;
        const circuits = fc.asyncProperty(drafts, fc.nat(), async (draft, seed) => {
          tried++;
          if (await rightOrRefused(subject, [circuitOf(subject, draft)], seed)) accepted++;
        });
        await fc.assert(circuits, { numRuns: subject.effort.circuits, seed: subject.seed, endOnFailure: true });
        assert.ok(accepted >= LEAST_ACCEPTED * tried, `compile took ${accepted} of ${tried} small circuits`);
      });
    }
  },
};

/** Whether the circuits were accepted; then they were run and right. */
async function rightOrRefused(subject: Subject, circuits: readonly Circuit[], seed: number): Promise<boolean> {
  const compiled = subject.scheme.compile(circuits, subject.need);
  if (isRefusal(compiled)) {
    assert.ok(compiled.code.length > 0 && compiled.reason.length > 0, 'a refusal has a code and a reason');
    return false;
  }
  try {
    await using parties = await Parties.open(subject.scheme, compiled, circuits);
    await expectRight(subject, parties, randomInputs(circuits, subject.slots, uniforms(seed)));
  } catch (cause) {
    throw new Error(`${describe(cause)}, in the circuit\n${circuits.map(describeCircuit).join('\n')}`, { cause });
  }
  return true;
}
