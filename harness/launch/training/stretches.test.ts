/**
 * Several updates between two refreshes, in the clear, against the same descent in float.
 *
 * @module
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scheme as clear } from '../../../schemes/clear/scheme.ts';
import { isRefusal, type Requirement } from '../../../schemes/scheme.ts';
import { Random } from '../../../workloads/data/random.ts';
import { polynomialAlgorithm } from '../../../workloads/training/algorithm.ts';
import type { LabelledRows } from '../../../workloads/training/data/samples.ts';
import { batchesOf, startDescent, type Method } from '../../../workloads/training/descent.ts';
import { diagonalLayouts } from '../../../workloads/training/diagonals/layout.ts';
import { planStretch } from '../../../workloads/training/diagonals/plan-stretch.ts';
import { train, type Course } from '../../../workloads/training/logistic-regression.ts';
import { fitSigmoid } from '../../../workloads/training/sigmoid.ts';
import { TrainingSession } from './training-session.ts';

const SLOTS = 64;
const size = { largest: 100, rms: 1 };
const sizes = { features: size, weights: size, scores: size, errors: size, gradients: size };
const polynomial = fitSigmoid(3, 4);
const need: Requirement = {
  ...{ security_bits: 0, precision_bits: 0, failure_log2: 0, kernels: 'library', threads: 1, memory_bytes: 2 ** 30 },
  encryption: 'symmetric',
};

function drawn(samples: number, features: number, seed: number): LabelledRows {
  const random = Random.from(seed, 'stretches');
  const rows = Array.from({ length: samples }, () => Float64Array.from({ length: features }, () => random.uniform(-1, 1)));
  return { rows, labels: Uint8Array.from(rows, () => random.below(2)) };
}

describe('updates between two refreshes', () => {
  it('are those of the descent, in every layout, by momentum and without, on one batch or several', async () => {
    const cases = fc.record({
      samples: fc.integer({ min: 1, max: 40 }),
      features: fc.integer({ min: 1, max: 12 }),
      batches: fc.integer({ min: 1, max: 3 }),
      epochs: fc.integer({ min: 1, max: 2 }),
      method: fc.constantFrom<Method>('gradient', 'nesterov'),
      cut: fc.nat(),
      seed: fc.nat(),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ samples, features, batches: wanted, epochs, method, cut, seed }) => {
        const data = drawn(samples, features, seed);
        const rule = { method, rate: 0.7 };
        // As many updates as two epochs or one have, twice.
        const course: Course = { rule, epochs: 2 * epochs, batch: Math.ceil(samples / wanted) };
        const batches = batchesOf(samples, course.batch);
        const updates = epochs * batches.length;
        if (updates < 2) return;
        const layouts = diagonalLayouts(SLOTS, batches[0]!.count, features);
        if (layouts.length === 0) return;
        const layout = layouts[cut % layouts.length]!;
        const plan = planStretch([layout], data, { updates, course, sizes, polynomial }, (circuits) => clear.compile(circuits, need));
        if (isRefusal(plan)) throw new Error(plan.reason);
        await using client = await clear.createClient(plan.compiled.client);
        await using evaluator = await clear.createEvaluator(plan.compiled, []);
        await evaluator.prepare(plan.circuits);
        const session = new TrainingSession(plan, client, evaluator);
        for (const batch of batches) await session.sendSamples(batch);
        const seen = [...train(data, course, polynomialAlgorithm(data, polynomial).gradient)];
        let state = startDescent(new Float64Array(features));
        for (let done = 0; done < seen.length; done += updates) {
          const taken = seen.slice(done, done + updates);
          const found = await session.update(
            state,
            taken.map(({ batch }) => batch),
          );
          const [before, last] = taken.slice(-2) as [(typeof taken)[number], (typeof taken)[number]];
          const pairs = [
            [found.point, last.point],
            [found.weights, before.after.weights],
            [found.gradient, last.gradient],
          ] as const;
          for (const [is, should] of pairs) for (const [at, value] of should.entries()) expect(is[at]).toBeCloseTo(value, 8);
          state = last.after;
        }
      }),
      { numRuns: 40 },
    );
  });
});
