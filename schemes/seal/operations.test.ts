/** @module */
import { expect, test } from 'vitest';
import { scheme as bfv } from '../bfv/scheme.ts';
import { scheme as bgv } from '../bgv/scheme.ts';
import { scheme as ckks } from '../ckks/scheme.ts';
import { builderFor, usualInput } from '../conformance/circuits/operation-circuits.ts';
import { randomInputs, uniforms } from '../conformance/circuits/random-values.ts';
import { expectRight } from '../conformance/oracle.ts';
import { openParties } from '../conformance/parties.ts';
import { createSubject } from '../conformance/subject.ts';

test.each([
  ['ckks', ckks, 1],
  ['bgv', bgv, 2],
  ['bfv', bfv, 2],
] as const)('%s: rotations by nothing, or by all columns, take no key and are counted', async (_, scheme, rows) => {
  const columns = 512;
  const subject = createSubject({ scheme, parameters: 'insecure-tiny', shape: { rows, columns }, kernels: 'library' });
  const build = builderFor(subject, 'still');
  const x = usualInput(build, subject, 'x', 2);
  const circuits = [build.build({ rotated: build.rotate(x, 0), around: build.rotate(x, columns), folded: build.fold(x, [0, -columns]) })];
  await using parties = await openParties(subject, circuits);
  expect(parties.compiled.client.keys).toEqual([]);
  await expectRight(subject, parties, randomInputs(circuits, subject.slots, uniforms(1)));
  expect(parties.evaluator.counts()).toEqual(parties.compiled.estimate.counts);
});
