/** @module */
import { describe, expect, test } from 'vitest';
import type { Circuit, TransformTerm } from '../circuit.ts';
import { CircuitBuilder } from '../conformance/circuits/circuit-builder.ts';
import { lower } from '../rlwe/program/lower.ts';
import { createPrimes } from '../rlwe/numbers/primes.ts';
import type { CircuitProgram, Place } from '../rlwe/program/program.ts';
import { realLevels } from './levels.ts';

const place: Place = { result: 0, width: 1, limbs: 3, scale: 1, polynomials: 2 };
/** 44, 56, 56 bits: the data primes of the set for two convolutions. */
const primes = createPrimes(8192, [44, 56, 56, 58]).slice(0, 3).map(Number);

describe('realLevels', () => {
  const levels = realLevels(primes, { limbs: 3, input_log2: 21, plain_log2: 18 });

  test('the client encrypts, and plaintexts are encoded, as the scales say', () => {
    expect(levels.input({} as never)).toEqual({ limbs: 3, scale: 2 ** 21 });
    expect(levels.plainScale({} as never, place)).toBe(2 ** 18);
    expect(levels.outputDivisions(place)).toBe(0);
  });

  test('the divisor is the product of the primes that go, the last first', () => {
    expect(levels.divisor(3, 1)).toBe(primes[2]);
    expect(levels.divisor(2, 1)).toBe(primes[1]);
    expect(levels.divisor(3, 2) / (primes[1]! * primes[2]!)).toBeCloseTo(1, 12);
    expect(levels.divisor(3, 0)).toBe(1);
  });

  test.each([
    [2 ** 21, 3, 0],
    [2 ** 76, 3, 0],
    [2 ** 77, 3, 1],
    [2 ** 78, 2, 1],
    [2 ** 78, 1, 0],
    [2 ** 132, 3, 1],
    [2 ** 133, 3, 2],
    [2 ** 200, 3, 2],
  ])('a value at scale %d with %i primes is divided by %i: what is left keeps the waterline and a prime', (scale, limbs, expected) => {
    expect(levels.divisions({ ...place, scale, limbs }, 1, 'multiply')).toBe(expected);
  });

  test('primes a little below a power of two do not miss the waterline', () => {
    const deep = createPrimes(16384, [50, 46, 46, 46, 58]).slice(0, -1).map(Number);
    const levels = realLevels(deep, { limbs: 4, input_log2: 46, plain_log2: 20 });
    let scale = 2 ** 46;
    for (const limbs of [4, 3, 2]) {
      expect(levels.divisions({ ...place, scale: scale * scale, limbs }, 1, 'multiply')).toBe(1);
      scale = (scale * scale) / levels.divisor(limbs, 1);
    }
  });
});

/** A packed convolutional network in miniature: convolution, square, dense, square, dense, each layer with its folds and bias. */
function packedNetwork(): Circuit {
  const columns = 64;
  const build = new CircuitBuilder('network', { rows: 1, columns }, null);
  const term = (from: number, baby: number, giant: number): TransformTerm => ({
    from,
    baby,
    giant,
    plain: Float64Array.from({ length: columns }, (_, slot) => ((slot + baby + giant) % 3) - 1),
  });
  const bias = (of: number): number => build.addPlain(of, [Float64Array.from({ length: columns }, (_, slot) => slot / columns)]);
  const pixels = build.input('pixels', 4, { min: 0, max: 1 }, null);
  const convolution = bias(build.fold(build.transform(pixels, [[0, 1, 2, 3].map((from) => term(from, 0, 0))]), [32, 16]));
  const first = build.multiply(convolution, convolution);
  const hidden = bias(build.fold(build.transform(first, [[term(0, 0, 0), term(0, 1, 0), term(0, 0, 2), term(0, 1, 2)]]), [8, 4]));
  const second = build.multiply(hidden, hidden);
  const logits = bias(build.fold(build.transform(second, [[term(0, 0, 0)]]), [4, 2, 1]));
  return build.build({ logits });
}

describe('a packed network on two divisions', () => {
  const program: CircuitProgram = lower([packedNetwork()], realLevels(primes, { limbs: 3, input_log2: 21, plain_log2: 18 }))[0]!;
  const steps = program.instructions.map(({ op, limbs }) => `${op}@${limbs}`);

  test('a linear layer and its square share one division, made just before the next layer; the logits are not divided', () => {
    expect(steps).toEqual([
      'input@3',
      'transform@3',
      'fold@3',
      'addPlain@3',
      'multiply@3',
      'relinearize@3',
      'divide@2',
      'transform@2',
      'fold@2',
      'addPlain@2',
      'multiply@2',
      'relinearize@2',
      'divide@1',
      'transform@1',
      'fold@1',
      'addPlain@1',
    ]);
  });

  test('each division is by one prime and brings the scale back to the waterline', () => {
    const divisions = program.instructions.filter((instruction) => instruction.op === 'divide');
    expect(divisions.map((instruction) => 'primes' in instruction && instruction.primes)).toEqual([1, 1]);
    for (const { scale } of divisions) expect(Math.abs(Math.log2(scale!) - 22)).toBeLessThan(2.01);
    expect(program.instructions[program.outputs['logits']!]).toMatchObject({ op: 'addPlain', limbs: 1, polynomials: 2 });
  });

  test('scales follow the operations exactly', () => {
    const scales = program.instructions.map(({ scale }) => scale!);
    const [, q1, q2] = primes as [number, number, number];
    const hidden = (2 ** 78 / q2) * 2 ** 18;
    const logits = ((hidden * hidden) / q1) * 2 ** 18;
    expect(scales).toEqual([
      2 ** 21,
      2 ** 39,
      2 ** 39,
      2 ** 39,
      2 ** 78,
      2 ** 78,
      2 ** 78 / q2,
      hidden,
      hidden,
      hidden,
      hidden * hidden,
      hidden * hidden,
      (hidden * hidden) / q1,
      logits,
      logits,
      logits,
    ]);
  });
});
