/** @module */
import { expect, test } from 'vitest';
import { outcomesOf } from '../conformance/outcomes.fixture.ts';
import { scheme } from './scheme.ts';

const TIMEOUT_MS = 120_000;

/** The claim that bootstraps most; `conformance.full.test.ts` has all of them. */
test('CKKS bootstraps as the suite has it', { timeout: 3 * TIMEOUT_MS }, async () => {
  const outcomes = await outcomesOf({ scheme, kernels: 'own', parameters: 'insecure-bootstrap' }, TIMEOUT_MS, 'bootstrapping');
  expect(outcomes.map(({ error }) => error)).toEqual([null, null, null]);
});
