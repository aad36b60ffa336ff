/** @module */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { scheme as bgv } from '../../../schemes/bgv/scheme.ts';
import { scheme as ckks } from '../../../schemes/ckks/scheme.ts';
import { allDigits } from '../../../workloads/training/data/all-digits.ts';
import { mlpTraining } from '../../../workloads/training/mlp/mlp.ts';
import { loadNetwork } from '../../../workloads/network/file/load-network.ts';
import { recipes } from '../../../workloads/training/recipes.ts';
import { trainedIn } from './training.fixture.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'enigmark-training-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

it('on whole numbers in one trip is exact too, over two plaintext primes', async () => {
  const cancer = recipes.find(({ id }) => id === 'training-logistic-cancer')!;
  const record = await trainedIn(folder, { ...cancer, course: { ...cancer.course, epochs: 2 } }, bgv);
  expect(record).toMatchObject({ state: 'completed', depth: 4, training: { rounds: 1, allowedError: 0, sigmoid: { degree: 3 } } });
  for (const { gradientError, weightDistance, discordant } of record.training.history) {
    expect([...gradientError, weightDistance, discordant]).toEqual([0, 0, 0]);
  }
});

it('takes two updates between two refreshes, by momentum', async () => {
  const nesterov = recipes.find(({ id }) => id === 'training-logistic-table-nesterov')!;
  const { state, depth, interactive, parameters, training } = await trainedIn(
    folder,
    { ...nesterov, course: { ...nesterov.course, epochs: 4 } },
    ckks,
    { updates: 2 },
  );
  // Four products in a row each.
  expect([state, interactive, depth, parameters.id]).toEqual(['completed', true, 8, expect.stringMatching(/^deep/)]);
  expect(training).toMatchObject({ updatesPerRefresh: 2, rounds: 1 });
  expect(training.history.map(({ epoch }) => epoch)).toEqual([2, 4]);
  for (const { weightDistance, gradientError } of training.history) {
    expect(weightDistance).toBeLessThan(0.05);
    expect(Math.max(...gradientError)).toBeLessThan(0.05);
  }
});

it('of a network of one hidden layer follows the same algorithm in float', async () => {
  const small = mlpTraining({
    ...{ id: 'training-mlp-small', title: 'a small one', hidden: 4 },
    course: { rule: { method: 'nesterov', rate: 0.1 }, epochs: 3, batch: 300 },
    data: () => allDigits(14, 600, 15),
  });
  const { state, training } = await trainedIn(folder, small, ckks);
  expect([state, training.rounds, training.model]).toEqual(['completed', 1, expect.stringContaining('4 units')]);
  for (const { gradientError, weightDistance, discordant } of training.history) {
    expect(Math.max(...gradientError)).toBeLessThan(0.03);
    expect(weightDistance).toBeLessThan(0.01);
    expect(discordant).toBeLessThan(20);
  }
  const { network } = loadNetwork(join(folder, training.network!));
  expect(network.layers.map(({ kind }) => kind)).toEqual(['dense', 'activation', 'dense']);
});
