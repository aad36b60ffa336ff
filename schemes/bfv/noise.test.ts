/** @module */
import { beforeAll, describe, expect, test } from 'vitest';
import type { Circuit, SlotShape, TransformTerm } from '../circuit.ts';
import { CircuitBuilder } from '../conformance/circuits/circuit-builder.ts';
import { Parties } from '../conformance/parties.ts';
import { uniforms } from '../conformance/circuits/random-values.ts';
import { loweredTo, noiseModels } from '../rlwe/compile/compile-integers.ts';
import { assembled } from '../rlwe/compile/compiled.ts';
import { integerLevels, type Divisions } from '../rlwe/program/integer-levels.ts';
import { lower } from '../rlwe/program/lower.ts';
import { total_log2 } from '../rlwe/compile/noise-parts.ts';
import { nothingHeld, outputNoises } from '../rlwe/compile/noise.ts';
import { plainModuli, widestRange } from '../rlwe/numbers/plain-moduli.ts';
import { createPrimes } from '../rlwe/numbers/primes.ts';
import { type Compiled, type Requirement } from '../scheme.ts';
import { integerScheme } from './compile.ts';
import { parameterSets } from './parameters.ts';
import { scheme as bfv } from './scheme.ts';

const need: Requirement = {
  security_bits: 128,
  precision_bits: 1,
  failure_log2: -40,
  kernels: 'library',
  threads: 1,
  memory_bytes: 2 ** 32,
  encryption: 'symmetric',
};

/** One output for each operation, on whole numbers in [-8, 8]. */
function operationsCircuit(shape: SlotShape): Circuit {
  const random = uniforms(1);
  const vector = (): Float64Array => Float64Array.from({ length: shape.rows * shape.columns }, () => Math.floor(9 * random()) - 4);
  const term = (baby: number, giant: number): TransformTerm => ({ from: 0, baby, giant, plain: vector() });
  const build = new CircuitBuilder('c', shape, 1);
  const x = build.input('x', 3, { min: -8, max: 8 }, 1);
  const first = build.pick([[x, 0]]);
  const square = build.multiply(first, first);
  return build.build({
    fresh: x,
    add: build.add(first, first),
    addPlain: build.addPlain(first, [vector()]),
    affine: build.affine(x, [[3, -1, 2]], Float64Array.of(5)),
    'affine, all negative': build.affine(x, [[-3, -1, -2]], Float64Array.of(-5)),
    'add of a vector to a fresh ciphertext': build.addPlain(x, [vector(), vector(), vector()]),
    'multiply plain': build.transform(first, [[term(0, 0)]]),
    'transform with rotations': build.transform(first, [[term(0, 0), term(1, 0), term(0, 4), term(1, 4)]]),
    rotate: build.rotate(first, 5),
    swapRows: build.swapRows(first),
    fold: build.fold(first, [4, 2, 1]),
    square,
    'square, relinearised': build.fold(square, []),
  });
}

type Measured = Readonly<Record<string, { readonly measured_bits: number; readonly modelled_bits: number }>>;

async function measure(set: keyof typeof parameterSets, divisions: Divisions, encryption: 'symmetric' | 'public'): Promise<Measured> {
  const parameters = parameterSets[set];
  const circuit = operationsCircuit({ rows: 2, columns: parameters.degree / 2 });
  const primes = createPrimes(parameters.degree, parameters.modulus_bits);
  const moduli = plainModuli(widestRange([circuit]) as bigint, parameters.degree, 1, primes)!;
  const programs = lower([circuit], integerLevels(primes.length - 1, divisions));
  const required = { ...need, encryption };
  const [model] = noiseModels(integerScheme, parameters, primes, moduli, required);
  const outputs = outputNoises(programs[0]!, circuit, model!, nothingHeld());
  const choice = { programs, budget_bits: 0, failure_log2: 0 };
  const lowered = loweredTo(choice, primes, required, integerScheme, parameters, moduli);
  const compiled = assembled([circuit], required, lowered) as Compiled;
  await using parties = await Parties.open(bfv, compiled, [circuit]);
  const random = uniforms(2);
  const values = [0, 1, 2].map(() => Float64Array.from({ length: parameters.degree }, () => Math.floor(17 * random()) - 8));
  const held = await parties.evaluator.load('x', await parties.client.encrypt('x', values));
  const results = await parties.evaluator.run('c', { x: held });
  const found: Record<string, Measured[string]> = {};
  for (const [name, result] of Object.entries(results)) {
    const noises = (await parties.evaluator.store(result)).map(async (bytes) => (await parties.client.noise!(bytes)).margin_bits);
    found[name] = {
      measured_bits: Math.min(...(await Promise.all(noises))),
      modelled_bits: outputs[name]!.limit_log2 - total_log2(outputs[name]!.noise),
    };
  }
  return found;
}

const operationNames = Object.keys(operationsCircuit({ rows: 2, columns: 8 }).outputs);
const settings = [
  { set: 'small', encryption: 'symmetric', output: 0 },
  { set: 'small', encryption: 'symmetric', output: 1 },
  { set: 'small', encryption: 'public', output: 0 },
  { set: 'default', encryption: 'symmetric', output: 0 },
] as const;

describe.each(settings)(
  '$set set, $encryption encryption, results divided by $output primes: the budget that SEAL measures',
  ({ set, encryption, output }) => {
    let all: Measured = {};
    beforeAll(async () => {
      all = await measure(set, { perProduct: 0, output }, encryption);
      const differences = Object.entries(all).map(
        ([name, { measured_bits: measured, modelled_bits: modelled }]) =>
          `${name} ${measured} - ${modelled.toFixed(1)} = ${(measured - modelled).toFixed(1)}`,
      );
      console.log(`${set}, ${encryption}, divided by ${output}: measured - modelled bits: ${differences.join('; ')}`);
    });

    test.each(operationNames)('after %s is the modelled one, or a little more', (name) => {
      const { measured_bits, modelled_bits } = all[name]!;
      // SEAL gives whole bits.
      expect(measured_bits).toBeGreaterThanOrEqual(Math.max(0, Math.floor(modelled_bits)));
      expect(measured_bits - modelled_bits).toBeLessThanOrEqual(name.startsWith('multiply plain') ? 8 : 6);
    });
  },
);
