/** @module */
import { expect, test } from 'vitest';
import type { Circuit, TransformTerm } from '../circuit.ts';
import { CircuitBuilder } from '../conformance/circuit-builder.ts';
import { Parties } from '../conformance/parties.ts';
import { randomInputs, uniforms } from '../conformance/random-values.ts';
import { compiledBy, createSubject } from '../conformance/subject.ts';
import type { RlweScheme } from './chain.ts';
import type { RlweProgram } from './program.ts';
import { adapters } from './own-kernels.fixture.ts';

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

test.each<RlweScheme>(['ckks', 'bgv', 'bfv'])(
  '%s: an evaluator on our kernels stays within its estimate, which is not loose',
  async (id) => {
    const shape = { rows: id === 'ckks' ? (1 as const) : (2 as const), columns: COLUMNS };
    const subject = createSubject({ scheme: adapters[id], parameters: 'default-50', shape, kernels: 'own' });
    const circuits = [layers(id)];
    const compiled = compiledBy(subject, circuits);
    await using parties = await Parties.open(adapters[id], compiled, circuits);
    await parties.run(randomInputs(circuits, subject.slots, uniforms(1)));
    const { bytes } = parties.evaluator.memory();
    const { keys } = compiled.evaluator as RlweProgram;
    console.log(`${id}: ${bytes} of ${Math.round(compiled.estimate.peak_bytes)} bytes; keys ${JSON.stringify(keys)}`);
    expect(bytes).toBeLessThanOrEqual(compiled.estimate.peak_bytes);
    expect(bytes).toBeGreaterThanOrEqual(compiled.estimate.peak_bytes / 2);
    expect(Math.min(...keys.rotations.map(([, limbs]) => limbs))).toBeLessThanOrEqual(keys.relinearization);
  },
);
