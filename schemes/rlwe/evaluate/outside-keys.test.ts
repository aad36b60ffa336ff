/** @module */
import { describe, expect, test } from 'vitest';
import { scheme } from '../../ckks/scheme.ts';
import type { Circuit, SlotShape } from '../../circuit.ts';
import { CircuitBuilder } from '../../conformance/circuits/circuit-builder.ts';
import { randomInputs, uniforms } from '../../conformance/circuits/random-values.ts';
import { compiledBy, createSubject } from '../../conformance/subject.ts';
import { isRefusal, type Compiled, type HEEvaluator, type KeyPart } from '../../scheme.ts';
import type { RlweProgram } from '../program/program.ts';
import { createOwnEvaluator } from './evaluator.ts';

/** More than the keys of these tests take. */
const ROOM_BYTES = 2 ** 27;
const tiny: SlotShape = { rows: 1, columns: 512 };

/** Every use of a key: relinearisation, rotation, fold, sums of rotations, baby and giant steps. */
function allKeys(): Circuit {
  const builder = new CircuitBuilder('all', tiny, null);
  const x = builder.input('x', 1, { min: -1, max: 1 }, null);
  const square = builder.multiply(x, x);
  const terms = [0, 1, 2, 3].map((at) => ({ from: 0, baby: at % 2, giant: 2 * (at >> 1), plain: new Float64Array(512).fill(at / 8) }));
  return builder.build({
    rotated: builder.rotate(square, 7),
    folded: builder.fold(x, [1, 2, 4]),
    transformed: builder.transform(square, [terms]),
    summed: builder.rotateSum(x, [[0, 3, 5].map((by) => ({ from: 0, by }))]),
  });
}

async function run(evaluator: HEEvaluator, circuit: Circuit, ciphertexts: readonly Uint8Array[]): Promise<readonly Uint8Array[]> {
  await evaluator.prepare([circuit]);
  const results = await evaluator.run(circuit.id, { x: await evaluator.load('x', ciphertexts) });
  return (await Promise.all(Object.values(results).map((held) => evaluator.store(held)))).flat();
}

describe('keys outside of wasm memory', () => {
  test.each(['insecure-tiny', 'insecure-hybrid'])('give the same bits, and are counted: %s', async (parameters) => {
    const subject = createSubject({ scheme, parameters, shape: tiny, kernels: 'own' });
    const circuit = allKeys();
    const inside = compiledBy(subject, [circuit]);
    const outside: Compiled = { ...inside, evaluator: { ...(inside.evaluator as RlweProgram), keysOutside_bytes: ROOM_BYTES } };
    await using client = await scheme.createClient(inside.client);
    const keys: readonly KeyPart[] = await client.generateKeys();
    const { x } = randomInputs([circuit], subject.slots, uniforms(2));
    const ciphertexts = await client.encrypt('x', x!);
    await using one = await createOwnEvaluator('ckks', inside, keys);
    await using other = await createOwnEvaluator('ckks', outside, keys);
    await using threaded = await createOwnEvaluator('ckks', outside, keys, { threads: 2 });
    const expected = await run(one, circuit, ciphertexts);
    expect(await run(other, circuit, ciphertexts)).toEqual(expected);
    expect(await run(threaded, circuit, ciphertexts)).toEqual(expected);
    const { buffers_bytes, live_bytes } = other.memory();
    expect(one.memory().buffers_bytes).toBe(0);
    // All that is not in one place is in the other, but for the copies of one key's digits.
    const [most, least] = [one.memory().live_bytes! - live_bytes!, one.memory().live_bytes! - live_bytes! + 8 * 2 * 8 * 1024];
    expect(buffers_bytes).toBeGreaterThan(0.9 * most);
    expect(buffers_bytes).toBeLessThan(1.1 * least);
  });
});

describe('a plan whose keys do not fit into wasm memory', () => {
  const large: SlotShape = { rows: 1, columns: 16384 };
  const builder = new CircuitBuilder('wide', large, null);
  const x = builder.input('x', 1, { min: -1, max: 1 }, null);
  // Rotations at the top, where keys are largest.
  let power = builder.rotateSum(x, [Array.from({ length: 400 }, (_, by) => ({ from: 0, by }))]);
  power = builder.affine(power, [[1 / 400]], Float64Array.of(0));
  for (let square = 0; square < 7; square++) power = builder.multiply(power, power);
  const circuit = builder.build({ y: power });
  const { need } = createSubject({ scheme, parameters: 'deeper-40', shape: large, kernels: 'own' });
  const GIB = 2 ** 30;

  test('keeps them outside, where there is memory for them', () => {
    const compiled = scheme.compile([circuit], { ...need, memory_bytes: 64 * GIB });
    if (isRefusal(compiled)) throw new Error(compiled.reason);
    expect((compiled.evaluator as RlweProgram).keysOutside_bytes).toBeGreaterThan(GIB);
    expect(compiled.estimate.peak_bytes).toBeGreaterThan(4 * GIB);
    const refusal = scheme.compile([circuit], { ...need, memory_bytes: compiled.estimate.peak_bytes });
    expect(isRefusal(refusal) && refusal.code).toBe('MEMORY_EXCEEDED');
  });

  test('keeps them outside for several threads too', () => {
    const compiled = scheme.compile([circuit], { ...need, memory_bytes: 64 * GIB, threads: 2 });
    if (isRefusal(compiled)) throw new Error(compiled.reason);
    expect((compiled.evaluator as RlweProgram).keysOutside_bytes).toBeGreaterThan(GIB);
  });
});
