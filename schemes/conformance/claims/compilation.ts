/**
 * `compile` is a pure function from data to data.
 *
 * @module
 */
import assert from 'node:assert/strict';
import type { Circuit } from '../../circuit.ts';
import { isRefusal } from '../../scheme.ts';
import type { Claim } from '../claim.ts';
import { combinations } from '../circuits/combinations.ts';
import { operationCircuit } from '../circuits/operation-circuits.ts';
import type { Subject } from '../subject.ts';

export const compilation: Claim = {
  title: 'compilation',
  add(subject, test) {
    test('it gives equal answers to equal questions', async () => {
      for (const circuits of circuitsOf(subject)) {
        const again = subject.scheme.compile(structuredClone(circuits), structuredClone(subject.need));
        assert.deepEqual(again, subject.scheme.compile(circuits, subject.need));
      }
    });
    test('its answer is data that another process could be sent', async () => {
      for (const circuits of circuitsOf(subject)) {
        const result = subject.scheme.compile(circuits, subject.need);
        assert.deepEqual(structuredClone(result), result);
      }
    });
    test('it leaves its question alone', async () => {
      for (const circuits of circuitsOf(subject)) {
        const before = structuredClone(circuits);
        subject.scheme.compile(circuits, subject.need);
        assert.deepEqual(circuits, before);
      }
    });
    test('its estimates are numbers', async () => {
      for (const circuits of circuitsOf(subject)) {
        const result = subject.scheme.compile(circuits, subject.need);
        if (isRefusal(result)) continue;
        const { counts, evaluate_ns, peak_bytes, bytes } = result.estimate;
        const numbers = [...Object.values(counts), evaluate_ns ?? 0, peak_bytes, ...Object.values(bytes.keys), bytes.input, bytes.output];
        assert.ok(numbers.every((number) => Number.isFinite(number) && number >= 0), JSON.stringify(result.estimate)); // prettier-ignore
        assert.deepEqual(Object.keys(bytes.keys).sort(), [...result.client.keys].sort(), 'a size for every kind of key');
      }
    });
  },
};

/** One for every claimed operation, and the combinations of them; made anew, for a test must not see what another changed. */
function circuitsOf(subject: Subject): readonly (readonly Circuit[])[] {
  const { operations } = subject.scheme;
  const single = [...operations].map((op) => [operationCircuit(subject, op)]);
  return [...single, ...combinations.filter(({ uses }) => uses.every((op) => operations.has(op))).map(({ circuits }) => circuits(subject))];
}
