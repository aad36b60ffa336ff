/** @module */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { estimateAttacks, estimateTable, KEYS, type SparseKey } from '../docs/ephemeral-key/estimate.ts';
import type { Hardness } from '../schemes/scheme.ts';
import { securityOf } from '../schemes/security.ts';

/** The cheapest attack on a key. @param rotations trials that share a reduction */
function cheapest(key: SparseKey, rotations: number): number {
  return Math.min(...estimateAttacks(key, rotations).map(({ operations_log2 }) => operations_log2));
}

describe('attacks on sparse keys', () => {
  const [key, large, ofOthers, dense] = KEYS;

  test('docs/ephemeral-key.md says what the estimate gives', () => {
    expect(readFileSync(new URL('../docs/ephemeral-key.md', import.meta.url), 'utf8')).toContain(`\n${estimateTable()}\n`);
  });

  test('plans state the smallest figure, and no more', () => {
    for (const { degree, weight, modulus_log2 } of [key, large]) {
      const secret: Hardness = { key: 'secret', problem: 'rlwe', dimension: degree, modulus_log2, error_log2: null, secret: 'ternary' };
      const { source } = securityOf([secret, { ...secret, key: 'ephemeral', weight }], 128, 'set');
      const [, stated] = /estimated at 2\^(\d+)/.exec(source)!;
      expect(Number(stated)).toBe(Math.floor(cheapest({ degree, weight, modulus_log2 }, degree)));
    }
  });

  test('the estimate is near what the lattice estimator gave others', () => {
    expect(Math.abs(cheapest(ofOthers, 1) - 164.6)).toBeLessThan(3);
    expect(Math.abs(cheapest(dense, 1) - 104.2)).toBeLessThan(3);
  });

  test('every further coefficient, and every bit that the modulus lacks, makes attacks harder', () => {
    const known = cheapest(key, key.degree);
    expect(cheapest({ ...key, weight: 40 }, key.degree)).toBeGreaterThan(known);
    expect(cheapest({ ...key, modulus_log2: 80 }, key.degree)).toBeGreaterThan(known);
  });
});
