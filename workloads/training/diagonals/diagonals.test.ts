/**
 * Circuits of updates in the clear, against gradients written as loops.
 *
 * @module
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scheme as clear } from '../../../schemes/clear/scheme.ts';
import { isRefusal, type Requirement } from '../../../schemes/scheme.ts';
import type { Circuit, Values } from '../../../schemes/circuit.ts';
import { Random } from '../../data/random.ts';
import type { LabelledRows } from '../data/samples.ts';
import { evaluate, fitSigmoid, DEGREES } from '../sigmoid.ts';
import { diagonalLayouts, featureOf, featureSums, perFeatureSlots, type DiagonalLayout } from './layout.ts';
import { planOneTrip } from './one-trip.ts';

const SLOTS = 64;
const size = { largest: 1, rms: 1 };
const sizes = { features: size, weights: size, scores: size, errors: size, gradients: size };
const need: Requirement = {
  ...{
    security_bits: 0,
    precision_bits: 0,
    failure_log2: 0,
    kernels: 'library',
    threads: 1,
    memory_bytes: 2 ** 30,
    encryption: 'symmetric',
  },
};

function drawn(samples: number, features: number, seed: number): LabelledRows & { readonly weights: Float64Array } {
  const random = Random.from(seed, 'diagonals');
  const numbers = (count: number): Float64Array => Float64Array.from({ length: count }, () => random.uniform(-1, 1));
  const rows = Array.from({ length: samples }, () => numbers(features));
  return { rows, labels: Uint8Array.from(rows, () => random.below(2)), weights: numbers(features) };
}

/** Written out: sum over rows of (p(x w) - label) x. */
function expectedGradient({ rows, labels, weights }: ReturnType<typeof drawn>, p: (z: number) => number): number[] {
  return Array.from(weights, (_, feature) =>
    rows.reduce((sum, row, sample) => {
      const z = row.reduce((score, value, at) => score + value * weights[at]!, 0);
      return sum + (p(z) - labels[sample]!) * row[feature]!;
    }, 0),
  );
}

async function gradientOf(layout: DiagonalLayout, data: ReturnType<typeof drawn>, degree: (typeof DEGREES)[number]): Promise<Float64Array> {
  const plan = planOneTrip([layout], data, sizes, fitSigmoid(degree, 4), (circuits: readonly Circuit[]) => clear.compile(circuits, need));
  if (isRefusal(plan)) throw new Error(plan.reason);
  await using client = await clear.createClient(plan.compiled.client);
  await using evaluator = await clear.createEvaluator(plan.compiled, []);
  await evaluator.prepare(plan.circuits);
  const batch = { first: 0, count: data.rows.length };
  const send = async (port: string, values: readonly Values[]) => evaluator.load(port, await client.encrypt(port, values));
  const [trip] = plan.trips;
  const ports = Object.entries({ ...plan.samples(batch), ...trip!.send(data.weights, batch, [], data.weights) });
  const inputs = Object.fromEntries(await Promise.all(ports.map(async ([port, values]) => [port, await send(port, values)] as const)));
  const { [trip!.outputs[0]!]: output } = await evaluator.run(trip!.circuit, inputs);
  return plan.gradient([await client.decrypt(`${trip!.circuit}.${trip!.outputs[0]!}`, [await evaluator.store(output!)])]);
}

describe('encrypted diagonals', () => {
  it.each(DEGREES)('give the gradient of a batch in every layout, degree %i', async (degree) => {
    const shapes = fc.record({
      samples: fc.integer({ min: 1, max: SLOTS }),
      features: fc.integer({ min: 1, max: 24 }),
      cut: fc.nat(),
      seed: fc.nat(),
    });
    await fc.assert(
      fc.asyncProperty(shapes, async ({ samples, features, cut, seed }) => {
        const layouts = diagonalLayouts(SLOTS, samples, features);
        if (layouts.length === 0) return;
        const data = drawn(samples, features, seed);
        const polynomial = fitSigmoid(degree, 4);
        const expected = expectedGradient(data, (z) => evaluate(polynomial, z));
        const gradient = await gradientOf(layouts[cut % layouts.length]!, data, degree);
        for (const [feature, value] of expected.entries()) expect(gradient[feature]).toBeCloseTo(value, 8);
      }),
      { numRuns: 40 },
    );
  });

  it('need no more ciphertexts than features take slots', () => {
    const [layout] = diagonalLayouts(4096, 1024, 197);
    expect(layout).toMatchObject({ diagonals: 64, samples: 1024 });
    expect(diagonalLayouts(4096, 780, 10)[0]).toMatchObject({ diagonals: 4, samples: 1024 });
  });

  it('are none for more samples or features than slots', () => {
    expect(diagonalLayouts(64, 65, 2)).toEqual([]);
    expect(diagonalLayouts(64, 64, 65)).toEqual([]);
  });

  it('give every feature as many slots, which add up', () => {
    for (const layout of diagonalLayouts(SLOTS, 16, 9)) {
      const values = Float64Array.from({ length: 9 }, (_, at) => at + 1);
      const slots = perFeatureSlots(layout, values);
      const copies = slots.filter((_, slot) => featureOf(layout, slot) === 0).length;
      expect([...featureSums(layout, slots, 1 / copies)]).toEqual([...values]);
    }
  });
});
