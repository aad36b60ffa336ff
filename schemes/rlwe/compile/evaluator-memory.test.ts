/** @module */
import { expect, test } from 'vitest';
import type { Circuit, TransformTerm } from '../../circuit.ts';
import { CircuitBuilder } from '../../conformance/circuits/circuit-builder.ts';
import { Parties } from '../../conformance/parties.ts';
import { randomInputs, uniforms } from '../../conformance/circuits/random-values.ts';
import { compiledBy, createSubject } from '../../conformance/subject.ts';
import type { HEScheme } from '../../scheme.ts';
import type { RlweScheme } from '../ring/chain.ts';
import type { RlweProgram } from '../program/program.ts';
import { adapters } from '../evaluate/own-kernels.fixture.ts';

const COLUMNS = 4096;

/** A layer of baby and giant steps, a square, and a fold at a lower level. */
function layers(id: RlweScheme): Circuit {
  const step = id === 'ckks' ? null : 1;
  const rows = id === 'ckks' ? 1 : 2;
  const random = uniforms(3);
  const plain = (): Float64Array => Float64Array.from({ length: rows * COLUMNS }, () => Math.round(2 * random() - 1));
  const terms = [0, 1, 2, 3].flatMap((baby) => [0, 4, 8].map((giant): TransformTerm => ({ from: 0, baby, giant, plain: plain() })));
  const build = new CircuitBuilder('c', { rows, columns: COLUMNS }, step);
  const x = build.input('x', 4, { min: -1, max: 1 }, step);
  const layer = build.transform(build.pick([[x, 0]]), [terms, terms.slice(0, 3)]);
  const square = build.multiply(layer, layer);
  return build.build({ y: build.fold(square, [64, 32, 16]) });
}

const WIDE = 200;

/** A batched network: wide layers, of which most is computed strip by strip. */
function batchedNetwork(): Circuit {
  const random = uniforms(5);
  const matrix = (rows: number, columns: number): number[][] =>
    Array.from({ length: rows }, () => Array.from({ length: columns }, () => Math.round(16 * (2 * random() - 1)) / 64));
  const build = new CircuitBuilder('c', { rows: 1, columns: COLUMNS }, null);
  const affine = (of: number, rows: number, columns: number): number =>
    build.affine(of, matrix(rows, columns), new Float64Array(rows).fill(0.1));
  const hidden = affine(build.input('x', 20, { min: -1, max: 1 }, null), WIDE, 20);
  const second = affine(build.multiply(hidden, hidden), 20, WIDE);
  return build.build({ y: affine(build.multiply(second, second), 5, 20) });
}

test('a batched network stays within its estimate, and the estimate knows what is never whole', async () => {
  const shape = { rows: 1, columns: COLUMNS } as const;
  const subject = createSubject({ scheme: adapters.ckks, parameters: 'default-50', shape, kernels: 'own' });
  const circuits = [batchedNetwork()];
  const compiled = compiledBy(subject, circuits);
  await using parties = await Parties.open(adapters.ckks, compiled, circuits);
  const inputs = randomInputs(circuits, subject.slots, uniforms(1));
  await parties.run(inputs);
  const bytes = parties.evaluator.memory().reserved_bytes!;
  expect(bytes).toBeLessThanOrEqual(compiled.estimate.peak_bytes);
  expect(bytes).toBeGreaterThanOrEqual(compiled.estimate.peak_bytes / 1.4);
  // The squares of the first layer alone would be that large.
  expect(bytes).toBeLessThan(WIDE * 3 * 2 * 8 * 2 * COLUMNS);
  for (let again = 0; again < 3; again++) await parties.run(inputs);
  expect(parties.evaluator.memory().reserved_bytes).toBe(bytes);
});

test.each<RlweScheme>(['ckks', 'bgv', 'bfv'])(
  '%s: an evaluator on our kernels stays within its estimate, which is not loose',
  async (id) => {
    const shape = { rows: id === 'ckks' ? (1 as const) : (2 as const), columns: COLUMNS };
    const subject = createSubject({ scheme: adapters[id], parameters: 'default-50', shape, kernels: 'own' });
    const circuits = [layers(id)];
    const compiled = compiledBy(subject, circuits);
    await using parties = await Parties.open(adapters[id], compiled, circuits);
    await parties.run(randomInputs(circuits, subject.slots, uniforms(1)));
    const bytes = parties.evaluator.memory().reserved_bytes!;
    const { keys } = (compiled.evaluator as RlweProgram).details;
    console.log(`${id}: ${bytes} of ${Math.round(compiled.estimate.peak_bytes)} bytes; keys ${JSON.stringify(keys)}`);
    expect(bytes).toBeLessThanOrEqual(compiled.estimate.peak_bytes);
    expect(bytes).toBeGreaterThanOrEqual(compiled.estimate.peak_bytes / 2);
    expect(Math.min(...keys.rotations.map(([, limbs]) => limbs))).toBeLessThanOrEqual(keys.relinearization);
  },
);

test.each([
  ['ckks', layers('ckks')],
  ['bfv', layers('bfv')],
  ['ckks', batchedNetwork()],
] as const)('%s: three threads stay within the estimate for three', async (id, circuit) => {
  const shape = { rows: id === 'ckks' ? (1 as const) : (2 as const), columns: COLUMNS };
  const { need, slots, scheme } = createSubject({ scheme: adapters[id], parameters: 'default-50', shape, kernels: 'own' });
  const compiled = compiledBy({ scheme, need: { ...need, threads: 3 } }, [circuit]);
  const threaded: HEScheme = { ...scheme, createEvaluator: (...[plan, keys]) => scheme.createEvaluator(plan, keys, { threads: 3 }) };
  await using parties = await Parties.open(threaded, compiled, [circuit]);
  await parties.run(randomInputs([circuit], slots, uniforms(1)));
  const bytes = parties.evaluator.memory().reserved_bytes!;
  console.log(`${id}, three threads: ${bytes} of ${Math.round(compiled.estimate.peak_bytes)} bytes`);
  expect(bytes).toBeLessThanOrEqual(compiled.estimate.peak_bytes);
  expect(bytes).toBeGreaterThanOrEqual(compiled.estimate.peak_bytes / 3);
});
