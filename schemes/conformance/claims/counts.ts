/**
 * The operations that `compile` predicts are those that the evaluator counts.
 *
 * @module
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Circuit } from '../../circuit.ts';
import { isRefusal, type OperationCounts } from '../../scheme.ts';
import type { Claim } from '../claim.ts';
import { combinations } from '../circuits/combinations.ts';
import { operationCircuit } from '../circuits/operation-circuits.ts';
import { Parties } from '../parties.ts';
import { circuitOf, drafts } from '../circuits/random-circuits.ts';
import { randomInputs, uniforms } from '../circuits/random-values.ts';
import type { Subject } from '../subject.ts';

export const counts: Claim = {
  title: 'operation counts',
  add(subject, test) {
    for (const op of subject.scheme.operations) {
      test(op, () => expectCounts(subject, [operationCircuit(subject, op)]));
    }
    for (const { name, uses, circuits } of combinations) {
      if (uses.every((op) => subject.scheme.operations.has(op))) test(name, () => expectCounts(subject, circuits(subject)));
    }
    test('random circuits', async () => {
      const circuits = fc.asyncProperty(drafts, (draft) => expectCounts(subject, [circuitOf(subject, draft)]));
      await fc.assert(circuits, { numRuns: subject.effort.circuits / 2, seed: subject.seed + 1, endOnFailure: true });
    });
  },
};

/** A first run counts as predicted, and so does a second. */
async function expectCounts(subject: Subject, circuits: readonly Circuit[]): Promise<void> {
  const compiled = subject.scheme.compile(circuits, subject.need);
  if (isRefusal(compiled)) return;
  await using parties = await Parties.open(subject.scheme, compiled, circuits);
  const inputs = randomInputs(circuits, subject.slots, uniforms(subject.seed));
  for (const run of ['first', 'second']) {
    const before = parties.evaluator.counts();
    await parties.run(inputs);
    assert.deepEqual(difference(parties.evaluator.counts(), before), counted(compiled.estimate.counts), `${run} run`);
  }
}

function difference(after: OperationCounts, before: OperationCounts): OperationCounts {
  return counted(Object.fromEntries(Object.entries(after).map(([name, count]) => [name, count - (before[name] ?? 0)])));
}

/** Without what happened no time, in the order of names. */
function counted(of: OperationCounts): OperationCounts {
  return Object.fromEntries(Object.entries(of).filter(([, count]) => count !== 0).sort(([a], [b]) => (a < b ? -1 : 1))); // prettier-ignore
}
