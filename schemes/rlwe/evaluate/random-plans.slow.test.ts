/** @module */
import { describe, expect, test } from 'vitest';
import { runRandomPlans } from './random-plans.fixture.ts';

const FULL = process.env['ENIGMARK_FULL'] !== undefined;

describe.each([
  ['bfv', 'insecure-tiny', FULL ? 4900 : 100],
  ['bgv', 'insecure-tiny', FULL ? 4900 : 100],
  ['bfv', 'default-50', FULL ? 100 : 4],
  ['bgv', 'default-50', FULL ? 100 : 4],
] as const)("%s, set '%s'", (id, set, count) => {
  test(`${count} random plans of several plaintext primes, wrong: 0`, { timeout: 7_200_000 }, async () => {
    const outcome = await runRandomPlans(id, set, count, 2);
    const { plans, primes, tight, slack_bits } = outcome;
    console.log(
      `${id}, ${set}: ${plans} plans, ${primes} primes, ${tight} under the reserve; measured - modelled >= ${slack_bits.toFixed(2)} bits`,
    );
    expect(plans).toBe(count);
  });
});
