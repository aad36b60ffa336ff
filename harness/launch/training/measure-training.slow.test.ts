/** @module */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { scheme as bgv } from '../../../schemes/bgv/scheme.ts';
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
