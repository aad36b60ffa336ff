/** @module */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { estimateAttacks, estimateTable, KEYS } from '../docs/ephemeral-key/estimate.ts';
import type { Hardness } from '../schemes/scheme.ts';
import { securityOf } from '../schemes/security.ts';

/** The cheapest attack on a key, whether or not rotations share a reduction. */
function cheapest(key: (typeof KEYS)[number]): number {
  return Math.min(...[1, key.degree].flatMap((rotations) => estimateAttacks(key, rotations)).map(({ operations_log2 }) => operations_log2));
}

describe('attacks on sparse keys', () => {
  test('docs/ephemeral-key.md says what the estimate gives', () => {
    expect(readFileSync(new URL('../docs/ephemeral-key.md', import.meta.url), 'utf8')).toContain(`\n${estimateTable()}\n`);
  });

  test.each(KEYS.slice(0, 2))('security of $name states no more', (key) => {
    const hardness = (weight?: number): Hardness => ({
      ...{ key: 'ephemeral', problem: 'rlwe', dimension: key.degree, modulus_log2: key.modulus_log2, error_log2: null, secret: 'ternary' },
      ...(weight === undefined ? {} : { weight }),
    });
    const { source } = securityOf([{ ...hardness(), key: 'secret' }, hardness(key.weight)], 128, 'set');
    const [, stated] = /estimated at 2\^(\d+)/.exec(source)!;
    expect(Number(stated)).toBe(Math.floor(cheapest(key)));
  });

  test.each([
    ['primal', 2, 164.6],
    ['dual', 2, 164.6],
    ['primal', 3, 106.5],
  ] as const)('the %s attack on key %i is near what the lattice estimator gave others', (kind, at, published) => {
    const { operations_log2 } = estimateAttacks(KEYS[at]!, 1).find((attack) => attack.kind === kind)!;
    expect(Math.abs(operations_log2 - published)).toBeLessThan(8);
  });

  test('every further coefficient, and every bit that the modulus lacks, makes attacks harder', () => {
    const [key] = KEYS as readonly [(typeof KEYS)[number]];
    const costs = [key, { ...key, weight: 40 }, { ...key, modulus_log2: 80 }].map(cheapest);
    expect(costs[1]).toBeGreaterThan(costs[0]!);
    expect(costs[2]).toBeGreaterThan(costs[0]!);
  });
});
