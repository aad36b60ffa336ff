/** @module */
import { describe, expect, test } from 'vitest';
import type { Hardness } from './scheme.ts';
import { securityOf } from './security.ts';

/**
 * Bossuat et al., ePrint 2024/463, uniform ternary secret, classical: N and the largest log2 q at 128 bits. Copied from HEIR's
 * `rlweSecurityParam128BitClassic`, which cites the same paper.
 */
const published = [
  [1024, 26],
  [2048, 53],
  [4096, 106],
  [8192, 214],
  [16384, 430],
  [32768, 868],
] as const;

function rlwe(dimension: number, modulus_log2: number, other: Partial<Hardness> = {}): Hardness {
  return { key: 'secret', problem: 'rlwe', dimension, modulus_log2, error_log2: null, secret: 'ternary', ...other };
}

const insecure = expect.objectContaining({ code: 'PARAMETERS_INSECURE' }) as Error;

describe('securityOf', () => {
  test.each(published)('N = %i reaches 128 bits up to a modulus of %i bits, and not beyond', (degree, most) => {
    expect(securityOf([rlwe(degree, most)], 128, 'set')).toMatchObject({ bits: 128, source: expect.stringContaining('2024') as string });
    expect(() => securityOf([rlwe(degree, most + 0.01)], 128, 'set')).toThrow(insecure);
    expect(() => securityOf([rlwe(degree, NaN)], 128, 'set')).toThrow(insecure);
  });

  test("is stricter than SEAL's bounds of 2018", () => {
    for (const [degree, most] of [
      [4096, 109],
      [8192, 218],
      [16384, 438],
    ] as const) {
      expect(() => securityOf([rlwe(degree, most)], 128, 'set')).toThrow(insecure);
    }
  });

  test('claims nothing that the table does not say', () => {
    const unknown = [rlwe(3000, 10), rlwe(512, 1), rlwe(8192, 100, { secret: 'binary' }), rlwe(8192, 100, { secret: null })];
    for (const key of unknown) expect(() => securityOf([key], 1, 'set')).toThrow(insecure);
    expect(() => securityOf([rlwe(1024, 10, { problem: 'lwe' })], 128, 'set')).toThrow(insecure);
    expect(() => securityOf([rlwe(8192, 100)], 192, 'set')).toThrow(insecure);
  });

  test('one weak key is enough, wherever it stands, and is named', () => {
    const strong = rlwe(8192, 200);
    const weak = rlwe(4096, 200, { key: 'switching' });
    for (const keys of [
      [strong, weak],
      [weak, strong],
    ])
      expect(() => securityOf(keys, 128, 'set')).toThrow("key 'switching'");
  });

  test('a set named insecure- is not refused, and is worth its weakest key', () => {
    const keys = [rlwe(8192, 200), rlwe(1024, 160), rlwe(8192, 200)];
    expect(securityOf(keys, 128, 'insecure-tiny').bits).toBe(0);
    expect(securityOf(keys.slice(0, 1), 128, 'insecure-tiny').bits).toBe(128);
    expect(() => securityOf(keys, 128, 'tiny-insecure-')).toThrow(insecure);
  });

  test('without keys nothing is hidden', () => {
    expect(securityOf([], 128, 'float64')).toMatchObject({ bits: 0 });
  });
});
