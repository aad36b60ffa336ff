/** @module */
import { describe, expect, test } from 'vitest';
import type { Circuit } from '../circuit.ts';
import { CircuitBuilder } from '../conformance/circuits/circuit-builder.ts';
import { createPrimes } from '../rlwe/numbers/primes.ts';
import { circuitLimbs } from '../rlwe/bootstrap/bootstrap-chain.ts';
import type { Instruction, RlweParameters, RlweProgram } from '../rlwe/program/program.ts';
import { splitPrimes } from '../rlwe/program/special-primes.ts';
import { isRefusal, type Compiled, type Requirement } from '../scheme.ts';
import { bootstrapError, bootstrapsOf } from './bootstraps.ts';
import { compile } from './compile.ts';
import { parameterSets } from './parameters.ts';

const small: RlweParameters = parameterSets['insecure-bootstrap'];
const need: Requirement = {
  ...{ security_bits: 128, precision_bits: 6, failure_log2: -40, kernels: 'own', threads: 1 },
  ...{ memory_bytes: 2 ** 34, encryption: 'symmetric', parameters: small.id },
};

/** Squares in a row of values in [-1, 1], bootstrapped in front of those that are named. */
function squares(
  count: number,
  before: readonly number[],
  { columns = 2048, slots }: { readonly columns?: number; readonly slots?: number } = {},
): Circuit {
  const builder = new CircuitBuilder('squares', { rows: 1, columns }, null);
  let value = builder.input('x', 1, { min: -1, max: 1 }, null);
  for (let at = 0; at < count; at++) {
    if (before.includes(at)) value = builder.bootstrap(value, slots);
    value = builder.multiply(value, value);
  }
  return builder.build({ y: value });
}

function compiledFor(circuit: Circuit, other: Partial<Requirement> = {}): Compiled {
  const compiled = compile([circuit], { ...need, ...other });
  if (isRefusal(compiled)) throw new Error(compiled.reason);
  return compiled;
}

const instructionsOf = ({ evaluator }: Compiled): readonly Instruction[] => (evaluator as RlweProgram).circuits[0]!.instructions;

describe('levels', () => {
  test('values have levels again wherever they are renewed, and never more than circuits may use', () => {
    const most = circuitLimbs(small);
    for (const depth of [7, 10, 12]) {
      const renewals = Array.from({ length: depth }, (_, at) => at).filter((at) => at > 0 && at % 2 === 0);
      const circuit = squares(depth, renewals);
      const compiled = compiledFor(circuit);
      expect(compiled.estimate.depth).toBe(depth);
      for (const { op, node, limbs } of instructionsOf(compiled)) {
        if (circuit.nodes[node]!.op !== 'bootstrap') expect([op, limbs <= most]).toEqual([op, true]);
      }
      expect(instructionsOf(compiled).filter(({ op }) => op === 'raise')).toHaveLength(renewals.length);
    }
  });

  test('without bootstraps, or with too many products between them, a circuit is refused', () => {
    expect(compile([squares(12, [])], need)).toMatchObject({ code: expect.stringMatching(/OUT_OF_LEVELS|PRECISION_TOO_LOW/) as string });
    expect(compile([squares(20, [10])], need)).toMatchObject({ code: expect.stringMatching(/OUT_OF_LEVELS|PRECISION_TOO_LOW/) as string });
  });

  test('where scales are chosen a bootstrap is one instruction, which ends where the whole of it ends and takes as long', () => {
    const primes = splitPrimes(small, createPrimes(small.degree, small.modulus_bits)).data.map(Number);
    const bootstraps = bootstrapsOf(small, primes, () => 1, () => null); // prettier-ignore
    const value = { result: 0, width: 2, limbs: 5, scale: 2 ** 38, polynomials: 2 } as const;
    const lowered = (way: 'outlined' | 'whole', range: number) => {
      const instructions: Instruction[] = [{ ...value, op: 'input', port: 'x', node: 0 }];
      const end = bootstraps[way](value, { node: 1, slots: 2048, range }, (given) => {
        const instruction: Instruction = Object.assign(given, { result: instructions.length });
        instructions.push(instruction);
        return instruction;
      });
      return { ...end!, instructions };
    };
    for (const range of [1 / 64, 1, 100]) {
      const [outlined, whole] = [lowered('outlined', range), lowered('whole', range)];
      expect(outlined.instructions.map(({ op }) => op)).toEqual(['input', 'drop', 'raise']);
      expect(whole.instructions.length).toBeGreaterThan(30);
      expect([outlined.limbs, outlined.width, outlined.polynomials]).toEqual([whole.limbs, whole.width, whole.polynomials]);
      expect(outlined.scale! / whole.scale!).toBeCloseTo(1, 12);
    }
    expect(bootstraps.outlined({ ...value, limbs: 2 }, { node: 1, slots: 2048, range: 1 }, () => value)).toBeNull();
  });

  test('slots that repeat after a few are as good as more, of which every matrix has a stage', () => {
    const [one, four, all] = [1, 4, 2048].map((slots) => compiledFor(squares(2, [1], { slots })).estimate.evaluate_ns!) as [number, number, number]; // prettier-ignore
    expect(one).toBe(four);
    expect(four).toBeLessThan(all);
  });

  test('the plan takes as long as its squares and its bootstraps one by one', () => {
    const time_ns = (circuit: Circuit): number => compiledFor(circuit).estimate.evaluate_ns!;
    const [one, two, three] = [[2], [2, 3], [2, 3, 4]].map((before) => time_ns(squares(5, before))) as [number, number, number];
    expect((three - two) / (two - one)).toBeCloseTo(1, 0);
    expect(two - one).toBeGreaterThan(one / 4);
  });
});

describe('sets', () => {
  test('a circuit takes one that bootstraps where it must, and only there', () => {
    const { parameters, ...free } = need;
    const large = { columns: 16384 };
    const idOf = (circuit: Circuit): unknown => {
      const compiled = compile([circuit], free);
      return isRefusal(compiled) ? compiled.code : compiled.client.parameters.id;
    };
    expect(parameters).toBe(small.id);
    expect(idOf(squares(2, [1], large))).toBe('bootstrap-31');
    expect(idOf(squares(2, [], large))).toMatch(/^deeper-/);
    expect(idOf(squares(2, [1]))).toBe('BOOTSTRAP_UNSUPPORTED');
  });

  test('the library does not bootstrap, nor does a set without primes for it', () => {
    const { parameters, ...free } = need;
    expect(parameters).toBe(small.id);
    expect(compile([squares(2, [1], { columns: 16384 })], { ...free, kernels: 'library' })).toMatchObject({
      code: expect.stringMatching(/BOOTSTRAP_UNSUPPORTED|SHAPE_UNSUPPORTED/) as string,
    });
    expect(compile([squares(2, [1], { columns: 512 })], { ...need, parameters: 'insecure-hybrid' })).toMatchObject({
      code: 'BOOTSTRAP_UNSUPPORTED',
      reason: expect.stringContaining('bootstrap-31') as string,
    });
  });

  test('how likely bootstraps fail is a part of the plan, and grows with their number', () => {
    const failureOf = (circuit: Circuit): number | undefined => {
      const right = compiledFor(circuit).estimate.correctness['squares.y'];
      return right?.kind === 'approximate' ? right.failure_log2 : undefined;
    };
    expect(failureOf(squares(2, []))).toBeUndefined();
    expect(failureOf(squares(2, [1]))).toBeLessThan(-100);
    expect(failureOf(squares(3, [1, 2]))! - failureOf(squares(2, [1]))!).toBeCloseTo(1, 9);
    expect(compile([squares(2, [1])], { ...need, failure_log2: -150 })).toMatchObject({ code: 'FAILURE_TOO_LIKELY' });
  });
});

describe('precision', () => {
  const primes = splitPrimes(small, createPrimes(small.degree, small.modulus_bits)).data.map(Number);
  const error = bootstrapError(small, primes, 0);

  test('an error is a share of the range, whatever that is', () => {
    const of = (range: number): number => error({ slots: 2048, range }, 2 ** 40 / range).worst / range;
    for (const range of [1 / 64, 3, 100]) expect(of(range) / of(1)).toBeCloseTo(1, 9);
  });

  test('fewer slots err less; a scale that leaves none to plaintexts errs more', () => {
    const rounding = bootstrapError(small, primes, 20);
    expect(error({ slots: 32, range: 1 }, 2 ** 40).mean).toBeLessThan(error({ slots: 2048, range: 1 }, 2 ** 40).mean);
    const [usual, high] = [2 ** 40, 2 ** 70].map((scale) => rounding({ slots: 2048, range: 1 }, scale).worst);
    expect(high! / usual!).toBeGreaterThan(2 ** 5);
  });

  test('a plan promises what is left of it, and refuses more', () => {
    const right = compiledFor(squares(2, [1])).estimate.correctness['squares.y'];
    expect(right?.kind === 'approximate' ? right.modelled_bits : null).toBeGreaterThan(10);
    expect(compile([squares(2, [1])], { ...need, precision_bits: 25 })).toMatchObject({ code: 'PRECISION_TOO_LOW' });
  });
});
