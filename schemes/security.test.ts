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
  [65536, 1747],
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

  test('under a binary secret, a ring keeps to the error of TFHE: 50 bits at degree 2048, and 51 are refused', () => {
    const binary = (dimension: number, modulus_log2: number, other: Partial<Hardness> = {}): readonly Hardness[] => [
      rlwe(dimension, modulus_log2, { secret: 'binary', ...other }),
    ];
    for (const most of [44, 50]) expect(securityOf(binary(2048, most), 132, 'set')).toMatchObject({ bits: 132 });
    expect(securityOf(binary(4096, 100), 132, 'set').bits).toBe(132);
    for (const modulus_log2 of [50.01, 51, 54]) expect(() => securityOf(binary(2048, modulus_log2), 128, 'set')).toThrow(insecure);
    // A ternary secret may have 53: the rule is not SEAL's.
    expect(securityOf([rlwe(2048, 53)], 128, 'set').bits).toBe(128);
    expect(() => securityOf(binary(2048, 44, { error_log2: -44 }), 128, 'set')).toThrow(insecure);
    expect(() => securityOf(binary(1024, 10), 128, 'set')).toThrow(insecure);
    // The bound is that of a GLWE key with the same error over the modulus, which the curve judges by itself.
    const glwe = (modulus_log2: number): Hardness => ({
      ...{ key: 'glwe', problem: 'glwe', dimension: 2048, modulus_log2: 64, secret: 'binary' },
      error_log2: Math.log2(3.2) - modulus_log2,
    });
    expect(securityOf([glwe(49.99)], 128, 'set').bits).toBe(132);
    expect(securityOf([glwe(50.1)], 128, 'set').bits).toBe(128);
  });

  test("a declared error counts: below the guidelines' 3.19 nothing is claimed", () => {
    const withError = (deviation: number): Hardness => rlwe(8192, 214, { error_log2: Math.log2(deviation) - 214 });
    expect(securityOf([withError(3.19)], 128, 'set').bits).toBe(128);
    expect(securityOf([withError(3.2)], 128, 'set').bits).toBe(128);
    for (const deviation of [3.18, 1, 0, NaN]) {
      expect(() => securityOf([withError(deviation)], 128, 'set')).toThrow(insecure);
      expect(() => securityOf([withError(deviation)], 128, 'set')).toThrow('standard deviation 3.19 or more');
      expect(securityOf([withError(deviation)], 128, 'insecure-set').bits).toBe(0);
    }
  });

  test('factoring is judged by NIST SP 800-57, by the bits of its modulus', () => {
    const paillier = (dimension: number): Hardness => ({
      ...{ key: 'modulus', problem: 'factoring', dimension, modulus_log2: dimension, error_log2: null, secret: null },
    });
    for (const [modulus_bits, bits] of [
      [2048, 112],
      [3071, 112],
      [3072, 128],
      [7679, 128],
      [7680, 192],
      [15360, 256],
    ] as const) {
      const security = securityOf([paillier(modulus_bits)], bits, 'set');
      expect(security).toMatchObject({ bits, source: expect.stringMatching(/^NIST SP 800-57/) as string });
      expect(() => securityOf([paillier(modulus_bits)], bits + 1, 'set')).toThrow(insecure);
    }
    expect(() => securityOf([paillier(2048)], 128, 'set')).toThrow('take a modulus of at least 3072 bits');
    expect(() => securityOf([paillier(2047)], 112, 'set')).toThrow('take a modulus of at least 2048 bits');
    expect(() => securityOf([paillier(15360)], 300, 'set')).toThrow('require at most 256 bits');
    expect(securityOf([paillier(1024)], 128, 'insecure-tiny').bits).toBe(0);
  });

  test('the source says whose level it is, and advice fits the problem', () => {
    expect(securityOf([rlwe(8192, 200)], 128, 'set').source).toMatch(/^guidelines/);
    const lwe = rlwe(900, 64, { problem: 'lwe', secret: 'binary', error_log2: -18 });
    expect(securityOf([lwe], 128, 'set').source).toMatch(/^Zama's curve/);
    expect(() => securityOf([{ ...lwe, error_log2: -40 }], 128, 'set')).toThrow('a greater dimension or a greater error');
    expect(() => securityOf([rlwe(4096, 200)], 128, 'set')).toThrow('a greater dimension or a smaller modulus');
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

describe('a sparse key', () => {
  const secret = rlwe(32768, 867);
  const ephemeral = rlwe(32768, 92, { key: 'ephemeral', weight: 32 });

  test('is named beside the bits of the others, which it does not change', () => {
    for (const keys of [
      [secret, ephemeral],
      [ephemeral, secret],
    ]) {
      const security = securityOf(keys, 128, 'set');
      expect(security).toMatchObject({ bits: 128, assumption: 'a sparse ephemeral key outside them' });
      expect(security.source).toMatch(
        /^guidelines.*; ephemeral key with 32 of 32768 .* modulus of 92 bits: estimated at 2\^\d+ operations/,
      );
    }
    expect(securityOf([secret], 128, 'set')).not.toHaveProperty('assumption');
  });

  test('is refused where nothing estimates the attacks on it', () => {
    const others = [{ weight: 31 }, { modulus_log2: 92.1 }, { dimension: 16384 }, { modulus_log2: NaN }, { weight: NaN }];
    for (const other of others) expect(() => securityOf([secret, { ...ephemeral, ...other }], 128, 'set')).toThrow(insecure);
    expect(() => securityOf([secret, { ...ephemeral, weight: 16 }], 128, 'set')).toThrow('not estimated');
    expect(() => securityOf([secret, ephemeral], 300, 'set')).toThrow(insecure);
    // More coefficients or a smaller modulus are only harder.
    expect(securityOf([secret, { ...ephemeral, weight: 64, modulus_log2: 80 }], 128, 'set').bits).toBe(128);
  });

  test('lends its bits to nobody', () => {
    expect(() => securityOf([rlwe(32768, 900), ephemeral], 128, 'set')).toThrow("key 'secret'");
    const small = [rlwe(4096, 867), rlwe(4096, 92, { key: 'ephemeral', weight: 32 })];
    expect(securityOf(small, 128, 'insecure-bootstrap')).toMatchObject({ bits: 0, assumption: expect.any(String) as string });
    expect(securityOf(small, 128, 'insecure-bootstrap').source).toContain('not estimated');
  });
});
