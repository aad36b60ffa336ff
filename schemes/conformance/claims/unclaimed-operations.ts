/**
 * What a scheme does not claim, or cannot hold, `compile` refuses with a code and a reason: a row `unsupported`, never a
 * crash and never a wrong answer.
 *
 * @module
 */
import assert from 'node:assert/strict';
import type { Circuit, Operation } from '../../circuit.ts';
import { isRefusal, type Requirement } from '../../scheme.ts';
import { CircuitBuilder } from '../circuits/circuit-builder.ts';
import type { Claim } from '../claim.ts';
import { builderFor, identity, inputType, operationCircuit } from '../circuits/operation-circuits.ts';
import { compiledBy, type Subject } from '../subject.ts';

const OPERATIONS = {
  input: true,
  add: true,
  subtract: true,
  multiply: true,
  dot: true,
  affine: true,
  addPlain: true,
  transform: true,
  convolve: true,
  fold: true,
  rotate: true,
  rotateSum: true,
  swapRows: true,
  pick: true,
  table: true,
  bootstrap: true,
} as const satisfies Readonly<Record<Operation['op'], true>>;

export const unclaimedOperations: Claim = {
  title: 'unclaimed operations',
  add(subject, test) {
    const { scheme, shape } = subject;
    for (const op of Object.keys(OPERATIONS) as Operation['op'][]) {
      if (!scheme.operations.has(op)) {
        test(`${op} is refused`, async () => {
          const refusal = refused(subject, [operationCircuit(subject, op)]);
          assert.equal(refusal.circuit, op, 'the refusal names the circuit');
        });
      }
    }
    if (scheme.arithmetic === 'integer') {
      test('real numbers are refused', async () => {
        const builder = new CircuitBuilder('real', shape, null);
        refused(subject, [builder.build({ y: builder.input('x', 1, { min: -1, max: 1 }, null) })]);
      });
    }
    test('a plan that needs more memory than is allowed is refused', async () => {
      const circuits = [identity(subject)];
      const { peak_bytes } = compiledBy(subject, circuits).estimate;
      assert.ok(peak_bytes > 0, 'the estimate says how much memory the evaluator needs');
      refused(subject, circuits, { ...subject.need, memory_bytes: peak_bytes - 1 });
    });
    test('a value that comes from a later circuit is refused or compiled, without a crash', async () => {
      const loop = builderFor(subject, 'loop');
      const type = inputType(subject);
      const x = loop.input('x', 1, type, type.step, ['client', { circuit: 'loop', output: 'y' }]);
      answer(subject, [loop.build({ y: x })]);
    });
    test('no circuit at all is refused or compiled, without a crash', async () => {
      answer(subject, []);
    });
  },
};

function answer(
  subject: Subject,
  circuits: readonly Circuit[],
  need: Requirement = subject.need,
): ReturnType<Subject['scheme']['compile']> {
  try {
    return subject.scheme.compile(circuits, need);
  } catch (error) {
    assert.fail(`compile threw instead of refusing: ${String(error)}`);
  }
}

function refused(subject: Subject, circuits: readonly Circuit[], need?: Requirement): { readonly circuit: string } {
  const result = answer(subject, circuits, need);
  assert.ok(isRefusal(result), 'compile accepted it');
  assert.match(result.code, /^[A-Z][A-Z0-9_]+$/);
  assert.ok(result.reason.length > 0, 'a refusal gives its reason');
  return result;
}
