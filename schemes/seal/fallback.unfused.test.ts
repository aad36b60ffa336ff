/** @module */
import { expect, test } from 'vitest';
import { scheme as bfv } from '../bfv/scheme.ts';
import { scheme as bgv } from '../bgv/scheme.ts';
import { scheme as ckks } from '../ckks/scheme.ts';
import { expectedOutputs } from '../conformance/oracle.ts';
import { openParties } from '../conformance/parties.ts';
import { operationCircuit } from '../conformance/circuits/operation-circuits.ts';
import { randomInputs, uniforms } from '../conformance/circuits/random-values.ts';
import { createSubject } from '../conformance/subject.ts';
import { fusedArithmetic } from '../rlwe/kernel/kernel.ts';

/** Processors of other kinds always fuse. */
const told = test.runIf(process.arch === 'x64');

told('this engine rounds twice', () => {
  expect(fusedArithmetic()).toBe(false);
});

told.each([
  [ckks, 1],
  [bgv, 2],
  [bfv, 2],
] as const)('$0.id: the library serves plans for our kernels, and the evaluator says so', async (scheme, rows) => {
  const subject = createSubject({ scheme, parameters: 'insecure-tiny', shape: { rows, columns: 512 }, kernels: 'own' });
  const circuits = [operationCircuit(subject, 'multiply')];
  await using parties = await openParties(subject, circuits);
  expect(parties.evaluator.path).toBe('fallback');
  const inputs = randomInputs(circuits, subject.slots, uniforms(1));
  const expected = await expectedOutputs(subject, circuits, inputs);
  const [port, bundle] = Object.entries(await parties.run(inputs))[0]!;
  for (const [at, values] of bundle.entries()) {
    for (const [slot, value] of Array.from<number | bigint>(values).entries()) {
      expect(Number(value)).toBeCloseTo(Number(expected[port]![at]![slot]), 1);
    }
  }
});
