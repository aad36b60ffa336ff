/** @module */
import { describe, expect, test } from 'vitest';
import type { Circuit } from '../../circuit.ts';
import { CircuitBuilder } from '../../conformance/circuits/circuit-builder.ts';
import { planDigest } from '../../envelope.ts';
import { isRefusal, type Compiled, type Requirement } from '../../scheme.ts';
import { securityOf } from '../../security.ts';
import { assembled, type Lowered } from './compiled.ts';
import { integerLevels } from '../program/integer-levels.ts';
import { lower } from '../program/lower.ts';
import { createPrimes } from '../numbers/primes.ts';

const parameters = { id: 'default', degree: 8192, modulus_bits: [53, 53, 54, 54] };
const need: Requirement = {
  security_bits: 128,
  precision_bits: 1,
  failure_log2: -40,
  kernels: 'library',
  threads: 1,
  memory_bytes: 2 ** 40,
  encryption: 'symmetric',
};

function squared(weights: readonly number[] = [2, 1, 1]): Circuit {
  const build = new CircuitBuilder('c', { rows: 2, columns: 4096 }, 1);
  const x = build.input('x', 3, { min: -1, max: 1 }, 1);
  const sum = build.affine(build.multiply(x, x), [weights], Float64Array.of(0));
  return build.build({ y: build.rotate(sum, -1), z: x });
}

function lowered(circuit: Circuit): Lowered {
  return {
    scheme: 'test',
    parameters,
    primes: createPrimes(parameters.degree, parameters.modulus_bits),
    plainModuli: [65537n],
    keysPerPass: false,
    ownNoiseIsLess: false,
    programs: lower([circuit], integerLevels(3, { perProduct: 0, output: 1 })),
    runs: 'library',
    form: 'coefficients',
    time: () => 1,
    vector_ns: 10,
    constant_ns: 10,
    correctness: { kind: 'exact', failure_log2: null },
    constantBytes: () => 64,
  };
}

function compiledFor(circuit: Circuit, other: Partial<Requirement> = {}): Compiled {
  const compiled = assembled([circuit], { ...need, ...other }, lowered(circuit));
  if (isRefusal(compiled)) throw new Error(compiled.reason);
  return compiled;
}

describe('assembled', () => {
  const compiled = compiledFor(squared());

  test("the plan's id is the digest of the plan, which both sides have", () => {
    const { id, ...content } = compiled.client;
    expect(id).toBe(planDigest(content));
    expect(compiled.id).toBe(id);
    expect(compiledFor(squared(), { encryption: 'public' }).id).not.toBe(id);
  });

  test('the client learns ports and keys, and nothing of the weights but what ranges tell', () => {
    expect(compiled.client.keys).toEqual(['relinearization', 'galois']);
    expect(compiled.client.details).toEqual({
      plainModuli: ['65537'],
      keysPerPass: false,
      // Nothing is divided before outputs, so that keys are used at all primes.
      keys: { relinearization: 3, rotations: [[4095, 3]] },
      ports: {
        x: { limbs: 3, scale: null, polynomials: 2 },
        'c.y': { limbs: 2, scale: null, polynomials: 2 },
        'c.z': { limbs: 2, scale: null, polynomials: 2 },
      },
    });
    expect(compiledFor(squared([1, 1, 2])).client).toEqual(compiled.client);
  });

  test('both parts survive the way to another process', () => {
    expect(structuredClone(compiled)).toEqual(compiled);
    expect(JSON.parse(JSON.stringify(compiled.client))).toEqual(compiled.client);
  });

  test('the secret is declared under the whole chain, and is secure', () => {
    expect(compiled.hardness).toHaveLength(1);
    expect(compiled.hardness[0]).toMatchObject({ problem: 'rlwe', dimension: 8192, secret: 'ternary' });
    expect(compiled.hardness[0]!.modulus_log2).toBeCloseTo(214, 1);
    expect(securityOf(compiled.hardness, 128, parameters.id).bits).toBe(128);
  });

  test('estimates name every output, and time what is counted and encoded', () => {
    const { correctness, counts, evaluate_ns, prepare_ns, depth } = compiled.estimate;
    expect(Object.keys(correctness)).toEqual(['c.y', 'c.z']);
    expect(depth).toBe(1);
    // Five of them, of a matrix and of a division, take three polynomials instead of two.
    expect(evaluate_ns).toBe(Object.values(counts).reduce((sum, count) => sum + count, 0) + 5 / 2);
    // Two different weights; a bias of zero is not encoded.
    expect(prepare_ns).toBe(20);
  });

  test('more memory than is allowed, or than one instance has, is refused', () => {
    const { peak_bytes } = compiled.estimate;
    expect(compiledFor(squared(), { memory_bytes: peak_bytes }).id).toBe(compiled.id);
    expect(assembled([squared()], { ...need, memory_bytes: peak_bytes - 1 }, lowered(squared()))).toMatchObject({
      code: 'MEMORY_EXCEEDED',
    });
    const build = new CircuitBuilder('wide', { rows: 2, columns: 4096 }, 1);
    const x = build.input('x', 10_000, { min: -1, max: 1 }, 1);
    const wide = build.build({ y: build.rotate(x, 1) });
    expect(assembled([wide], need, lowered(wide))).toMatchObject({ code: 'MEMORY_EXCEEDED', circuit: 'wide' });
  });
});
