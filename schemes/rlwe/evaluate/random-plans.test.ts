/** @module */
import { describe, expect, test } from 'vitest';
import { runRandomPlans } from './random-plans.fixture.ts';

const COUNT = 15;

describe.each(['bfv', 'bgv'] as const)('%s', (id) => {
  test(`${COUNT} random plans of several plaintext primes: none measures less than is modelled, no slot is wrong`, async () => {
    const outcome = await runRandomPlans(id, 'insecure-tiny', COUNT, 1);
    expect(outcome.plans).toBe(COUNT);
    expect(outcome.primes).toBeGreaterThanOrEqual(2 * COUNT);
    // Plans that `compile` would still refuse are among them.
    expect(outcome.tight).toBeGreaterThan(COUNT / 4);
  });
});
