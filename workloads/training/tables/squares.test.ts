/**
 * Updates by squares, against the same training in fixed-point arithmetic: exact without noise, and within what the plan states with it.
 *
 * @module
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scheme as clear } from '../../../schemes/clear/scheme.ts';
import type { Circuit, Values } from '../../../schemes/circuit.ts';
import { isRefusal, type HEScheme, type Requirement } from '../../../schemes/scheme.ts';
import { scheme as tfhe } from '../../../schemes/tfhe/scheme.ts';
import { Random } from '../../data/random.ts';
import { fixedPointAlgorithm } from '../algorithm.ts';
import { logisticRegression } from '../logistic.ts';
import { recipes, type Recipe } from '../recipes.ts';
import type { TrainingTask, UpdatePlan } from '../training.ts';
import { planSquares, tooManyTables } from './plan-squares.ts';

const need: Requirement = {
  ...{ security_bits: 128, precision_bits: 3, failure_log2: -40, kernels: 'own', threads: 1, memory_bytes: 2 ** 32 },
  encryption: 'symmetric',
};
const small = recipes.find(({ id }) => id === 'training-logistic-small')!;

async function prepared(recipe: Recipe, scheme: HEScheme = tfhe): Promise<TrainingTask> {
  const compile = (circuits: readonly Circuit[]) => scheme.compile(circuits, need);
  const task = await logisticRegression(recipe).prepareTraining({
    scheme,
    seed: 1,
    clientActivation: false,
    updates: null,
    connection: { bits_per_s: 1e9, roundTrip_ns: 1e6 },
    compile,
  });
  if (isRefusal(task)) throw new Error(task.reason);
  return task;
}

/** Ports of the only trip. */
function portsOf(plan: UpdatePlan, weights: Float64Array, count: number): readonly (readonly [string, readonly Values[]])[] {
  const batch = { first: 0, count };
  return Object.entries({ ...plan.samples(batch), ...plan.trips[0]!.send(weights, batch, [], weights) });
}

describe('an update by tables of squares', () => {
  it('is that of fixed-point arithmetic, without noise', async () => {
    const drawn = fc.record({ samples: fc.integer({ min: 1, max: 12 }), features: fc.integer({ min: 1, max: 5 }), seed: fc.nat() });
    await fc.assert(
      fc.asyncProperty(drawn, async ({ samples, features, seed }) => {
        const random = Random.from(seed, 'squares');
        const numbers = (most: number): Float64Array => Float64Array.from({ length: features }, () => random.uniform(-most, most));
        const rows = Array.from({ length: samples }, () => numbers(3));
        const data = { rows, labels: Uint8Array.from(rows, () => random.below(2)) };
        const weights = numbers(1);
        const bits = { feature: 1, weight: 3, error: 3 };
        const size = { largest: 3 * features, rms: 1 };
        const sizes = { features: size, weights: size, scores: size, errors: size, gradients: { largest: 3 * samples, rms: 1 } };
        const plan = planSquares(data, { samples, features }, bits, sizes, (circuits) =>
          clear.compile(circuits, { ...need, kernels: 'library' }),
        );
        if (isRefusal(plan)) throw new Error(plan.reason);
        await using client = await clear.createClient(plan.compiled.client);
        await using evaluator = await clear.createEvaluator(plan.compiled, []);
        await evaluator.prepare(plan.circuits);
        const loaded = portsOf(plan, weights, samples).map(
          async ([port, values]) => [port, await evaluator.load(port, await client.encrypt(port, values))] as const,
        );
        const { gradient } = await evaluator.run('update', Object.fromEntries(await Promise.all(loaded)));
        const decrypted = await client.decrypt('update.gradient', [await evaluator.store(gradient!)]);
        const expected = fixedPointAlgorithm(data, bits).gradient(weights, { first: 0, count: samples });
        expect([...plan.gradient([decrypted])]).toEqual([...expected]);
      }),
      { numRuns: 30 },
    );
  });

  it('errs by no more than the plan states, a typical entry by far less', async () => {
    const { update, algorithm, features, data, rehearsal } = await prepared(small);
    const right = update.compiled.estimate.correctness['update.gradient'];
    if (right?.kind !== 'noisy') throw new Error('not noisy');
    const stated = right.maxSteps * update.gradientStep!;
    const random = Random.from(1, 'noise of an update');
    const simulator = await tfhe.createSimulator!(update.compiled, update.circuits, { normal: () => random.normal() });
    const count = data.training.rows.length;
    const errors: number[] = [];
    for (const { weights } of [{ weights: new Float64Array(features) }, ...rehearsal.polynomial.epochs]) {
      const loaded = portsOf(update, weights, count).map(([port, values]) => [port, simulator.load(port, values)] as const);
      const { gradient } = await simulator.run('update', Object.fromEntries(loaded));
      const expected = algorithm.gradient(weights, { first: 0, count });
      errors.push(...update.gradient([simulator.read('update.gradient', gradient!)]).map((value, at) => value - expected[at]!));
    }
    expect(Math.max(...errors.map(Math.abs))).toBeLessThanOrEqual(stated);
    // Stated are eight standard deviations.
    expect(Math.hypot(...errors) / Math.sqrt(errors.length)).toBeLessThan(stated / 8);
    expect(stated / 8).toBeLessThan(rehearsal.sizes.gradients.rms / 16);
  });

  it('is taken where it has few tables, and refused with the samples that it could have', () => {
    expect(tooManyTables({ samples: 128, features: 9 })).toBeNull();
    expect(tooManyTables({ samples: 780, features: 10 })).toMatch(/takes 17160 tables.* 136 samples would$/);
    expect(tooManyTables({ samples: 1, features: 2000 })).toMatch(/no sample of 2000 features would$/);
  });

  it('predicts a time of about a minute', async () => {
    const { update } = await prepared(small);
    expect(update.compiled.estimate.counts['bootstrap']).toBe(128 * 20);
    expect(update.compiled.estimate.evaluate_ns!).toBeLessThan(90e9);
  });
});
