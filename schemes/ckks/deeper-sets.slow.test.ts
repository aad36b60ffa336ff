/** @module */
import { expect, test } from 'vitest';
import type { Circuit, SlotShape } from '../circuit.ts';
import { CircuitBuilder } from '../conformance/circuits/circuit-builder.ts';
import { expectRight } from '../conformance/oracle.ts';
import { Parties } from '../conformance/parties.ts';
import { randomInputs, uniforms } from '../conformance/circuits/random-values.ts';
import { compiledBy, createSubject } from '../conformance/subject.ts';
import { isRefusal } from '../scheme.ts';
import { scheme } from './scheme.ts';

/** x -> 1 - x^2 - (x^2 of the next slot), again and again: values stay from -1 to 1 and do not settle. */
function coupledSquares(shape: SlotShape, layers: number): Circuit {
  const builder = new CircuitBuilder('coupled', shape, null);
  const all = (value: number): Float64Array => new Float64Array(shape.columns).fill(value);
  let value = builder.input('x', 1, { min: -1, max: 1 }, null);
  for (let layer = 0; layer < layers; layer++) {
    const square = builder.multiply(value, value);
    const terms = [0, 1].map((baby) => ({ from: 0, baby, giant: 0, plain: all(-1) }));
    value = builder.affine(builder.transform(square, [terms]), [[1]], Float64Array.of(1));
  }
  return builder.build({ y: value });
}

const LAYERS = 8;

test('a circuit that is too deep for N = 16384 is right at N = 32768', async () => {
  const largest: SlotShape = { rows: 1, columns: 16384 };
  const subject = createSubject({ scheme, shape: largest, kernels: 'own' });
  const { need } = subject;
  expect(isRefusal(scheme.compile([coupledSquares({ rows: 1, columns: 8192 }, LAYERS)], need))).toBe(true);
  const circuits = [coupledSquares(largest, LAYERS)];
  const compiled = compiledBy(subject, circuits);
  expect(compiled.estimate.depth).toBe(LAYERS);
  await using parties = await Parties.open(scheme, compiled, circuits);
  await expectRight(subject, parties, randomInputs(circuits, subject.slots, uniforms(5)));
});
