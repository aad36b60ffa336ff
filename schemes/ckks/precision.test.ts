/** @module */
import { describe, expect, test } from 'vitest';
import type { TransformTerm } from '../circuit.ts';
import { CircuitBuilder } from '../conformance/circuits/circuit-builder.ts';
import { lower } from '../rlwe/program/lower.ts';
import { createPrimes } from '../rlwe/numbers/primes.ts';
import { realLevels } from './levels.ts';
import { errorModel } from './error-model.ts';
import { operandNorms } from './operand-norms.ts';
import { magnitude } from './levels.ts';
import { errorDeviations } from './precision.ts';
import { describeMeasuredError, operationsCircuit } from './measured-error.fixture.ts';

describeMeasuredError({ set: 'small', encryption: 'symmetric', kernels: 'library', scales: { limbs: 1, input_log2: 18, plain_log2: 7 } });
describeMeasuredError({ set: 'default-50', encryption: 'symmetric', kernels: 'own', scales: { limbs: 3, input_log2: 21, plain_log2: 14 } });

describe('errorDeviations', () => {
  const circuit = operationsCircuit({ rows: 1, columns: 2048 });
  const [prime, special] = createPrimes(4096, [53, 53]).map(Number) as [number, number];
  const model = errorModel(4096, { primes: [prime], special, encryption: 'symmetric', centredDigits: false });
  const fits = (input_log2: number): boolean => {
    const program = lower([circuit], realLevels([prime], { limbs: 1, input_log2, plain_log2: 7 }))[0]!;
    return errorDeviations(program, circuit, operandNorms(circuit), [prime], model) !== null;
  };

  test('are null where a value outgrows its modulus', () => {
    // The square of the transform stands at 2^(2 * (input + 7)); a bit beyond the 53 holds the sign and the error.
    expect(fits(18)).toBe(true);
    expect(fits(20)).toBe(false);
  });
});

describe('operandNorms', () => {
  test('are the greatest and the mean 2-norm of the weights of a result, its terms, and how its inputs and sums are rotated', () => {
    const build = new CircuitBuilder('c', { rows: 1, columns: 2 }, null);
    const x = build.input('x', 2, { min: -1, max: 1 }, null);
    build.affine(
      x,
      [
        [3, -4],
        [1, 0],
      ],
      Float64Array.of(0, 0),
    );
    const plain = (...values: number[]): TransformTerm => ({ from: 0, baby: 0, giant: 0, plain: Float64Array.from(values) });
    build.transform(x, [[plain(1, 2), plain(1, -2), plain(0, 1)], [plain(2, 2)]]);
    const moved = (baby: number, giant: number): TransformTerm => ({ ...plain(1, 1), baby, giant });
    build.transform(x, [[moved(0, 1), moved(0, 1), moved(0, 0)], [moved(0, 2)]]);
    build.transform(x, [[moved(0, 0)], [moved(1, 0), moved(0, 1), moved(1, 2), moved(0, 2)]]);
    const norms = operandNorms(build.build({ y: 1 }));
    expect(norms[1]).toMatchObject({
      weights: { greatest: 5, mean: Math.sqrt((25 + 1) / 2) },
      whole_log2: 0,
      terms: 2,
      babies: false,
      giants: 0,
    });
    expect(norms[2]).toMatchObject({
      weights: { greatest: 3, mean: expect.closeTo(Math.sqrt((2 + 9 + 4 + 4) / 4)) as number },
      whole_log2: null,
      terms: 3,
      babies: false,
      giants: 0,
    });
    expect(norms[3]).toMatchObject({
      weights: { greatest: Math.sqrt(3), mean: expect.closeTo(Math.SQRT2) as number },
      whole_log2: null,
      terms: 3,
      babies: false,
      giants: 1,
    });
    expect(norms[4]).toMatchObject({
      weights: { greatest: 2, mean: expect.closeTo(Math.sqrt(2.5)) as number },
      whole_log2: null,
      terms: 4,
      babies: true,
      giants: 2,
    });
  });
});

describe('magnitude', () => {
  test('is the larger end of the range', () => {
    const build = new CircuitBuilder('c', { rows: 1, columns: 2 }, null);
    build.input('x', 1, { min: -3, max: 2 }, null);
    expect(magnitude(build.build({ y: 0 }).nodes[0]!)).toBe(3);
  });
});
