/**
 * Updates of networks as circuits, in the clear, against gradients by finite differences and by loops.
 *
 * @module
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scheme as bgv } from '../../../schemes/bgv/scheme.ts';
import { scheme as clear } from '../../../schemes/clear/scheme.ts';
import type { Values } from '../../../schemes/circuit.ts';
import { isRefusal, type Requirement } from '../../../schemes/scheme.ts';
import { Random } from '../../data/random.ts';
import type { LabelledRows } from '../data/samples.ts';
import { mlpLayout, type MlpLayout } from './layout.ts';
import { mlpTraining, type MlpRecipe } from './mlp.ts';
import { forward, gradientOf, square, weightCount, type Sides } from './perceptron.ts';
import { planMlp } from './plan-mlp.ts';
import type { SeenSizes } from './rehearse-mlp.ts';

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
const size = { largest: 1, rms: 1 };
const sizes: SeenSizes = {
  ...{ features: size, first: size, second: size, sums: size, hidden: size, scores: size, errors: size, back: size, derivatives: size },
  ...{ firstGradient: 1, secondGradient: 1, gradientLargest: [1, 1] },
};

function drawn(sides: Sides, samples: number, seed: number): LabelledRows & { readonly weights: Float64Array } {
  const random = Random.from(seed, 'mlp');
  const numbers = (count: number): Float64Array => Float64Array.from({ length: count }, () => random.uniform(-1, 1));
  const rows = Array.from({ length: samples }, () => numbers(sides.features));
  return { rows, labels: Uint8Array.from(rows, () => random.below(sides.outputs)), weights: numbers(weightCount(sides)) };
}

/** Half the squared distances from unit vectors, over all rows. */
function lossOf(sides: Sides, { rows, labels }: LabelledRows, weights: Float64Array): number {
  return rows.reduce((sum, row, at) => {
    const { scores } = forward(sides, weights, row, square);
    return sum + scores.reduce((part, score, output) => part + (score - (output === labels[at] ? 1 : 0)) ** 2 / 2, 0);
  }, 0);
}

async function encryptedGradient(layout: MlpLayout, data: ReturnType<typeof drawn>): Promise<Float64Array> {
  const plan = planMlp([layout], data, sizes, (circuits) => clear.compile(circuits, need));
  if (isRefusal(plan)) throw new Error(plan.reason);
  await using client = await clear.createClient(plan.compiled.client);
  await using evaluator = await clear.createEvaluator(plan.compiled, []);
  await evaluator.prepare(plan.circuits);
  const batch = { first: 0, count: data.rows.length };
  const send = async (port: string, values: readonly Values[]) => evaluator.load(port, await client.encrypt(port, values));
  const [trip] = plan.trips;
  const ports = Object.entries({ ...plan.samples(batch), ...trip!.send(data.weights, batch, [], data.weights) });
  const inputs = Object.fromEntries(await Promise.all(ports.map(async ([port, values]) => [port, await send(port, values)] as const)));
  const ran = await evaluator.run(trip!.circuit, inputs);
  const decrypted = trip!.outputs.map(async (name) => client.decrypt(`${trip!.circuit}.${name}`, [await evaluator.store(ran[name]!)]));
  return plan.gradient(await Promise.all(decrypted));
}

describe('the gradient of a network in the clear', () => {
  it('is the slope of its loss', () => {
    const sides = { features: 3, hidden: 2, outputs: 3 };
    const data = drawn(sides, 4, 1);
    const gradient = gradientOf(sides, data, { first: 0, count: 4 }, data.weights);
    const by = 1e-5;
    for (const [at, slope] of gradient.entries()) {
      const beside = (by: number) => lossOf(sides, data, data.weights.with(at, data.weights[at]! + by));
      expect((beside(by) - beside(-by)) / (2 * by)).toBeCloseTo(slope, 5);
    }
  });
});

describe('encrypted diagonals of a network', () => {
  it('give the gradient of a batch, for any sides and blocks', async () => {
    const shapes = fc.record({
      slots: fc.constantFrom(128, 256, 512),
      features: fc.integer({ min: 1, max: 20 }),
      hidden: fc.integer({ min: 1, max: 9 }),
      outputs: fc.integer({ min: 1, max: 9 }),
      samples: fc.integer({ min: 1, max: 40 }),
      seed: fc.nat(),
    });
    await fc.assert(
      fc.asyncProperty(shapes, async ({ slots, samples, seed, ...sides }) => {
        const layout = mlpLayout(slots, sides, samples);
        if (layout === null) return;
        const data = drawn(sides, samples, seed);
        const expected = gradientOf(sides, data, { first: 0, count: samples }, data.weights);
        const gradient = await encryptedGradient(layout, data);
        for (const [at, value] of expected.entries()) expect(gradient[at]).toBeCloseTo(value, 7);
      }),
      { numRuns: 40 },
    );
  });

  it('are none where a unit has too few slots', () => {
    expect(mlpLayout(64, { features: 3, hidden: 32, outputs: 2 }, 5)).toBeNull();
  });
});

describe('the training of a network', () => {
  const recipe: MlpRecipe = {
    ...{ id: 'training-mlp-short', title: 'a short one', hidden: 2 },
    course: { rule: { method: 'nesterov', rate: 1e3 }, epochs: 6, batch: 40 },
    data: (seed) => {
      const training = drawn({ features: 3, hidden: 2, outputs: 2 }, 40, seed);
      return { training, heldOut: training, description: 'random', classes: ['a', 'b'] };
    },
  };
  const prepared = (scheme: typeof clear) =>
    mlpTraining(recipe).prepareTraining({
      ...{ scheme, seed: 1, clientActivation: false, updates: null, connection: { bits_per_s: 1e9, roundTrip_ns: 1e6 } },
      compile: (circuits) => scheme.compile(circuits, need),
    });

  it('refuses a rate that diverges', async () => {
    expect(await prepared(clear)).toMatchObject({ code: 'TRAINING_DIVERGES', reason: expect.stringContaining('1000') as string });
  });

  it('is refused where numbers are whole', async () => {
    expect(await prepared(bgv)).toMatchObject({ code: 'OPERATION_UNSUPPORTED' });
  });
});
