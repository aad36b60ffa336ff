/** @module */
import { describe, expect, test } from 'vitest';
import { runRandomPlans } from './random-plans.fixture.ts';

const COUNT = 100;

describe.each(['bfv', 'bgv'] as const)('%s', (id) => {
  test(`${COUNT} random plans of several plaintext primes: a modelled budget is a measured one for every prime, and no slot is wrong`, { timeout: 600_000 }, async () => {
    const outcome = await runRandomPlans(id, 'insecure-tiny', COUNT, 1);
    console.log(id, outcome);
    expect(outcome.plans).toBe(COUNT);
    expect(outcome.primes).toBeGreaterThanOrEqual(2 * COUNT);
  });
});
