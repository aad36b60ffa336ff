/** @module */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Kernels } from '../scheme.ts';
import { flipBytes, Layer } from './damage.fixture.ts';

describe.each(['own', 'library'] satisfies Kernels[])('kernels %s', (kernels) => {
  let layer: Layer;
  beforeAll(async () => {
    layer = await Layer.open(kernels);
  });
  afterAll(async () => layer[Symbol.asyncDispose]());

  it('sound ciphertexts give what they should', async () => {
    expect(await layer.run('affine', await layer.encrypt())).toEqual(layer.right);
  });

  const numbers: readonly (readonly [string, (n: bigint, p: bigint) => bigint, string])[] = [
    ['0', () => 0n, 'CIPHERTEXT_OUT_OF_RANGE'],
    ['n', (n) => n, 'CIPHERTEXT_NOT_COPRIME'],
    ['n^2', (n) => n * n, 'CIPHERTEXT_OUT_OF_RANGE'],
    ['n^2 + 1', (n) => n * n + 1n, 'CIPHERTEXT_OUT_OF_RANGE'],
    ['2^1024 - 1', () => 2n ** 1024n - 1n, 'CIPHERTEXT_OUT_OF_RANGE'],
    ['a multiple of p', (_n, p) => 12_345n * p, 'CIPHERTEXT_NOT_COPRIME'],
    ['n^2 - p', (n, p) => n * n - p, 'CIPHERTEXT_NOT_COPRIME'],
  ];
  it.each(numbers)('%s is refused by the evaluator, in every place of a layer and in a sum', async (_name, numberOf, code) => {
    const bad = layer.ciphertextOf(numberOf(layer.secret.n, layer.secret.p));
    const sound = await layer.encrypt();
    for (const place of sound.keys()) {
      expect(await layer.run('affine', sound.with(place, bad))).toBe(code);
      expect(await layer.run('sums', sound.with(place, bad))).toBe(code);
    }
    expect(await layer.run('affine', sound)).toEqual(layer.right);
  });

  it.each(numbers)('%s is refused by the client', async (_name, numberOf, code) => {
    const bad = layer.ciphertextOf(numberOf(layer.secret.n, layer.secret.p), 'affine.y');
    expect(await layer.run('affine', await layer.encrypt(), (stored) => stored.with(0, bad))).toBe(code);
  });

  it('a changed byte gives a code or a number', async () => {
    const { refused, numbers } = await flipBytes(layer, kernels === 'own' ? 400 : 50, 1);
    expect(refused + numbers).toBe(kernels === 'own' ? 400 : 50);
    expect(numbers).toBeGreaterThan(0);
    expect(await layer.run('affine', await layer.encrypt())).toEqual(layer.right);
  });
});
