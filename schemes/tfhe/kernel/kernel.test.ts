/** @module */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { buildKernel, builds } from './build-kernel.ts';
import { loadKernel, preferredPath, type KernelPath } from './kernel.ts';
import { SharedMemory } from './memory.ts';
import { twiddlesOf } from './twiddles.ts';

const BUILDS = Object.keys(builds) as (keyof typeof builds)[];
const PATHS: readonly KernelPath[] = ['fallback', 'fused'];

test.each(BUILDS)('%s is what its source builds', async (name) => {
  const committed = readFileSync(new URL(`./assembly/${name}`, import.meta.url));
  expect(Buffer.from(await buildKernel(name)).equals(committed)).toBe(true);
});

test('this engine runs fused multiply-adds', () => {
  expect(preferredPath()).toBe('fused');
});

/** The product of two polynomials modulo X^N + 1, in integers. */
function negacyclicProduct(a: Int32Array, b: readonly bigint[]): bigint[] {
  const product = new Array<bigint>(a.length).fill(0n);
  for (const [i, x] of a.entries()) {
    for (const [j, y] of b.entries()) {
      const at = i + j;
      product[at % a.length]! += (at < a.length ? 1n : -1n) * BigInt(x) * y;
    }
  }
  return product;
}

describe.each(PATHS)('%s transforms', (path) => {
  test.each([256, 512, 1024])('a digit polynomial times a torus polynomial of %i coefficients', (size) => {
    const memory = new SharedMemory();
    const kernel = loadKernel(memory.memory, path);
    const n = size / 2;
    const twiddles = twiddlesOf(size);
    const [digitsAt, wordsAt, first, second, scratch, tableAt, outAt, record, workspace] = [4, 8, 8, 8, 8, 12, 4, 1, 1].map((bytes) =>
      memory.allocate(bytes * size),
    ) as [number, number, number, number, number, number, number, number, number];
    memory.doubles(tableAt, twiddles.values.length).set(twiddles.values);
    memory.words32(record, 9).set([size, 1, 1, 1, 1, 1, 1, tableAt, tableAt + 8 * twiddles.last]);
    memory.words32(workspace, 2).set([0, scratch]);
    let state = 1;
    const random = (): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0);
    const digits = Int32Array.from({ length: size }, () => (random() >>> 20) - 2048);
    const words = Array.from({ length: size }, () => BigInt.asIntN(64, (BigInt(random()) << 32n) | BigInt(random())));
    memory.words32(digitsAt, size).set(new Uint32Array(digits.buffer));
    memory.words64(wordsAt, size).set(words.map((word) => BigInt.asUintN(64, word)));
    memory.words32(outAt, size).fill(7);

    kernel.forwardDigits(digitsAt, scratch, n, tableAt, first, 32);
    kernel.transformKey(record, workspace, wordsAt, second, 32);
    const [x, y] = [memory.doubles(first, size), memory.doubles(second, size)];
    // Pairs of complex numbers, real parts before imaginary ones.
    for (let pair = 0; pair < size; pair += 4) {
      for (const at of [pair, pair + 1]) {
        const [real, imaginary] = [x[at]! * y[at]! - x[at + 2]! * y[at + 2]!, x[at]! * y[at + 2]! + x[at + 2]! * y[at]!];
        x[at] = real;
        x[at + 2] = imaginary;
      }
    }
    kernel.inverseAdd(first, n, tableAt, tableAt + 8 * twiddles.last, outAt);

    const expected = negacyclicProduct(digits, words);
    const off = Array.from(memory.words32(outAt, size), (word, j) => {
      const right = BigInt.asUintN(32, ((expected[j]! + 2n ** 31n) >> 32n) + 7n);
      return Math.abs(Number(BigInt.asIntN(32, BigInt(word) - right)));
    });
    // Products reach 2^11 torus units with 53 bits, so that the last of 32 bits may be off by one.
    expect(Math.max(...off)).toBeLessThanOrEqual(1);
  });
});
