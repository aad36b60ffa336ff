/** @module */
import { describe, expect, it } from 'vitest';
import { scheme as bgv } from '../../schemes/bgv/scheme.ts';
import { scheme as ckks } from '../../schemes/ckks/scheme.ts';
import { scheme as clear } from '../../schemes/clear/scheme.ts';
import { isRefusal, type HEScheme, type Refusal, type Requirement } from '../../schemes/scheme.ts';
import { scheme as tfhe } from '../../schemes/tfhe/scheme.ts';
import { seededTable } from './data/tabular.ts';
import { learnedNetwork } from './learned-network.ts';
import { logisticRegression } from './logistic.ts';
import { recipes, type Recipe } from './recipes.ts';
import type { TrainingTask } from './training.ts';

const [table] = recipes as readonly [Recipe];
const need = {
  security_bits: 0,
  precision_bits: 3,
  failure_log2: 0,
  kernels: 'library',
  threads: 1,
  memory_bytes: 2 ** 32,
  encryption: 'symmetric',
} as const;
const prepared = (recipe: Recipe, scheme: HEScheme, changed: Partial<Requirement> = {}): Promise<TrainingTask | Refusal> =>
  logisticRegression(recipe).prepareTraining({
    scheme,
    seed: 1,
    clientActivation: false,
    updates: null,
    connection: { bits_per_s: 1e9, roundTrip_ns: 1e6 },
    compile: (circuits) => scheme.compile(circuits, { ...need, ...changed }),
  });

describe('logistic regression', () => {
  it('is rehearsed: losses fall, and the polynomial costs little accuracy', async () => {
    const task = await prepared(table, clear);
    if (isRefusal(task)) throw new Error(task.reason);
    const { polynomial, sigmoid } = task.rehearsal;
    const losses = sigmoid.epochs.map(({ loss }) => loss);
    expect(losses).toEqual(losses.toSorted((a, b) => b - a));
    expect(Math.abs(polynomial.epochs.at(-1)!.heldOut - sigmoid.epochs.at(-1)!.heldOut)).toBeLessThan(0.02);
    expect(polynomial.epochs).toHaveLength(table.course.epochs);
  });

  it('refuses a rate that diverges, and says when', async () => {
    const fast: Recipe = { ...table, course: { ...table.course, rule: { method: 'gradient', rate: 60 } } };
    expect(await prepared(fast, clear)).toMatchObject({
      code: 'TRAINING_DIVERGES',
      reason: expect.stringMatching(/rate 60 diverges, in float too: after update \d+ a score is/) as string,
    });
  });

  it('tries descents on the first of many rows, and takes the best that holds on all', async () => {
    const [usual, far] = [20_000, 2_000];
    const rows = Array.from({ length: usual + far }, (_, at) => Float64Array.of((at % 2 === 0 ? 1 : -1) * (at < usual ? 1 : 40)));
    const labels = Uint8Array.from(rows, ([value]) => (value! > 0 ? 1 : 0));
    const heldOut = { rows: rows.slice(0, 20), labels: labels.slice(0, 20) };
    const slow = { method: 'gradient', rate: 0.001 } as const;
    const recipe: Recipe = {
      ...{ id: 'many', title: 'many', degree: 3, interval: 8, course: { rule: slow, epochs: 1, batch: 1024 } },
      alternatives: [{ method: 'gradient', rate: 0.5, interval: 8 }],
      data: () => ({ training: { rows, labels }, heldOut, description: 'many', classes: ['no', 'yes'] }),
    };
    const few: Recipe = {
      ...recipe,
      data: () => ({ ...recipe.data(1), training: { rows: rows.slice(0, usual), labels: labels.slice(0, usual) } }),
    };
    expect(await prepared(few, clear)).toMatchObject({ course: { rule: { rate: 0.5 } } });
    expect(await prepared(recipe, clear)).toMatchObject({ course: { rule: slow } });
  });

  it('says what schemes without real numbers lack, and where tables are too many', async () => {
    expect(await prepared({ ...table, degree: 5 }, bgv)).toMatchObject({
      code: 'PRECISION_TOO_LOW',
      reason: expect.stringMatching(/degree 5 takes 54 and more; degree 3 takes 34 and more, and runs/) as string,
    });
    // 780 samples of 10 features: 22 tables each.
    expect(await prepared(table, tfhe)).toMatchObject({
      code: 'TOO_MANY_TABLES',
      reason: expect.stringContaining('17160') as string,
    });
  });

  it('finds scales for every degree of the sigmoid, with our kernels too', async () => {
    for (const id of ['training-logistic-digits-degree-5', 'training-logistic-digits-degree-7', 'training-logistic-table-degree-7']) {
      const task = await prepared(
        recipes.find((recipe) => recipe.id === id)!,
        ckks,
        { security_bits: 128, kernels: 'own' },
      );
      expect(isRefusal(task) ? task.reason : id).toBe(id);
    }
  });

  it('refuses more features than slots, with the number that would fit', async () => {
    const wide: Recipe = {
      ...table,
      data: () => {
        const { training, ...rest } = seededTable(1);
        return { ...rest, training: { ...training, rows: training.rows.map(() => new Float64Array(10_000)) } };
      },
    };
    expect(await prepared(wide, clear)).toMatchObject({
      code: 'TOO_FEW_SLOTS',
      reason: expect.stringContaining('8192 would fit') as string,
    });
  });
});

describe('learned networks', () => {
  it('name the class that the score does', () => {
    const { heldOut, ...rest } = seededTable(1);
    const weights = Float64Array.from({ length: 10 }, (_, at) => (at - 4) / 10);
    const { network, samples } = learnedNetwork({ ...rest, heldOut }, weights);
    const [layer] = network.layers;
    if (layer?.kind !== 'dense') throw new Error('no dense layer');
    for (const [at, row] of samples.inputs.entries()) {
      const outputs = [0, 1].map((o) => row.reduce((sum, value, i) => sum + value * layer.weights[9 * o + i]!, layer.bias[o]!));
      const score = heldOut.rows[at]!.reduce((sum, value, i) => sum + value * weights[i]!, weights[9]!);
      expect(outputs[1]! > outputs[0]!).toBe(score > 0);
    }
  });
});
