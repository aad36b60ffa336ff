/** @module */
import { beforeAll, describe, expect, test } from 'vitest';
import type { Circuit, TransformTerm } from '../circuit.ts';
import { CircuitBuilder } from '../conformance/circuits/circuit-builder.ts';
import { Parties } from '../conformance/parties.ts';
import { uniforms } from '../conformance/circuits/random-values.ts';
import { assembled } from '../rlwe/compile/compiled.ts';
import { lower } from '../rlwe/program/lower.ts';
import { createPrimes } from '../rlwe/numbers/primes.ts';
import { isRefusal, type Requirement } from '../scheme.ts';
import { realLevels } from './levels.ts';
import { parameterSets } from './parameters.ts';
import { errorModel } from './error-model.ts';
import { operandNorms } from './operand-norms.ts';
import { CONFIDENCE, errorDeviations } from './precision.ts';
import { scheme } from './scheme.ts';

const parameters = parameterSets.deep;
const COLUMNS = parameters.degree / 2;
const DIVISIONS = 7;
const need: Requirement = {
  security_bits: 128,
  precision_bits: 1,
  failure_log2: -40,
  kernels: 'library',
  threads: 1,
  memory_bytes: 2 ** 32,
  encryption: 'symmetric',
};

const random = uniforms(1);
const vector = (): Float64Array => Float64Array.from({ length: COLUMNS }, () => 2 * random() - 1);
/** Close to 1 or -1, so that powers stay near the ends of their ranges, which the model follows. */
const x = vector().map((value) => Math.sign(value) * (1 - Math.abs(value) / 100));
const [y, weights] = [vector(), vector()] as const;
const rotated = (values: Float64Array, by: number): Float64Array => values.map((_, slot) => values[(slot + by) % COLUMNS]!);

interface Case {
  readonly name: string;
  readonly node: (build: CircuitBuilder, x: number, y: number) => number;
  /** The same on slots. */
  readonly expected: Float64Array;
}

const term = (baby: number, giant: number): TransformTerm => ({ from: 0, baby, giant, plain: weights });
const product = (a: Float64Array, b: Float64Array): Float64Array => a.map((value, slot) => value * b[slot]!);
const sum = (a: Float64Array, b: Float64Array): Float64Array => a.map((value, slot) => value + b[slot]!);

/** Squares of squares, each divided before the next; the last fold reads the result as a next layer would. */
const powers = Array.from({ length: DIVISIONS }, (_, at): Case => ({
  name: `x to the power of 2^${at + 1}, divided ${at + 1} times`,
  node(build, x) {
    let power = x;
    for (let square = 0; square <= at; square++) power = build.multiply(power, power);
    return build.fold(power, []);
  },
  expected: x.map((value) => value ** (2 ** (at + 1))),
}));

const cases: readonly Case[] = [
  { name: 'a fresh ciphertext', node: (_build, x) => x, expected: x },
  { name: 'a sum', node: (build, x, y) => build.add(x, y), expected: sum(x, y) },
  {
    name: 'an affine map',
    node: (build, x) => build.affine(x, [[0.3]], Float64Array.of(0.3)),
    expected: x.map((value) => 0.3 * value + 0.3),
  },
  { name: 'a plain product', node: (build, x) => build.transform(x, [[term(0, 0)]]), expected: product(x, weights) },
  {
    name: 'a transform with rotations',
    node: (build, x) => build.transform(x, [[term(0, 0), term(1, 0), term(1, 4)]]),
    expected: sum(sum(product(x, weights), product(rotated(x, 1), weights)), rotated(product(rotated(x, 1), weights), 4)),
  },
  { name: 'a rotation', node: (build, x) => build.rotate(x, 1), expected: rotated(x, 1) },
  { name: 'a fold', node: (build, x) => build.fold(x, [4, 1]), expected: [0, 1, 4, 5].map((by) => rotated(x, by)).reduce(sum) },
  ...powers,
];

function circuitOf(): Circuit {
  const build = new CircuitBuilder('c', { rows: 1, columns: COLUMNS }, null);
  const [first, second] = ['x', 'y'].map((port) => build.input(port, 1, { min: -1, max: 1 }, null)) as [number, number];
  return build.build(Object.fromEntries(cases.map(({ node }, at) => [`case${at}`, node(build, first, second)])));
}

interface Measured {
  readonly everywhere: number;
  readonly greatest: number;
}

/** Over all slots. */
function measured(found: Float64Array, expected: Float64Array): Measured {
  const errors = found.map((value, slot) => Math.abs(value - expected[slot]!));
  const squares = errors.reduce((total, error) => total + error * error, 0);
  return { everywhere: Math.sqrt(squares / errors.length), greatest: Math.max(...errors) };
}

describe('deep set: the measured error', () => {
  let ratios: readonly Measured[] = [];
  beforeAll(async () => {
    const circuit = circuitOf();
    const primes = createPrimes(parameters.degree, parameters.modulus_bits);
    const data = primes.slice(0, -1).map(Number);
    const programs = lower([circuit], realLevels(data, { limbs: data.length, input_log2: 46, plain_log2: 20 }));
    const compiled = assembled([circuit], need, {
      scheme: 'ckks',
      parameters,
      primes,
      plainModuli: [],
      keysPerPass: false,
      ownNoiseIsLess: true,
      programs,
      runs: 'library',
      form: 'points',
      time: () => 0,
      vector_ns: 0,
      constant_ns: 0,
      correctness: { kind: 'approximate', precision_bits: 1, modelled_bits: null },
      constantBytes: () => 0,
    });
    if (isRefusal(compiled)) throw new Error(compiled.reason);
    const model = errorModel(parameters.degree, {
      primes: data,
      specials: [Number(primes.at(-1))],
      encryption: need.encryption,
      centredDigits: false,
    });
    const deviations = errorDeviations(programs[0]!, circuit, operandNorms(circuit), data, model);
    if (deviations === null) throw new Error('a value does not fit its modulus');
    await using parties = await Parties.open(scheme, compiled, [circuit]);
    const found = await parties.run({ x: [x], y: [y] });
    ratios = cases.map(({ expected }, at) => {
      const { everywhere, greatest } = measured(found[`c.case${at}`]![0] as Float64Array, expected);
      const modelled = deviations[programs[0]!.outputs[`case${at}`]!]!.worst;
      return { everywhere: everywhere / modelled, greatest: greatest / modelled };
    });
    const shares = ratios.map(({ everywhere, greatest }, at) => `${cases[at]!.name} ${everywhere.toFixed(3)} | ${greatest.toFixed(3)}`);
    console.log(`deep: all slots | greatest, over modelled: ${shares.join('; ')}`);
    expect(programs[0]!.instructions.at(-1)!.limbs).toBe(1);
  });

  test.each(cases.map(({ name }, at) => [name, at] as const))(
    'of %s is the modelled one at most, and the model is not loose',
    (_name, at) => {
      const { everywhere, greatest } = ratios[at]!;
      expect(everywhere).toBeLessThanOrEqual(1.05);
      // SEAL's uncentred digits err in a few slots alone: where they decide, the greatest error shows it.
      expect(Math.max(everywhere, greatest / 4)).toBeGreaterThanOrEqual(1 / 16);
    },
  );

  test.each(cases.map(({ name }, at) => [name, at] as const))('of %s stays within the deviations that a result is allowed', (_name, at) => {
    expect(ratios[at]!.greatest).toBeLessThanOrEqual(CONFIDENCE);
  });
});
